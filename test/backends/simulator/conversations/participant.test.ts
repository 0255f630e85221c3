import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, MARY, messagingBinding, PROXY, times } from './world.js';

const create = 'createserviceconversationparticipant';
const fetch = 'fetchserviceconversationparticipant';
const update = 'updateserviceconversationparticipant';
const remove = 'deleteserviceconversationparticipant';
const list = 'listserviceconversationparticipant';

describe('a new chat participant', () => {
  it("responds with all fields and their defaults, in Twilio's order", async () => {
    const { call, role, conversation } = await createWorld();
    const { sid: conversationSid, inside } = await conversation();
    const { status, body, text } = await call(create, { ...inside, body: { Identity: 'alice' } });
    const sid = sidOf(body ?? {});
    const service = inside.ChatServiceSid;
    expect(status).toBe(201);
    expect(sid).toMatch(/^MB[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        chat_service_sid: service,
        conversation_sid: conversationSid,
        sid,
        identity: 'alice',
        attributes: '{}',
        messaging_binding: null,
        role_sid: await role('channel user'),
        date_created: START,
        date_updated: START,
        url: `${ORIGIN}/v1/Services/${service}/Conversations/${conversationSid}/Participants/${sid}`,
        last_read_message_index: null,
        last_read_timestamp: null,
      }),
    );
  });

  it('has the given values', async () => {
    const { role, conversation } = await createWorld();
    const { chat } = await conversation();
    const RoleSid = await role('channel admin');
    const dates = { DateCreated: '2020-01-01T00:00:00Z', DateUpdated: '2021-01-01T00:00:00Z' };
    expect(await chat('alice', { Attributes: '{ }', RoleSid, ...dates })).toMatchObject({
      attributes: '{ }',
      role_sid: RoleSid,
      date_created: dates.DateCreated,
      date_updated: dates.DateUpdated,
    });
  });

  it('can be in a conversation once, and in any number of conversations', async () => {
    const { refusal, conversation } = await createWorld();
    const { inside, chat } = await conversation();
    await chat('alice');
    expect(await refusal(create, { ...inside, body: { Identity: 'alice' } })).toEqual([409, 50433]);
    expect(await chat('Alice')).toMatchObject({ identity: 'Alice' });
    const { chat: chatElsewhere } = await conversation();
    expect(await chatElsewhere('alice')).toMatchObject({ identity: 'alice' });
  });

  it('is added only once by concurrent requests', async () => {
    const { call, conversation } = await createWorld();
    const { inside } = await conversation();
    const answers = await Promise.all([1, 2, 3].map(() => call(create, { ...inside, body: { Identity: 'alice' } })));
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409]);
  });
});

describe('an existing participant', () => {
  it.each(['alice', 'a b', 'ä/ö?ü#', '100%', '%2F', '__proto__', MARY])(
    'is found by the identity "%s" and by its SID',
    async (identity) => {
      const { callOk, follow, conversation } = await createWorld();
      const { inside, chat } = await conversation({ UniqueName: 'order' });
      const created = await chat(identity);
      expect(await callOk(fetch, { ...inside, Sid: identity })).toEqual(created);
      expect(await callOk(fetch, { ...inside, Sid: sidOf(created) })).toEqual(created);
      expect(await callOk(fetch, { ...inside, ConversationSid: 'order', Sid: identity })).toEqual(created);
      expect(await follow(created['url'])).toEqual(created);
    },
  );

  it('gives a 404 that names the encoded path if it does not exist', async () => {
    const { call, refusal, conversation } = await createWorld();
    const { inside, sid, chat, sms } = await conversation();
    const other = await conversation();
    const alice = sidOf(await chat('alice'));
    await sms(MARY);
    const { body } = await call(fetch, { ...inside, Sid: MARY });
    expect(body?.['message']).toBe(
      `The requested resource /v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Participants/%2B15557770101 was not found`,
    );
    for (const Sid of [alice, 'alice']) expect(await refusal(fetch, { ...other.inside, Sid })).toEqual([404, 20404]);
    for (const operation of [update, remove]) {
      const input = { ...inside, Sid: 'bob', ...(operation === update ? { body: { Attributes: '{}' } } : {}) };
      expect(await refusal(operation, input)).toEqual([404, 20404]);
    }
  });

  it('changes only the given fields', async () => {
    const { clock, callOk, role, conversation } = await createWorld();
    const { inside, chat } = await conversation();
    const created = await chat('alice', { Attributes: '[1]' });
    const at = { ...inside, Sid: 'alice' };
    clock.advance(1000);
    const changed = await callOk(update, { ...at, body: { Attributes: '[2]' } });
    expect(changed).toEqual({ ...created, attributes: '[2]', date_updated: '2026-01-01T00:00:01Z' });
    const RoleSid = await role('channel admin');
    expect(await callOk(update, { ...at, body: { RoleSid, DateCreated: '2020-01-01' } })).toEqual({
      ...changed,
      role_sid: RoleSid,
      date_created: '2020-01-01T00:00:00Z',
    });
  });

  it('can get another identity, for which a user is created if necessary', async () => {
    const { callOk, refusal, conversation, inService } = await createWorld();
    const { inside, chat, sms } = await conversation();
    const alice = await chat('alice');
    await chat('bob');
    const phone = sidOf(await sms(MARY));
    const rename = (Sid: string, Identity: string) => ({ ...inside, Sid, body: { Identity } });
    expect(await refusal(update, rename('alice', 'bob'))).toEqual([409, 50433]);
    expect(await refusal(update, rename('alice', ''))).toEqual([400, 50204]);
    expect(await refusal(update, rename(phone, 'carol'))).toEqual([400, 50444]);
    expect(await callOk(update, rename('alice', 'carol'))).toEqual({ ...alice, identity: 'carol' });
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'carol' })).toMatchObject({ identity: 'carol' });
    expect(await refusal(fetch, { ...inside, Sid: 'alice' })).toEqual([404, 20404]);
  });

  it('cannot get another proxy address', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside, sms } = await conversation();
    const Sid = sidOf(await sms(MARY));
    const withProxy = (ProxyAddress: string) => ({ ...inside, Sid, body: messagingBinding(undefined, ProxyAddress) });
    for (const other of ['+15558880002', 'proxy', MARY, `whatsapp:${PROXY}`]) {
      expect(await refusal(update, withProxy(other))).toEqual([400, 50441]);
    }
    for (const empty of ['null', '']) expect(await refusal(update, withProxy(empty))).toEqual([400, 50440]);
    expect(await callOk(update, withProxy(PROXY))).toMatchObject({
      messaging_binding: { type: 'sms', address: MARY, proxy_address: PROXY },
    });
  });

  it('can join and leave a group MMS by its projected address', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside, chat, sms } = await conversation();
    await chat('alice');
    const phone = sidOf(await sms(MARY));
    const change = (Sid: string, body: Input) => ({ ...inside, Sid, body });
    const joined = await callOk(update, change('alice', messagingBinding(undefined, undefined, '+15558880009')));
    expect(joined['messaging_binding']).toEqual({ type: 'sms', projected_address: '+15558880009' });
    expect((await callOk(update, change(phone, messagingBinding(undefined, 'null'))))['messaging_binding']).toEqual({
      type: 'sms',
      address: MARY,
    });
    expect(await refusal(update, change(phone, messagingBinding(undefined, undefined, '+15558880008')))).toEqual([
      400, 50443,
    ]);
    expect(await refusal(update, change('alice', messagingBinding(undefined, undefined, 'x')))).toEqual([400, 50407]);
    expect(await refusal(update, change('alice', messagingBinding(undefined, PROXY)))).toEqual([400, 50441]);
    expect(await callOk(update, change('alice', messagingBinding(undefined, undefined, 'null')))).toMatchObject({
      messaging_binding: null,
    });
  });

  it('refuses an empty or invalid update and does not change', async () => {
    const { callOk, refusal, role, conversation } = await createWorld();
    const { inside, chat } = await conversation();
    const created = await chat('alice');
    const at = { ...inside, Sid: 'alice' };
    const refused = (body: Input) => refusal(update, { ...at, body });
    expect(await refused({})).toEqual([400, 20161]);
    expect(await refused({ Attributes: '[1]', LastReadMessageIndex: 'x' })).toEqual([400, 50421]);
    expect(await refused({ LastReadMessageIndex: -1 })).toEqual([400, 50421]);
    expect(await refused({ LastReadMessageIndex: 1.5 })).toEqual([400, 50421]);
    expect(await refused({ LastReadTimestamp: 'x' })).toEqual([400, 20001]);
    expect(await refused({ Attributes: 'x' })).toEqual([400, 50304]);
    expect(await refused({ RoleSid: `RL${'0'.repeat(32)}` })).toEqual([400, 50100]);
    expect(await refused({ RoleSid: await role('service admin') })).toEqual([400, 50109]);
    expect(await refused({ Attributes: '[1]', RoleSid: 'x' })).toEqual([400, 50100]);
    expect(await callOk(fetch, at)).toEqual(created);
  });

  it('is removed without its user and messages, and can be added again', async () => {
    const { call, callOk, refusal, conversation, inService } = await createWorld();
    const { inside, chat, message } = await conversation();
    const created = await chat('alice');
    const ownMessage = await message({ Author: 'alice', Body: 'x' });
    expect(await call(remove, { ...inside, Sid: 'alice' })).toEqual({ status: 204, body: null, text: '' });
    expect(await refusal(remove, { ...inside, Sid: 'alice' })).toEqual([404, 20404]);
    expect(await refusal(fetch, { ...inside, Sid: sidOf(created) })).toEqual([404, 20404]);
    const own = { ...inService, UserSid: 'alice' };
    expect(sidsOf(await callOk('listserviceuserconversation', own), 'conversation_sid')).toEqual([]);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'alice' })).toMatchObject({ identity: 'alice' });
    expect(await callOk('listserviceconversationmessage', inside)).toMatchObject({ messages: [ownMessage] });
    expect(sidOf(await chat('alice'))).not.toBe(sidOf(created));
  });
});

describe('the read horizon of a participant', () => {
  it('is set by an index, with the current or the given time, and removed by an empty one', async () => {
    const { clock, callOk, conversation } = await createWorld();
    const { inside, chat, message } = await conversation();
    await chat('alice');
    await times(3, () => message());
    const at = { ...inside, Sid: 'alice' };
    clock.advance(5000);
    expect(await callOk(update, { ...at, body: { LastReadMessageIndex: 2 } })).toMatchObject({
      last_read_message_index: 2,
      last_read_timestamp: '2026-01-01T00:00:05Z',
    });
    const withTime = { LastReadMessageIndex: 1, LastReadTimestamp: '2025-12-31T00:00:00Z' };
    expect(await callOk(update, { ...at, body: withTime })).toMatchObject({
      last_read_message_index: 1,
      last_read_timestamp: '2025-12-31T00:00:00Z',
    });
    expect(await callOk(update, { ...at, body: { LastReadTimestamp: '2026-02-01T00:00:00Z' } })).toMatchObject({
      last_read_message_index: 1,
      last_read_timestamp: '2026-02-01T00:00:00Z',
    });
    for (const empty of ['', 'null']) {
      await callOk(update, { ...at, body: { LastReadMessageIndex: 1 } });
      expect(await callOk(update, { ...at, body: { LastReadMessageIndex: empty } })).toMatchObject({
        last_read_message_index: null,
        last_read_timestamp: null,
      });
    }
  });

  it('is not changed by the own messages of the participant', async () => {
    const { callOk, conversation } = await createWorld();
    const { inside, chat, message } = await conversation();
    await chat('alice');
    await message({ Author: 'alice', Body: 'x' });
    expect(await callOk(fetch, { ...inside, Sid: 'alice' })).toMatchObject({ last_read_message_index: null });
  });
});

describe('the list of participants', () => {
  itPagesLikeTwilio({
    operation: list,
    key: 'participants',
    defaultSize: 50,
    maximum: 100,
    async fill(count) {
      const simulator = await createWorld();
      const { inside, chat, sid } = await simulator.conversation();
      const sids = await times(count, async (i) => sidOf(await chat(`user-${i}`)));
      const path = `/v1/Services/${inside.ChatServiceSid}/Conversations/${sid}/Participants`;
      return { simulator, input: inside, path, sids: sids.toSorted() };
    },
  });

  it('is refused if the conversation does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(list, { ...inService, ConversationSid: 'gone' })).toEqual([404, 20404]);
  });
});
