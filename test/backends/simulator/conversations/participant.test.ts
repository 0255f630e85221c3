import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, itemsOf, ORIGIN, sidOf, sidsOf, START } from '../../../helpers/simulator.js';
import { itPagesLikeTwilio } from './list-rules.js';
import { createWorld, PROXY, times } from './world.js';

const create = 'createserviceconversationparticipant';
const fetch = 'fetchserviceconversationparticipant';
const update = 'updateserviceconversationparticipant';
const remove = 'deleteserviceconversationparticipant';
const list = 'listserviceconversationparticipant';

const mary = '+15557770101';
const numberOf = (i: number) => `+1555${String(i).padStart(7, '0')}`;
/** Form fields of a participant with addresses. */
const binding = (Address?: string, ProxyAddress?: string, ProjectedAddress?: string): Input => ({
  MessagingBinding: { Address, ProxyAddress, ProjectedAddress },
});

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

describe('a new participant with an address', () => {
  it.each([
    ['sms', mary, PROXY],
    ['whatsapp', `whatsapp:${mary}`, `whatsapp:${PROXY}`],
    ['rcs', `rcs:${mary}`, 'rcs:brand'],
    ['messenger', 'messenger:1234', 'messenger:5678'],
    ['email', 'mary@example.com', 'desk@example.com'],
  ])('on %s shows its addresses', async (type, address, proxy) => {
    const { role, conversation } = await createWorld();
    const { sms } = await conversation();
    expect(await sms(address, proxy)).toMatchObject({
      identity: null,
      messaging_binding: { type, address, proxy_address: proxy },
      role_sid: await role('channel user'),
    });
  });

  it('does not create a user', async () => {
    const { callOk, conversation, inService } = await createWorld();
    await (await conversation()).sms(mary);
    expect(sidsOf(await callOk('listserviceuser', inService))).toEqual([]);
  });

  it('is refused with the conversation in which its address pair is in use', async () => {
    const { call, conversation } = await createWorld();
    const { sid, inside, sms } = await conversation();
    await sms(mary);
    const elsewhere = await conversation();
    for (const path of [inside, elsewhere.inside]) {
      const { body } = await call(create, { ...path, body: binding(mary, PROXY) });
      expect(body).toEqual({
        code: 50416,
        message: `A binding for this participant and proxy address already exists in Conversation ${sid}`,
        more_info: 'https://www.twilio.com/docs/errors/50416',
        status: 409,
      });
    }
    expect(await elsewhere.sms(mary, '+15558880002')).toMatchObject({ identity: null });
  });

  it('is refused if its pair is in use in another service, but not in another account', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    await (await conversation()).sms(mary);
    const inAnother = async (account: string) => {
      const ChatServiceSid = sidOf(await callOk('createservice', { body: { FriendlyName: 'x' } }, { account }));
      const ConversationSid = sidOf(await callOk('createserviceconversation', { ChatServiceSid }, { account }));
      return { ChatServiceSid, ConversationSid, body: binding(mary, PROXY) };
    };
    expect(await refusal(create, await inAnother(ACCOUNT))).toEqual([409, 50416]);
    const account = `AC${'f'.repeat(32)}`;
    expect(await callOk(create, await inAnother(account), { account })).toMatchObject({ identity: null });
  });

  it.each<[string, (world: Awaited<ReturnType<typeof createWorld>>, at: { sid: string }) => Promise<unknown>]>([
    [
      'closed',
      ({ callOk, inService }, { sid }) =>
        callOk('updateserviceconversation', { ...inService, Sid: sid, body: { State: 'closed' } }),
    ],
    ['deleted', ({ call, inService }, { sid }) => call('deleteserviceconversation', { ...inService, Sid: sid })],
    [
      'left',
      async ({ call, callOk, inService }, { sid }) => {
        const inside = { ...inService, ConversationSid: sid };
        const [Sid] = sidsOf(await callOk(list, inside));
        await call(remove, { ...inside, Sid });
      },
    ],
  ])('can have the pair of a conversation that was %s', async (_description, end) => {
    const world = await createWorld();
    const first = await world.conversation();
    await first.sms(mary);
    const second = await world.conversation();
    expect(await world.refusal(create, { ...second.inside, body: binding(mary, PROXY) })).toEqual([409, 50416]);
    await end(world, first);
    expect(await second.sms(mary)).toMatchObject({ identity: null });
  });

  it('cannot have the pair of an inactive conversation', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const first = await conversation();
    await first.sms(mary);
    await callOk('updateserviceconversation', { ...first.at, body: { State: 'inactive' } });
    const second = await conversation();
    expect(await refusal(create, { ...second.inside, body: binding(mary, PROXY) })).toEqual([409, 50416]);
  });
});

describe('a new participant is refused', () => {
  const long = `+${'1'.repeat(256)}`;
  it.each<[string, Input, number]>([
    ['without identity and address', {}, 50204],
    ['with an empty identity', { Identity: '' }, 50204],
    ['with an identity like a user SID', { Identity: `US${'0'.repeat(32)}` }, 50206],
    ['with an identity of 257 characters', { Identity: 'x'.repeat(257) }, 50207],
    ['with identity and address', { Identity: 'a', ...binding(mary) }, 50211],
    ['with identity and proxy address', { Identity: 'a', ...binding(undefined, PROXY) }, 50211],
    ['with only a projected address', binding(undefined, undefined, mary), 50204],
    ['with only a proxy address', binding(undefined, PROXY), 50411],
    ['with an invalid number', binding('555', PROXY), 50407],
    ['with a number without +', binding('15557770101', PROXY), 50407],
    ['with an invalid WhatsApp number', binding('whatsapp:mary', PROXY), 50407],
    ['with an address of an unknown kind', binding('fax:1', PROXY), 50407],
    ['with an address of 257 characters', binding(long, PROXY), 50407],
    ['with address and projected address', binding(mary, undefined, '+15558880009'), 50407],
    ['with an invalid proxy number', binding(mary, 'proxy'), 50408],
    ['with a proxy address of 257 characters', binding(mary, long), 50408],
    ['with a proxy address equal to the address', binding(mary, mary), 50409],
    ['with a proxy address of another kind', binding(mary, `whatsapp:${PROXY}`), 50414],
    ['with an address of another kind', binding(`whatsapp:${mary}`, PROXY), 50414],
    ['with an address without proxy', binding(mary), 50412],
    ['with a WhatsApp address without proxy', binding(`whatsapp:${mary}`), 50412],
    ['with an invalid projected number', { Identity: 'a', ...binding(undefined, undefined, 'x') }, 50407],
    ['with a role that does not exist', { Identity: 'a', RoleSid: `RL${'0'.repeat(32)}` }, 50100],
    ['with an invalid role SID', { Identity: 'a', RoleSid: 'x' }, 50100],
    ['with attributes that are not JSON', { Identity: 'a', Attributes: 'x' }, 50304],
    ['with attributes over 4 KB', { Identity: 'a', Attributes: `"${'x'.repeat(4095)}"` }, 50303],
    ['with an invalid creation date', { Identity: 'a', DateCreated: 'x' }, 50308],
    ['with an invalid update date', { Identity: 'a', DateUpdated: 'x' }, 50309],
  ])('%s', async (_description, body, code) => {
    const { callOk, refusal, conversation, inService } = await createWorld();
    const { inside } = await conversation();
    expect(await refusal(create, { ...inside, body })).toEqual([400, code]);
    expect(sidsOf(await callOk(list, inside))).toEqual([]);
    expect(sidsOf(await callOk('listserviceuser', inService))).toEqual([]);
  });

  it('with a role of type service', async () => {
    const { refusal, role, conversation } = await createWorld();
    const { inside } = await conversation();
    const body = { Identity: 'a', RoleSid: await role('service user') };
    expect(await refusal(create, { ...inside, body })).toEqual([400, 50109]);
  });

  it('if the conversation does not exist', async () => {
    const { refusal, inService } = await createWorld();
    const body = { Identity: 'a' };
    expect(await refusal(create, { ...inService, ConversationSid: 'gone', body })).toEqual([404, 20404]);
  });

  it('with an address that is already in the conversation, under another proxy', async () => {
    const { refusal, conversation } = await createWorld();
    const { inside, sms } = await conversation();
    await sms(mary);
    expect(await refusal(create, { ...inside, body: binding(mary, '+15558880002') })).toEqual([409, 50433]);
  });

  it('as the 51st with an address, and as the 1,001st in total', async () => {
    const { refusal, conversation } = await createWorld();
    const { inside, chat, sms } = await conversation();
    await times(50, (i) => sms(numberOf(i)));
    expect(await refusal(create, { ...inside, body: binding(numberOf(50), PROXY) })).toEqual([400, 50418]);
    await times(950, (i) => chat(`user-${i}`));
    expect(await refusal(create, { ...inside, body: { Identity: 'the 1001st' } })).toEqual([400, 50417]);
  });

  it('in the 1,001st conversation of an identity, not counting closed ones', async () => {
    const { refusal, conversation } = await createWorld();
    const [first] = await times(1000, async () => {
      const created = await conversation();
      await created.chat('alice');
      return created;
    });
    const next = await conversation();
    expect(await refusal(create, { ...next.inside, body: { Identity: 'alice' } })).toEqual([400, 50214]);
    await first?.close();
    expect(await next.chat('alice')).toMatchObject({ identity: 'alice' });
  });
});

/** The projected address of the chat user in a group MMS. */
const projected = '+15558880009';

async function group(numbers: readonly string[]) {
  const world = await createWorld();
  const { inside, chat, ...rest } = await world.conversation();
  await chat('alice', binding(undefined, undefined, projected));
  for (const number of numbers) await world.callOk(create, { ...inside, body: binding(number) });
  return { ...world, ...rest, inside, chat };
}

describe('a group MMS', () => {
  it('has chat users with projected addresses, and phones without a proxy address and role', async () => {
    const { callOk, role, inside } = await group([mary]);
    expect(itemsOf(await callOk(list, inside))).toMatchObject([
      { identity: null, messaging_binding: { type: 'sms', address: mary }, role_sid: null },
      {
        identity: 'alice',
        messaging_binding: { type: 'sms', projected_address: projected },
        role_sid: await role('channel user'),
      },
    ]);
    expect(Object.keys(itemsOf(await callOk(list, inside))[0]?.['messaging_binding'] ?? {})).toEqual([
      'type',
      'address',
    ]);
  });

  it('has at most ten members, each only once', async () => {
    const { refusal, inside } = await group(Array.from({ length: 9 }, (_, i) => `+1555777000${i}`));
    expect(await refusal(create, { ...inside, body: binding('+15557770010') })).toEqual([400, 50436]);
    const other = await group([mary]);
    const body = { Identity: 'bob', ...binding(undefined, undefined, projected) };
    expect(await other.refusal(create, { ...other.inside, body })).toEqual([409, 50437]);
    expect(await other.refusal(create, { ...other.inside, body: binding(mary) })).toEqual([409, 50433]);
  });

  it('is the only open conversation with its members', async () => {
    const { call, callOk, refusal, sid, at, conversation } = await group([mary]);
    const twin = await conversation();
    await twin.chat('bob', binding(undefined, undefined, projected));
    const { body } = await call(create, { ...twin.inside, body: binding(mary) });
    expect(body).toMatchObject({
      code: 50438,
      status: 409,
      message: `Group MMS with given participant list already exists as Conversation ${sid}`,
    });

    const other = await conversation();
    const carol = await other.chat('carol', binding(undefined, undefined, '+15558880008'));
    await callOk(create, { ...other.inside, body: binding(mary) });
    const renumber = { ...other.inside, Sid: sidOf(carol), body: binding(undefined, undefined, projected) };
    expect(await refusal(update, renumber)).toEqual([409, 50438]);

    await callOk('updateserviceconversation', { ...at, body: { State: 'closed' } });
    expect(await callOk(create, { ...twin.inside, body: binding(mary) })).toMatchObject({ identity: null });
  });
});

describe('an existing participant', () => {
  it.each(['alice', 'a b', 'ä/ö?ü#', '100%', '%2F', '__proto__', mary])(
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
    await sms(mary);
    const { body } = await call(fetch, { ...inside, Sid: mary });
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
    const phone = sidOf(await sms(mary));
    const rename = (Sid: string, Identity: string) => ({ ...inside, Sid, body: { Identity } });
    expect(await refusal(update, rename('alice', 'bob'))).toEqual([409, 50433]);
    expect(await refusal(update, rename('alice', ''))).toEqual([400, 50204]);
    expect(await refusal(update, rename(phone, 'carol'))).toEqual([400, 50444]);
    expect(await callOk(update, rename('alice', 'carol'))).toEqual({ ...alice, identity: 'carol' });
    expect(await callOk('fetchserviceuser', { ...inService, Sid: 'carol' })).toMatchObject({ identity: 'carol' });
    expect(await refusal(fetch, { ...inside, Sid: 'alice' })).toEqual([404, 20404]);
  });

  it('can get another proxy address, unless that pair is in use', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside, sms } = await conversation();
    const other = await conversation();
    const Sid = sidOf(await sms(mary));
    await other.sms(mary, '+15558880002');
    const withProxy = (ProxyAddress: string) => ({ ...inside, Sid, body: binding(undefined, ProxyAddress) });
    expect(await refusal(update, withProxy('+15558880002'))).toEqual([409, 50416]);
    expect(await refusal(update, withProxy('proxy'))).toEqual([400, 50441]);
    expect(await refusal(update, withProxy(mary))).toEqual([400, 50441]);
    expect(await refusal(update, withProxy(`whatsapp:${PROXY}`))).toEqual([400, 50441]);
    for (const empty of ['null', '']) expect(await refusal(update, withProxy(empty))).toEqual([400, 50440]);
    expect(await callOk(update, withProxy('+15558880003'))).toMatchObject({
      messaging_binding: { type: 'sms', address: mary, proxy_address: '+15558880003' },
    });
    expect(await (await conversation()).sms(mary, PROXY)).toMatchObject({ identity: null });
  });

  it('can join and leave a group MMS by its projected address', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside, chat, sms } = await conversation();
    await chat('alice');
    const phone = sidOf(await sms(mary));
    const change = (Sid: string, body: Input) => ({ ...inside, Sid, body });
    const joined = await callOk(update, change('alice', binding(undefined, undefined, '+15558880009')));
    expect(joined['messaging_binding']).toEqual({ type: 'sms', projected_address: '+15558880009' });
    expect((await callOk(update, change(phone, binding(undefined, 'null'))))['messaging_binding']).toEqual({
      type: 'sms',
      address: mary,
    });
    expect(await refusal(update, change(phone, binding(undefined, undefined, '+15558880008')))).toEqual([400, 50443]);
    expect(await refusal(update, change('alice', binding(undefined, undefined, 'x')))).toEqual([400, 50407]);
    expect(await refusal(update, change('alice', binding(undefined, PROXY)))).toEqual([400, 50441]);
    expect(await callOk(update, change('alice', binding(undefined, undefined, 'null')))).toMatchObject({
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
      return { simulator, input: inside, path, sids: sids.toReversed() };
    },
  });

  it('is refused if the conversation does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(list, { ...inService, ConversationSid: 'gone' })).toEqual([404, 20404]);
  });
});
