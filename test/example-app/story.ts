import { expect } from 'vitest';
import { twilioClientFor, type SimWorld } from '../../src/index.js';
import type { Desk, Tenant } from './desk.js';

const DESK = '+15559990000';
const CUSTOMER = '+15551110000';
/** A magic address: messages to it fail with error 30003. */
const UNREACHABLE = '+15002300030';

/** One tenant's day at the desk. All assertions use the SDK, the world's controls, and the desk's notes. */
export async function playStory(world: SimWorld, desk: Desk): Promise<Tenant> {
  const client = twilioClientFor(world, { autoRetry: true, maxRetryDelay: 20 });
  const { sid: serviceSid } = await client.conversations.v1.services.create({ friendlyName: 'Desk' });
  const service = client.conversations.v1.services(serviceSid);
  const tenant: Tenant = { client, authToken: world.authToken, serviceSid, notes: [] };
  desk.tenants.set(world.accountSid, tenant);
  await desk.install(tenant);
  await world.autocreate(serviceSid);

  // An inbound SMS opens a conversation, and the desk answers it.
  const first = await world.inbound({ from: CUSTOMER, to: DESK, body: 'My lamp is broken' });
  await world.webhooks.idle();
  const conversation = service.conversations(first['conversation_sid'] as string);
  const participants = await conversation.participants.list();
  const present = participants.map(({ identity, messagingBinding }) => identity ?? messagingBinding?.address);
  expect(present.sort()).toEqual([CUSTOMER, 'agent']);

  // The pre-action webhook masks a card number and rejects a forbidden word.
  const firesWebhooks = { xTwilioWebhookEnabled: 'true' } as const;
  const masked = await conversation.messages.create({
    author: 'agent',
    body: 'Card 4111 1111 1111 1111?',
    ...firesWebhooks,
  });
  expect(masked.body).toBe('Card **** 1111?');
  const vetoed = conversation.messages.create({ author: 'agent', body: 'a forbidden word', ...firesWebhooks });
  await expect(vetoed).rejects.toMatchObject({ status: 400, code: 50056 });
  await expect(world.inbound({ from: CUSTOMER, to: DESK, body: 'FORBIDDEN' })).rejects.toThrow('50056');
  await world.webhooks.idle();

  // Delivery receipts proceed with the clock: one is delivered, one to an unreachable phone fails.
  await world.clock.advance('PT2S');
  const [receipt] = await conversation.messages(masked.sid).deliveryReceipts.list();
  expect(receipt).toMatchObject({ status: 'delivered', errorCode: 0 });
  expect((await conversation.messages(masked.sid).fetch()).delivery).toMatchObject({ total: 1, delivered: 'all' });
  const lost = await world.inbound({ from: UNREACHABLE, to: DESK, body: 'Hello?' });
  await world.webhooks.idle();
  await world.clock.advance('PT2S');
  const unreachable = service.conversations(lost['conversation_sid'] as string);
  const [, greeting] = await unreachable.messages.list();
  const [failed] = await unreachable.messages(greeting?.sid ?? '').deliveryReceipts.list();
  expect(failed).toMatchObject({ status: 'failed', errorCode: 30003 });

  // The desk fails once. The failed webhook is delivered again.
  tenant.failsOn = 'onMessageAdded';
  await world.inbound({ from: CUSTOMER, to: DESK, body: 'Are you there?' });
  await world.webhooks.idle();
  const [missed] = await world.webhooks.list({ event: 'onMessageAdded', state: 'failed' });
  expect(await world.webhooks.redeliver(missed?.id ?? 0)).toMatchObject({
    state: 'delivered',
    attempts: [{ status: 500 }, { status: 200 }],
    parameters: { Body: 'Are you there?' },
  });

  // The SDK's own retry survives a 429.
  await world.faults.add({ operation: 'fetchserviceconversation', status: 429, times: 1 });
  expect((await conversation.fetch()).state).toBe('active');
  expect((await world.verify({ operation: 'fetchserviceconversation', status: 429 }, { most: 1 })).verified).toBe(true);

  // Without activity, the conversation becomes inactive, then closed.
  await world.clock.advance('PT15M');
  expect((await conversation.fetch()).state).toBe('closed');
  await expect(conversation.messages.create({ body: 'Too late' })).rejects.toMatchObject({ code: 50377 });

  expect(tenant.notes).toEqual([
    `${CUSTOMER} (SMS): My lamp is broken`,
    'delivery: sent',
    'agent (API): Card **** 1111?',
    'delivery: sent',
    'delivery: delivered',
    'delivery: delivered',
    `${UNREACHABLE} (SMS): Hello?`,
    'delivery: failed 30003',
    `${CUSTOMER} (SMS): Are you there?`,
    'state: inactive (TIMER)',
    'state: inactive (TIMER)',
    'state: closed (TIMER)',
    'state: closed (TIMER)',
  ]);
  const order = ['createservice', 'createserviceconversationparticipant', 'createserviceconversationmessage'];
  expect(await world.verifyOrder(order.map((operation) => ({ operation })))).toMatchObject({ verified: true });
  return tenant;
}
