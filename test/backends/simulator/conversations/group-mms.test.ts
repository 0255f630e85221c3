import { describe, expect, it } from 'vitest';
import { itemsOf, sidOf } from '../../../helpers/simulator.js';
import { createWorld, MARY, messagingBinding } from './world.js';

const create = 'createserviceconversationparticipant';
const update = 'updateserviceconversationparticipant';
const list = 'listserviceconversationparticipant';

/** The projected address of the chat user in a group MMS. */
const projected = '+15558880009';

async function group(numbers: readonly string[]) {
  const world = await createWorld();
  const { inside, chat, ...rest } = await world.conversation();
  await chat('alice', messagingBinding(undefined, undefined, projected));
  for (const number of numbers) await world.callOk(create, { ...inside, body: messagingBinding(number) });
  return { ...world, ...rest, inside, chat };
}

describe('a group MMS', () => {
  it('has chat users with projected addresses, and phones without a proxy address and role', async () => {
    const { callOk, role, inside } = await group([MARY]);
    expect(itemsOf(await callOk(list, inside))).toMatchObject([
      { identity: null, messaging_binding: { type: 'sms', address: MARY }, role_sid: null },
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
    expect(await refusal(create, { ...inside, body: messagingBinding('+15557770010') })).toEqual([400, 50436]);
    const other = await group([MARY]);
    const body = { Identity: 'bob', ...messagingBinding(undefined, undefined, projected) };
    expect(await other.refusal(create, { ...other.inside, body })).toEqual([409, 50437]);
    expect(await other.refusal(create, { ...other.inside, body: messagingBinding(MARY) })).toEqual([409, 50433]);
  });

  it('has no members outside of the US and Canada, and no number of the account as a phone', async () => {
    const { callOk, refusal, inside, conversation } = await group([]);
    const refused = (number: string) => refusal(create, { ...inside, body: messagingBinding(number) });
    expect(await refused('+4915112345678')).toEqual([400, 50407]);
    expect(await refused(projected)).toEqual([400, 50407]);
    await callOk('createconfigurationaddress', { body: { Type: 'sms', Address: '+15558880007' } });
    expect(await refused('+15558880007')).toEqual([400, 50407]);
    // A pair may have a number of any country.
    const pair = { ...(await conversation()).inside, body: messagingBinding('+4915112345678', '+4915112345679') };
    expect(await callOk(create, pair)).toMatchObject({ identity: null });
  });

  it('is the only open conversation with its members', async () => {
    const { call, callOk, refusal, sid, at, conversation } = await group([MARY]);
    const twin = await conversation();
    await twin.chat('bob', messagingBinding(undefined, undefined, projected));
    const { body } = await call(create, { ...twin.inside, body: messagingBinding(MARY) });
    expect(body).toMatchObject({
      code: 50438,
      status: 409,
      message: `Group MMS with given participant list already exists as Conversation ${sid}`,
    });

    const other = await conversation();
    const carol = await other.chat('carol', messagingBinding(undefined, undefined, '+15558880008'));
    await callOk(create, { ...other.inside, body: messagingBinding(MARY) });
    const renumber = { ...other.inside, Sid: sidOf(carol), body: messagingBinding(undefined, undefined, projected) };
    expect(await refusal(update, renumber)).toEqual([409, 50438]);

    await callOk('updateserviceconversation', { ...at, body: { State: 'closed' } });
    expect(await callOk(create, { ...twin.inside, body: messagingBinding(MARY) })).toMatchObject({ identity: null });
  });
});

describe('the author of a group MMS message', () => {
  it('must be a member', async () => {
    const { call, callOk, refusal, conversation } = await createWorld();
    const { inside, chat, message } = await conversation();
    await chat('alice', { 'MessagingBinding.ProjectedAddress': '+15558880009' });
    const phone = { 'MessagingBinding.Address': '+15557770101' };
    await callOk('createserviceconversationparticipant', { ...inside, body: phone });
    const refused = await call('createserviceconversationmessage', { ...inside, body: { Author: 'bob', Body: 'x' } });
    expect(refused.body).toMatchObject({
      code: 50513,
      status: 400,
      message: 'Message author should be among Group MMS participants.',
    });
    const created = await message({ Author: 'alice', Body: 'x' });
    expect(await message({ Author: '+15557770101', Body: 'x' })).toMatchObject({ author: '+15557770101' });
    expect(await message({ Body: 'x' })).toMatchObject({ author: 'system' });
    const change = { ...inside, Sid: sidOf(created), body: { Author: 'bob' } };
    expect(await refusal('updateserviceconversationmessage', change)).toEqual([400, 50513]);
  });
});
