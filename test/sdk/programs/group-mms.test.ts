/** A landlord's office. Tenants of a flat and the office share one group MMS, in which the office has a number of its own. */
import type { Twilio } from 'twilio';
import { expect, test } from 'vitest';
import { isRefused, openWorld } from './open-world.js';

const OFFICE = '+15559990000';
const TENANTS = ['+15551110001', '+15551110002', '+15551110003'];
const [ANN = '', BOB = '', CARL = ''] = TENANTS;

/** The group of these tenants: a new one, or the one that they already have. */
async function groupOf({ conversations: { v1 } }: Twilio, tenants: readonly string[], name: string): Promise<string> {
  const { sid } = await v1.conversations.create({ friendlyName: name });
  const { participants } = v1.conversations(sid);
  try {
    for (const tenant of tenants) await participants.create({ 'messagingBinding.address': tenant });
    await participants.create({ 'messagingBinding.projectedAddress': OFFICE });
    return sid;
  } catch (error) {
    await v1.conversations(sid).remove();
    // The refusal names the group that exists.
    const existing = isRefused(error, 50438) ? /CH[0-9a-f]{32}/.exec(error.message)?.[0] : undefined;
    if (existing === undefined) throw error;
    return existing;
  }
}

test('the office and the tenants write to one group, from their own numbers', async () => {
  const { world, client } = await openWorld();
  const sid = await groupOf(client, TENANTS, 'Flat 12');
  const group = client.conversations.v1.conversations(sid);
  expect(await groupOf(client, [CARL, ANN, BOB], 'Flat 12 again')).toBe(sid);
  expect(await client.conversations.v1.conversations.list()).toMatchObject([{ sid, friendlyName: 'Flat 12' }]);

  const members = await group.participants.list();
  const office = members.find(({ messagingBinding }) => messagingBinding?.['projected_address'] === OFFICE);
  expect(office).toMatchObject({ identity: null, messagingBinding: { type: 'sms', projected_address: OFFICE } });
  const notice = await group.messages.create({ author: OFFICE, body: 'The water is off on Monday' });
  expect(notice).toMatchObject({ participantSid: office?.sid, delivery: { total: 3 } });
  const stranger = group.messages.create({ author: 'the caretaker', body: 'Hello' });
  await expect(stranger).rejects.toMatchObject({ status: 400, code: 50513 });

  await world.inbound({ from: BOB, to: OFFICE, members: [ANN, CARL], body: 'All day?' });
  const told = await group.messages.list({ order: 'desc', limit: 1 });
  expect(told).toMatchObject([{ author: BOB, body: 'All day?', delivery: { total: 2 } }]);
  // The same sender without the others does not write to the group.
  await expect(world.inbound({ from: BOB, to: OFFICE, body: 'Only to you' })).rejects.toThrow('autocreation is off');
  expect(await group.messages.list()).toHaveLength(2);
});

test('a tenant who opted out gets nothing, and the others are served', async () => {
  const { world, client } = await openWorld();
  const group = client.conversations.v1.conversations(await groupOf(client, TENANTS, 'Flat 12'));
  await world.inbound({ from: CARL, to: OFFICE, members: [ANN, BOB], body: 'STOP' });
  const { sid } = await group.messages.create({ author: OFFICE, body: 'The water is back' });
  await world.clock.advance('PT5S');

  const people = await group.participants.list();
  const outcome = async (phone: string) => {
    const person = people.find(({ messagingBinding }) => messagingBinding?.address === phone);
    const receipts = await group.messages(sid).deliveryReceipts.list();
    return receipts.find(({ participantSid }) => participantSid === person?.sid);
  };
  expect(await outcome(CARL)).toMatchObject({ status: 'failed', errorCode: 21610 });
  expect(await outcome(ANN)).toMatchObject({ status: 'delivered', errorCode: 0 });
  expect(await outcome(BOB)).toMatchObject({ status: 'delivered', errorCode: 0 });
  expect((await group.messages(sid).fetch()).delivery).toMatchObject({ total: 3, delivered: 'some', failed: 'some' });
});

test('a tenant moves out, and the number of members is limited', async () => {
  const { world, client } = await openWorld();
  const sid = await groupOf(client, TENANTS, 'Flat 12');
  const { participants } = client.conversations.v1.conversations(sid);
  const people = await participants.list();
  const bob = people.find(({ messagingBinding }) => messagingBinding?.address === BOB);
  expect(await participants(bob?.sid ?? '').remove()).toBe(true);

  // The group is now that of the other two. Bob's number alone belongs to none.
  await world.inbound({ from: ANN, to: OFFICE, members: [CARL], body: 'Bye, Bob' });
  const left = { from: BOB, to: OFFICE, members: [ANN, CARL], body: 'Hello?' };
  await expect(world.inbound(left)).rejects.toThrow('belong to no open conversation');
  for (let i = 0; i < 7; i += 1) await participants.create({ 'messagingBinding.address': `+1555222000${i}` });
  const tooMany = participants.create({ 'messagingBinding.address': '+15552229999' });
  await expect(tooMany).rejects.toMatchObject({ status: 400, code: 50436 });
});
