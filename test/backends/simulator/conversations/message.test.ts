import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { ACCOUNT, itemsOf, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { createWorld, times } from './world.js';

const create = 'createserviceconversationmessage';
const fetch = 'fetchserviceconversationmessage';
const update = 'updateserviceconversationmessage';
const list = 'listserviceconversationmessage';
const content = `HX${'a'.repeat(32)}`;

describe('a new message', () => {
  it("responds with all fields and their defaults, in Twilio's order", async () => {
    const { call, conversation } = await createWorld();
    const { sid: conversationSid, inside } = await conversation();
    const { status, body, text } = await call(create, { ...inside, body: { Body: 'hello' } });
    const sid = sidOf(body ?? {});
    const url = `${ORIGIN}/v1/Services/${inside.ChatServiceSid}/Conversations/${conversationSid}/Messages/${sid}`;
    expect(status).toBe(201);
    expect(sid).toMatch(/^IM[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        chat_service_sid: inside.ChatServiceSid,
        conversation_sid: conversationSid,
        body: 'hello',
        media: null,
        author: 'system',
        participant_sid: null,
        attributes: '{}',
        date_created: START,
        date_updated: START,
        index: 0,
        delivery: null,
        content_sid: null,
        url,
        links: { delivery_receipts: `${url}/Receipts`, channel_metadata: `${url}/ChannelMetadata` },
      }),
    );
  });

  it('has the given values, but no subject', async () => {
    const { conversation } = await createWorld();
    const { message } = await conversation();
    const created = await message({
      Author: 'somebody',
      Body: '  hello\n',
      Attributes: '{ "a": 1 }',
      Subject: 'A subject',
      DateCreated: '2020-01-01T00:00:00Z',
      DateUpdated: '2021-01-01T00:00:00Z',
    });
    expect(created).toMatchObject({
      author: 'somebody',
      participant_sid: null,
      body: '  hello\n',
      attributes: '{ "a": 1 }',
      date_created: '2020-01-01T00:00:00Z',
      date_updated: '2021-01-01T00:00:00Z',
    });
    expect(created).not.toHaveProperty('subject');
  });

  it('has the SID of the participant whose identity or address is its author', async () => {
    const { conversation } = await createWorld();
    const { chat, sms, message } = await conversation();
    const alice = sidOf(await chat('alice'));
    const mary = sidOf(await sms('+15557770101'));
    expect(await message({ Author: 'alice', Body: 'x' })).toMatchObject({ participant_sid: alice });
    expect(await message({ Author: '+15557770101', Body: 'x' })).toMatchObject({ participant_sid: mary });
    expect(await message({ Author: 'Alice', Body: 'x' })).toMatchObject({ participant_sid: null });
    expect(await message({ Author: '', Body: 'x' })).toMatchObject({ author: 'system', participant_sid: null });
  });

  it.each<[string, Input, number, number]>([
    ['no content', {}, 400, 50503],
    ['only attributes', { Attributes: '{}' }, 400, 50503],
    ['an empty body', { Body: '' }, 400, 50503],
    ['a body over 32 KB', { Body: 'x'.repeat(32 * 1024 + 1) }, 400, 50504],
    ['a body over 32 KB in UTF-8', { Body: 'ü'.repeat(16 * 1024 + 1) }, 400, 50504],
    ['an author of 257 characters', { Body: 'x', Author: 'x'.repeat(257) }, 400, 50310],
    ['a subject of 257 characters', { Body: 'x', Subject: 'x'.repeat(257) }, 400, 20001],
    ['attributes that are not JSON', { Body: 'x', Attributes: "{'a': 1}" }, 400, 50304],
    ['attributes over 4 KB', { Body: 'x', Attributes: `"${'x'.repeat(4095)}"` }, 400, 50303],
    ['an invalid creation date', { Body: 'x', DateCreated: 'x' }, 400, 50308],
    ['an invalid update date', { Body: 'x', DateUpdated: 'x' }, 400, 50309],
    ['an invalid media SID', { MediaSid: 'ME1' }, 400, 50510],
    ['media that do not exist', { MediaSid: `ME${'0'.repeat(32)}` }, 404, 50507],
    ['an invalid content SID', { ContentSid: 'HX1' }, 400, 50526],
    ['variables without content', { Body: 'x', ContentVariables: '{}' }, 400, 50528],
    ['variables that are not JSON', { ContentSid: content, ContentVariables: '{' }, 400, 50527],
    ['variables that are not an object', { ContentSid: content, ContentVariables: '["a"]' }, 400, 50527],
    ['a variable that is not text', { ContentSid: content, ContentVariables: '{"1":2}' }, 400, 50527],
    ['variables that are too long', { ContentSid: content, ContentVariables: ' '.repeat(27_802) }, 400, 50529],
    ['a key that is too long', { ContentSid: content, ContentVariables: `{"${'k'.repeat(17)}":""}` }, 400, 50540],
    ['a value that is too long', { ContentSid: content, ContentVariables: `{"1":"${'v'.repeat(257)}"}` }, 400, 50541],
    [
      'too many variables',
      {
        ContentSid: content,
        ContentVariables: JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [i, 'x']))),
      },
      400,
      50529,
    ],
  ])('with %s is refused and uses no index', async (_description, body, status, code) => {
    const { refusal, conversation } = await createWorld();
    const { inside, message } = await conversation();
    expect(await refusal(create, { ...inside, body })).toEqual([status, code]);
    expect(await message()).toMatchObject({ index: 0 });
  });

  it('can have 32 KB on chat, but only 1,600 characters if a participant has an address', async () => {
    const { refusal, conversation } = await createWorld();
    const long = { Body: 'x'.repeat(32 * 1024) };
    const { inside, chat, sms, message } = await conversation();
    await chat('alice');
    expect(await message(long)).toMatchObject({ body: long.Body });
    await sms('+15557770101');
    expect(await refusal(create, { ...inside, body: long })).toEqual([400, 50504]);
    expect(await refusal(create, { ...inside, body: { Body: 'x'.repeat(1601) } })).toEqual([400, 50504]);
    const sms1600 = { Body: 'ü'.repeat(1600) };
    expect(await message(sms1600)).toMatchObject({ body: sms1600.Body });
  });

  it('with a content template has the template, but neither body nor media', async () => {
    const { conversation } = await createWorld();
    const { message } = await conversation();
    const created = await message({ Body: 'ignored', ContentSid: content, ContentVariables: '{"1":"Ada"}' });
    expect(created).toMatchObject({ body: null, media: null, content_sid: content });
  });

  it('is refused if the conversation does not exist', async () => {
    const { call, inService } = await createWorld();
    const { status, body } = await call(create, { ...inService, ConversationSid: 'gone', body: { Body: 'x' } });
    expect(status).toBe(404);
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inService.ChatServiceSid}/Conversations/gone/Messages was not found`,
    );
  });
});

describe('a message with media', () => {
  const seeded = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
  const unsent = 'ME5e0000000000000000000000000000f2';
  const sent = 'ME5e0000000000000000000000000000f1';
  const media = [{ sid: unsent, size: 20480, content_type: 'application/pdf', filename: 'return-label.pdf' }];

  async function newConversation() {
    const world = await createWorld({ seed: 'support-desk' });
    const ConversationSid = sidOf(await world.callOk('createserviceconversation', { ...seeded, body: {} }));
    return { ...world, inside: { ...seeded, ConversationSid } };
  }

  it('has its media, with or without a body', async () => {
    const { callOk, inside } = await newConversation();
    expect(await callOk(create, { ...inside, body: { MediaSid: unsent } })).toMatchObject({ body: null, media });
  });

  it('can be sent once', async () => {
    const { callOk, refusal, inside, inService } = await newConversation();
    const body = { MediaSid: unsent, Body: 'your label' };
    expect(await callOk(create, { ...inside, body })).toMatchObject({ body: 'your label', media });
    expect(await refusal(create, { ...inside, body })).toEqual([409, 50508]);
    expect(await refusal(create, { ...inside, body: { MediaSid: sent } })).toEqual([409, 50508]);
    const elsewhere = sidOf(await callOk('createserviceconversation', { ...inService, body: {} }));
    expect(await refusal(create, { ...inService, ConversationSid: elsewhere, body })).toEqual([404, 50507]);
  });

  it('cannot change its body, but its other fields', async () => {
    const { callOk, refusal, inside } = await newConversation();
    const created = await callOk(create, { ...inside, body: { MediaSid: unsent } });
    const at = { ...inside, Sid: sidOf(created) };
    expect(await refusal(update, { ...at, body: { Body: 'x' } })).toEqual([400, 50509]);
    expect(await callOk(update, { ...at, body: { Attributes: '[]' } })).toEqual({ ...created, attributes: '[]' });
  });
});

describe('the index of messages', () => {
  it('starts at 0 in each conversation, and is not reused after a deletion', async () => {
    const { call, callOk, conversation } = await createWorld();
    const { inside, message } = await conversation();
    const created = await times(3, () => message());
    expect(created.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const each of created.slice(1)) {
      expect((await call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(each) })).status).toBe(204);
    }
    expect(await message()).toMatchObject({ index: 3 });
    expect(itemsOf(await callOk(list, inside)).map(({ index }) => index)).toEqual([0, 3]);
    expect(await (await conversation()).message()).toMatchObject({ index: 0 });
  });

  it('follows the order of creation, whatever date is given', async () => {
    const { conversation } = await createWorld();
    const { message } = await conversation();
    expect(await message({ Body: 'b', DateCreated: '2025-01-02' })).toMatchObject({ index: 0 });
    expect(await message({ Body: 'a', DateCreated: '2025-01-01' })).toMatchObject({ index: 1 });
  });
});

describe('an existing message', () => {
  it('is found by its SID and its URL, only in its own conversation', async () => {
    const { call, callOk, follow, refusal, conversation } = await createWorld();
    const { inside, message, sid } = await conversation({ UniqueName: 'order' });
    const created = await message();
    const at = { ...inside, Sid: sidOf(created) };
    expect(await callOk(fetch, at)).toEqual(created);
    expect(await callOk(fetch, { ...at, ConversationSid: 'order' })).toEqual(created);
    expect(await follow(created['url'])).toEqual(created);
    const { delivery_receipts: receipts } = created['links'] as JsonObject;
    expect(itemsOf(await follow(receipts))).toEqual([]);

    const other = await conversation();
    expect(await refusal(fetch, { ...other.inside, Sid: sidOf(created) })).toEqual([404, 20404]);
    const { body } = await call(fetch, { ...inside, Sid: '0' });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Messages/0 was not found`,
    );
  });

  it('changes only the given fields, and keeps its index and creation date', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { inside, chat, message } = await conversation();
    const alice = sidOf(await chat('alice'));
    const created = await message({ Body: 'helo', Author: 'alice', Attributes: '[1]' });
    const at = { ...inside, Sid: sidOf(created) };
    clock.advance(2000);
    const corrected = await callOk(update, { ...at, body: { Body: 'hello', Subject: 'x' } });
    expect(corrected).toEqual({ ...created, body: 'hello', date_updated: '2026-01-01T00:00:02Z' });
    expect(await callOk(update, { ...at, body: { Author: 'bob', Attributes: '[2]' } })).toEqual({
      ...corrected,
      author: 'bob',
      participant_sid: null,
      attributes: '[2]',
    });
    expect(await callOk(update, { ...at, body: { Author: 'alice', DateUpdated: '2025-01-01' } })).toMatchObject({
      participant_sid: alice,
      date_updated: '2025-01-01T00:00:00Z',
    });
    expect(await callOk(update, { ...at, body: { Author: '' } })).toMatchObject({ author: 'system' });
    expect(await callOk(fetch, at)).toMatchObject({ body: 'hello', index: 0, author: 'system' });
  });

  it('refuses an empty or invalid update and does not change', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside, message } = await conversation();
    const created = await message();
    const at = { ...inside, Sid: sidOf(created) };
    const refused = (body: Input) => refusal(update, { ...at, body });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ Body: '' })).toEqual([400, 50503]);
    expect(await refused({ Body: 'x'.repeat(32 * 1024 + 1) })).toEqual([400, 50504]);
    expect(await refused({ Author: 'x'.repeat(257) })).toEqual([400, 50310]);
    expect(await refused({ Body: 'y', Attributes: 'x' })).toEqual([400, 50304]);
    expect(await refusal(update, { ...at, body: { MediaSid: 'x' } }, { allowUnknown: true })).toEqual([400, 20161]);
    expect(await callOk(fetch, at)).toEqual(created);
    const gone = { ...inside, Sid: `IM${'0'.repeat(32)}` };
    expect(await refusal(update, { ...gone, body: { Body: 'x' } })).toEqual([404, 20404]);
    expect(await refusal('deleteserviceconversationmessage', gone)).toEqual([404, 20404]);
  });

  it('remains when its author leaves', async () => {
    const { call, callOk, conversation } = await createWorld();
    const { inside, chat, message } = await conversation();
    await chat('alice');
    const created = await message({ Author: 'alice', Body: 'bye' });
    await call('deleteserviceconversationparticipant', { ...inside, Sid: 'alice' });
    expect(await callOk(fetch, { ...inside, Sid: sidOf(created) })).toEqual(created);
  });

  it('is deleted with its receipts', async () => {
    const { call, callOk, refusal, conversation } = await createWorld();
    const { inside, sms, message } = await conversation();
    await sms('+15557770101');
    const MessageSid = sidOf(await message());
    const [receipt] = sidsOf(await callOk('listserviceconversationmessagereceipt', { ...inside, MessageSid }));
    await call('deleteserviceconversationmessage', { ...inside, Sid: MessageSid });
    const at = { ...inside, MessageSid, Sid: receipt };
    expect(await refusal('fetchserviceconversationmessagereceipt', at)).toEqual([404, 20404]);
  });
});
