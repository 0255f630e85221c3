import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, sidOf, sidsOf } from '../../../helpers/simulator.js';
import { createWorld, MARY, messagingBinding, PROXY, times } from './world.js';

const create = 'createserviceconversationparticipant';
const remove = 'deleteserviceconversationparticipant';
const list = 'listserviceconversationparticipant';
const numberOf = (i: number) => `+1555${String(i).padStart(7, '0')}`;

describe('a new participant with an address', () => {
  it.each([
    ['sms', MARY, PROXY],
    ['whatsapp', `whatsapp:${MARY}`, `whatsapp:${PROXY}`],
    ['rcs', `rcs:${MARY}`, 'rcs:brand'],
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
    await (await conversation()).sms(MARY);
    expect(sidsOf(await callOk('listserviceuser', inService))).toEqual([]);
  });

  it('is refused with the conversation in which its address pair is in use', async () => {
    const { call, conversation } = await createWorld();
    const { sid, inside, sms } = await conversation();
    await sms(MARY);
    const elsewhere = await conversation();
    for (const path of [inside, elsewhere.inside]) {
      const { body } = await call(create, { ...path, body: messagingBinding(MARY, PROXY) });
      expect(body).toEqual({
        code: 50416,
        message: `A binding for this participant and proxy address already exists in Conversation ${sid}`,
        more_info: 'https://www.twilio.com/docs/errors/50416',
        status: 409,
      });
    }
    expect(await elsewhere.sms(MARY, '+15558880002')).toMatchObject({ identity: null });
  });

  it('is refused if its pair is in use in another service, but not in another account', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    await (await conversation()).sms(MARY);
    const inAnother = async (account: string) => {
      const ChatServiceSid = sidOf(await callOk('createservice', { body: { FriendlyName: 'x' } }, { account }));
      const ConversationSid = sidOf(await callOk('createserviceconversation', { ChatServiceSid }, { account }));
      return { ChatServiceSid, ConversationSid, body: messagingBinding(MARY, PROXY) };
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
    await first.sms(MARY);
    const second = await world.conversation();
    expect(await world.refusal(create, { ...second.inside, body: messagingBinding(MARY, PROXY) })).toEqual([
      409, 50416,
    ]);
    await end(world, first);
    expect(await second.sms(MARY)).toMatchObject({ identity: null });
  });

  it('cannot have the pair of an inactive conversation', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const first = await conversation();
    await first.sms(MARY);
    await callOk('updateserviceconversation', { ...first.at, body: { State: 'inactive' } });
    const second = await conversation();
    expect(await refusal(create, { ...second.inside, body: messagingBinding(MARY, PROXY) })).toEqual([409, 50416]);
  });
});

describe('a new participant of a group MMS', () => {
  it('can be a number of the account without an identity, and can be the author of messages', async () => {
    const { callOk, conversation } = await createWorld();
    const { inside } = await conversation();
    const own = await callOk(create, { ...inside, body: messagingBinding(undefined, undefined, PROXY) });
    expect(own).toMatchObject({ identity: null, messaging_binding: { type: 'sms', projected_address: PROXY } });
    expect(
      await callOk('createserviceconversationmessage', { ...inside, body: { Author: PROXY, Body: 'Hi' } }),
    ).toMatchObject({ participant_sid: sidOf(own) });
  });

  it('can be a phone without a proxy address, before the number of the account but not beside proxies', async () => {
    const { callOk, refusal, conversation } = await createWorld();
    const { inside } = await conversation();
    await callOk(create, { ...inside, body: messagingBinding(MARY) });
    await callOk(create, { ...inside, body: messagingBinding(undefined, undefined, PROXY) });
    const { inside: other, sms } = await conversation();
    await sms('+15557770102', PROXY);
    expect(await refusal(create, { ...other, body: messagingBinding(MARY) })).toEqual([400, 50412]);
  });
});

describe('a new participant is refused', () => {
  const long = `+${'1'.repeat(256)}`;
  it.each<[string, Input, number]>([
    ['without identity and address', {}, 50204],
    ['with an empty identity', { Identity: '' }, 50204],
    ['with an identity like a user SID', { Identity: `US${'0'.repeat(32)}` }, 50206],
    ['with an identity of 257 characters', { Identity: 'x'.repeat(257) }, 50207],
    ['with identity and address', { Identity: 'a', ...messagingBinding(MARY) }, 50211],
    ['with identity and proxy address', { Identity: 'a', ...messagingBinding(undefined, PROXY) }, 50211],
    ['with only a proxy address', messagingBinding(undefined, PROXY), 50411],
    ['with an invalid number', messagingBinding('555', PROXY), 50407],
    ['with a number without +', messagingBinding('15557770101', PROXY), 50407],
    ['with an invalid WhatsApp number', messagingBinding('whatsapp:mary', PROXY), 50407],
    ['with an address of an unknown kind', messagingBinding('fax:1', PROXY), 50407],
    ['with an address of 257 characters', messagingBinding(long, PROXY), 50407],
    ['with address and projected address', messagingBinding(MARY, undefined, '+15558880009'), 50407],
    ['with an invalid proxy number', messagingBinding(MARY, 'proxy'), 50408],
    ['with a proxy address of 257 characters', messagingBinding(MARY, long), 50408],
    ['with a proxy address equal to the address', messagingBinding(MARY, MARY), 50409],
    ['with a proxy address of another kind', messagingBinding(MARY, `whatsapp:${PROXY}`), 50414],
    ['with an address of another kind', messagingBinding(`whatsapp:${MARY}`, PROXY), 50414],
    ['with a WhatsApp address without proxy', messagingBinding(`whatsapp:${MARY}`), 50412],
    ['with an invalid projected number', { Identity: 'a', ...messagingBinding(undefined, undefined, 'x') }, 50407],
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
    await sms(MARY);
    expect(await refusal(create, { ...inside, body: messagingBinding(MARY, '+15558880002') })).toEqual([409, 50433]);
  });

  it('as the 51st with an address, and as the 1,001st in total', async () => {
    const { refusal, conversation } = await createWorld();
    const { inside, chat, sms } = await conversation();
    await times(50, (i) => sms(numberOf(i)));
    expect(await refusal(create, { ...inside, body: messagingBinding(numberOf(50), PROXY) })).toEqual([400, 50418]);
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
