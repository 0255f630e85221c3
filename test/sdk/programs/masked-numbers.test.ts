/** A delivery service. Courier and customer write to numbers of the service and never see each other's. */
import type { Twilio } from 'twilio';
import { expect, test } from 'vitest';
import { isRefused, openWorld } from './open-world.js';

const NUMBERS = ['+15559990001', '+15559990002'];
const COURIER = '+15551110001';
const CUSTOMER = '+15552220001';
const OTHER_CUSTOMER = '+15553330001';

/** Connects two phones for an order. The line closes after two hours without a message. */
async function openLine({ conversations }: Twilio, order: string, phones: readonly string[]): Promise<string> {
  const { sid } = await conversations.v1.conversations.create({
    uniqueName: `order-${order}`,
    'timers.inactive': 'PT30M',
    'timers.closed': 'PT90M',
  });
  try {
    for (const phone of phones) await connect(conversations.v1.conversations(sid), phone);
  } catch (error) {
    await conversations.v1.conversations(sid).remove();
    throw error;
  }
  return sid;
}

type Line = ReturnType<Twilio['conversations']['v1']['conversations']>;

/** Adds a phone behind the first number that it does not use for another open order. */
async function connect(line: Line, phone: string): Promise<void> {
  for (const number of NUMBERS) {
    try {
      await line.participants.create({ 'messagingBinding.address': phone, 'messagingBinding.proxyAddress': number });
      return;
    } catch (error) {
      if (!isRefused(error, 50416)) throw error;
    }
  }
  throw new Error(`no number is free for ${phone}`);
}

const numberOf = async (line: Line, phone: string): Promise<string> => {
  const participants = await line.participants.list();
  const binding = participants.find(({ messagingBinding }) => messagingBinding?.address === phone)?.messagingBinding;
  return String(binding?.['proxy_address']);
};

test('two phones talk through numbers of the service, each order on its own numbers', async () => {
  const { world, client } = await openWorld();
  const line = client.conversations.v1.conversations(await openLine(client, '1', [COURIER, CUSTOMER]));
  const second = client.conversations.v1.conversations(await openLine(client, '2', [COURIER, OTHER_CUSTOMER]));
  expect(await numberOf(line, COURIER)).toBe(NUMBERS[0]);
  // The courier needs another number for the second order. The other customer does not.
  expect(await numberOf(second, COURIER)).toBe(NUMBERS[1]);
  expect(await numberOf(second, OTHER_CUSTOMER)).toBe(NUMBERS[0]);
  await expect(openLine(client, '3', [COURIER, '+15554440001'])).rejects.toThrow(`no number is free for ${COURIER}`);
  expect(await client.conversations.v1.conversations.list()).toHaveLength(2);

  await world.inbound({ from: COURIER, to: NUMBERS[0] ?? '', body: 'I am at the door' });
  await world.inbound({ from: CUSTOMER, to: NUMBERS[0] ?? '', body: 'Coming!' });
  await world.inbound({ from: COURIER, to: NUMBERS[1] ?? '', body: 'Ten minutes' });
  const told = await line.messages.list();
  expect(told.map(({ author, body }) => [author, body])).toEqual([
    [COURIER, 'I am at the door'],
    [CUSTOMER, 'Coming!'],
  ]);
  expect((await second.messages.list()).map(({ body }) => body)).toEqual(['Ten minutes']);

  // Each message went to the other phone alone.
  await world.clock.advance('PT5S');
  for (const [message, reader] of [
    [told[0], CUSTOMER],
    [told[1], COURIER],
  ] as const) {
    const receipts = await line.messages(message?.sid ?? '').deliveryReceipts.list();
    expect(receipts).toMatchObject([{ status: 'delivered', errorCode: 0 }]);
    const reached = await line.participants(receipts[0]?.participantSid ?? '').fetch();
    expect(reached.messagingBinding).toMatchObject({ type: 'sms', address: reader });
  }
});

test('the line closes by itself after silence, and its numbers serve the next order', async () => {
  const { world, client } = await openWorld();
  const sid = await openLine(client, '1', [COURIER, CUSTOMER]);
  const line = client.conversations.v1.conversations(sid);
  await world.clock.advance('PT30M');
  expect(await line.fetch()).toMatchObject({ state: 'inactive', timers: { date_closed: '2026-01-01T02:00:00Z' } });

  // A message makes it active again and starts its timers anew.
  await world.inbound({ from: CUSTOMER, to: NUMBERS[0] ?? '', body: 'Still there?' });
  expect(await line.fetch()).toMatchObject({ state: 'active', timers: { date_inactive: '2026-01-01T01:00:00Z' } });
  await world.clock.advance('PT2H');
  expect(await line.fetch()).toMatchObject({ state: 'closed', timers: {} });

  const late = { from: CUSTOMER, to: NUMBERS[0] ?? '', body: 'One more thing' };
  await expect(world.inbound(late)).rejects.toThrow('belong to no open conversation');
  await expect(line.messages.create({ body: 'Too late' })).rejects.toMatchObject({ status: 400, code: 50377 });
  expect((await line.messages.list()).map(({ body }) => body)).toEqual(['Still there?']);

  const next = client.conversations.v1.conversations(await openLine(client, '2', [COURIER, CUSTOMER]));
  expect(await numberOf(next, COURIER)).toBe(NUMBERS[0]);
  await world.inbound(late);
  expect(await next.messages.list()).toMatchObject([{ author: CUSTOMER, body: 'One more thing' }]);
  // The name of a closed order stays taken.
  await expect(openLine(client, '1', [COURIER])).rejects.toMatchObject({ status: 409, code: 50353 });
  const ofCustomer = await client.conversations.v1.participantConversations.list({ address: CUSTOMER });
  expect(ofCustomer.map(({ conversationState }) => conversationState).sort()).toEqual(['active', 'closed']);
});
