import { describe, expect, it } from 'vitest';
import { ACCOUNT, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, times } from './world.js';

/** Names that must be percent-encoded in a path, or that have a special meaning in JavaScript. */
const specialNames = ['a b', 'ä/ö?ü#', '100%', '%2F', '+', '日本', '__proto__', 'constructor', 'null', 'x'.repeat(256)];

describe('a new user', () => {
  it("responds with all fields and their defaults, in Twilio's order", async () => {
    const { call, role, inService } = await createWorld();
    const { status, body, text } = await call('createserviceuser', { ...inService, body: { Identity: 'alice' } });
    const sid = sidOf(body ?? {});
    const url = `${ORIGIN}/v1/Services/${inService.ChatServiceSid}/Users/${sid}`;
    expect(status).toBe(201);
    expect(sid).toMatch(/^US[0-9a-f]{32}$/);
    expect(text).toBe(
      JSON.stringify({
        sid,
        account_sid: ACCOUNT,
        chat_service_sid: inService.ChatServiceSid,
        role_sid: await role('service user'),
        identity: 'alice',
        friendly_name: null,
        attributes: '{}',
        is_online: null,
        is_notifiable: null,
        date_created: START,
        date_updated: START,
        url,
        links: { user_conversations: `${url}/Conversations` },
      }),
    );
  });

  it('has the given values, with unchanged attributes', async () => {
    const { user, role } = await createWorld();
    const RoleSid = await role('service admin');
    const given = { FriendlyName: 'Alice', Attributes: '{ "a" :  1,"a":2 }', RoleSid };
    expect(await user('alice', given)).toMatchObject({
      friendly_name: 'Alice',
      attributes: '{ "a" :  1,"a":2 }',
      role_sid: RoleSid,
    });
  });

  it.each<[string, object, number, number]>([
    ['without an identity', {}, 400, 50204],
    ['with an empty identity', { Identity: '' }, 400, 50204],
    ['with an identity like a user SID', { Identity: `US${'aB'.repeat(16)}` }, 400, 50206],
    ['with an identity of 257 characters', { Identity: 'x'.repeat(257) }, 400, 50207],
    ['with an identity that is taken', { Identity: 'taken' }, 409, 50201],
    ['with a name of 257 characters', { Identity: 'a', FriendlyName: 'x'.repeat(257) }, 400, 50003],
    ['with attributes that are not JSON', { Identity: 'a', Attributes: '{a: 1}' }, 400, 50304],
    ['with empty attributes', { Identity: 'a', Attributes: '' }, 400, 50304],
    ['with attributes over 16 KB', { Identity: 'a', Attributes: `"${'x'.repeat(16_383)}"` }, 400, 50303],
    ['with attributes over 16 KB in UTF-8', { Identity: 'a', Attributes: `"${'ü'.repeat(8192)}"` }, 400, 50303],
    ['with a role that does not exist', { Identity: 'a', RoleSid: `RL${'0'.repeat(32)}` }, 400, 50100],
    ['with an invalid role SID', { Identity: 'a', RoleSid: 'boss' }, 400, 50100],
  ])('%s is refused', async (_description, body, status, code) => {
    const { callOk, user, refusal, inService } = await createWorld();
    await user('taken');
    expect(await refusal('createserviceuser', { ...inService, body })).toEqual([status, code]);
    expect(sidsOf(await callOk('listserviceuser', inService))).toHaveLength(1);
  });

  it('cannot have a role of type conversation', async () => {
    const { refusal, role, inService } = await createWorld();
    const body = { Identity: 'a', RoleSid: await role('channel user') };
    expect(await refusal('createserviceuser', { ...inService, body })).toEqual([400, 50100]);
  });

  it('can have attributes of 16 KB, and any JSON as attributes', async () => {
    const { user } = await createWorld();
    const full = `"${'x'.repeat(16 * 1024 - 2)}"`;
    expect(await user('full', { Attributes: full })).toMatchObject({ attributes: full });
    for (const [i, text] of ['[]', 'null', '1', '"text"', ' {} '].entries()) {
      expect(await user(`user-${i}`, { Attributes: text })).toMatchObject({ attributes: text });
    }
  });

  it('has an identity that is case-sensitive and unique only in its service', async () => {
    const { callOk, user, inService } = await createWorld();
    await user('alice');
    expect(await user('Alice')).toMatchObject({ identity: 'Alice' });
    expect((await callOk('fetchserviceuser', { ...inService, Sid: 'alice' }))['identity']).toBe('alice');
    const other = sidOf(await callOk('createservice', { body: { FriendlyName: 'Other' } }));
    const body = { Identity: 'alice' };
    expect(await callOk('createserviceuser', { ChatServiceSid: other, body })).toMatchObject({ identity: 'alice' });
  });

  it('is created once when an unknown identity becomes a participant', async () => {
    const world = await createWorld();
    const { callOk, role, inService } = world;
    await (await world.conversation()).chat('newcomer');
    await (await world.conversation()).chat('newcomer');
    await (await world.conversation()).sms('+15557770101');
    expect(await callOk('listserviceuser', inService)).toMatchObject({
      users: [{ identity: 'newcomer', friendly_name: null, attributes: '{}', role_sid: await role('service user') }],
    });
  });
});

describe('an existing user', () => {
  it.each(specialNames)('is found by the identity "%s" and by its SID', async (identity) => {
    const { callOk, user, follow, inService } = await createWorld();
    const created = await user(identity);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: identity })).toEqual(created);
    expect(await callOk('fetchserviceuser', { ...inService, Sid: sidOf(created) })).toEqual(created);
    expect(await follow(created['url'])).toEqual(created);
  });

  it('gives a 404 that names the encoded path if it does not exist', async () => {
    const { call, inService } = await createWorld();
    for (const name of specialNames) {
      const { status, body } = await call('fetchserviceuser', { ...inService, Sid: name });
      expect(status).toBe(404);
      expect(body?.['message']).toBe(
        `The requested resource /v1/Services/${inService.ChatServiceSid}/Users/${encodeURIComponent(name)} was not found`,
      );
    }
  });

  it('changes only the given fields, and keeps its identity', async () => {
    const { clock, callOk, user, role, inService } = await createWorld();
    const created = await user('alice', { FriendlyName: 'Alice', Attributes: '{"a":1}' });
    const at = { ...inService, Sid: 'alice' };
    clock.advance(1500);
    const renamed = await callOk('updateserviceuser', { ...at, body: { FriendlyName: 'Al' } });
    expect(renamed).toEqual({ ...created, friendly_name: 'Al', date_updated: '2026-01-01T00:00:01Z' });
    const RoleSid = await role('service admin');
    expect(await callOk('updateserviceuser', { ...at, body: { Attributes: '[]', RoleSid } })).toEqual({
      ...renamed,
      attributes: '[]',
      role_sid: RoleSid,
    });
    const identity = { ...at, body: { Identity: 'bob', FriendlyName: 'B' } };
    expect(await callOk('updateserviceuser', identity, { allowUnknown: true })).toMatchObject({ identity: 'alice' });
  });

  it('refuses an empty or invalid update and does not change', async () => {
    const { callOk, user, refusal, role, inService } = await createWorld();
    const created = await user('alice');
    const at = { ...inService, Sid: 'alice' };
    const update = (body: object) => refusal('updateserviceuser', { ...at, body });
    expect(await update({})).toEqual([400, 20161]);
    expect(await update({ Attributes: '{' })).toEqual([400, 50304]);
    expect(await update({ Attributes: `"${'x'.repeat(16_383)}"` })).toEqual([400, 50303]);
    expect(await update({ FriendlyName: 'x'.repeat(257) })).toEqual([400, 50003]);
    expect(await update({ FriendlyName: 'x', RoleSid: await role('channel admin') })).toEqual([400, 50100]);
    expect(await callOk('fetchserviceuser', at)).toEqual(created);
    expect(await refusal('updateserviceuser', { ...inService, Sid: 'bob', body: { FriendlyName: 'B' } })).toEqual([
      404, 20404,
    ]);
  });

  it('is deleted with its participants, but not with its messages, and frees its identity', async () => {
    const world = await createWorld();
    const { call, callOk, user, refusal, inService } = world;
    const created = await user('alice');
    const conversation = await world.conversation();
    await conversation.chat('alice');
    await conversation.chat('bob');
    const message = await conversation.message({ Author: 'alice', Body: 'hello' });

    expect((await call('deleteserviceuser', { ...inService, Sid: 'alice' })).status).toBe(204);
    expect(await refusal('deleteserviceuser', { ...inService, Sid: 'alice' })).toEqual([404, 20404]);
    expect(await refusal('fetchserviceuser', { ...inService, Sid: sidOf(created) })).toEqual([404, 20404]);
    const participants = await callOk('listserviceconversationparticipant', conversation.inside);
    expect(participants).toMatchObject({ participants: [{ identity: 'bob' }] });
    const messages = await callOk('listserviceconversationmessage', conversation.inside);
    expect(messages).toMatchObject({ messages: [message] });

    const again = await user('alice');
    expect(sidOf(again)).not.toBe(sidOf(created));
    const found = await callOk('listserviceparticipantconversation', { ...inService, Identity: 'alice' });
    expect(found).toMatchObject({ conversations: [] });
  });
});

describe('the online status of a user', () => {
  const seed = 'support-desk';
  const service = 'IS5e0000000000000000000000000000d1';
  const at = { ChatServiceSid: service };

  it('is in the response to a fetch if the service has reachability on', async () => {
    const { callOk } = await createWorld({ seed });
    const fetched = (Sid: string) => callOk('fetchserviceuser', { ...at, Sid });
    expect(await fetched('ada')).toMatchObject({ is_online: true, is_notifiable: true });
    expect(await fetched('grace')).toMatchObject({ is_online: false, is_notifiable: true });
    expect(await fetched('linus')).toMatchObject({ is_online: null, is_notifiable: null });
  });

  it('is not in the response to a list or an update, or with reachability off', async () => {
    const { callOk } = await createWorld({ seed });
    const hidden = { is_online: null, is_notifiable: null };
    expect(await callOk('listserviceuser', at)).toMatchObject({ users: [hidden, hidden, hidden] });
    const renamed = { ...at, Sid: 'ada', body: { FriendlyName: 'A' } };
    expect(await callOk('updateserviceuser', renamed)).toMatchObject(hidden);
    await callOk('updateserviceconfiguration', { ...at, body: { ReachabilityEnabled: false } });
    expect(await callOk('fetchserviceuser', { ...at, Sid: 'ada' })).toMatchObject(hidden);
  });
});

describe('the list of users', () => {
  itPagesLikeTwilio({
    operation: 'listserviceuser',
    key: 'users',
    defaultSize: 50,
    maximum: 50,
    async fill(count) {
      const simulator = await createWorld();
      const sids = await times(count, async (i) => sidOf(await simulator.user(`user-${i}`)));
      const path = `/v1/Services/${simulator.inService.ChatServiceSid}/Users`;
      return { simulator, input: simulator.inService, path, sids };
    },
  });
});
