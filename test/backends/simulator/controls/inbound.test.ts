import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/body.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, createDesk, startSim } from '../../../helpers/sim.js';

const CUSTOMER = '+15550001111';
const DESK = '+15559990000';

async function setUp() {
  const sim = await startSim();
  const world = sim.world('inbound');
  const app = await startWebhookTarget(world.authToken);
  const { service, conversation, inside } = await createDesk(world);
  const filters = ['onConversationAdd', 'onConversationAdded', 'onParticipantAdded', 'onMessageAdd', 'onMessageAdded'];
  // Only the account's filters accept the events of users.
  const hooks = { PreWebhookUrl: app.origin, PostWebhookUrl: app.origin, Filters: [...filters, 'onUserUpdated'] };
  await callOk(world, 'updateconfigurationwebhook', { body: hooks });
  const join = (body: object) => callOk(world, 'createserviceconversationparticipant', { ...inside, body });
  return { world, app, service, conversation, inside, join };
}

test('a message from a participant’s address arrives in its conversation, with the channel as the source', async () => {
  const { world, app, conversation, join } = await setUp();
  const { sid } = await join({ MessagingBinding: { Address: CUSTOMER, ProxyAddress: DESK } });
  const message = await world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi' });
  expect(message).toMatchObject({
    conversation_sid: conversation,
    author: CUSTOMER,
    body: 'Hi',
    participant_sid: sid,
    index: 0,
  });
  await world.webhooks.idle();
  expect(app.received.map(({ parameters: { EventType, Source } }) => [EventType, Source])).toEqual([
    ['onMessageAdd', 'SMS'],
    ['onMessageAdded', 'SMS'],
  ]);
  expect(app.received.every(({ isSigned }) => isSigned)).toBe(true);
});

test('WhatsApp and SMS are distinguished when they use the same number', async () => {
  const { world, app, join } = await setUp();
  await join({ MessagingBinding: { Address: CUSTOMER, ProxyAddress: DESK } });
  await join({ MessagingBinding: { Address: `whatsapp:${CUSTOMER}`, ProxyAddress: `whatsapp:${DESK}` } });
  await world.inbound({ from: `whatsapp:${CUSTOMER}`, to: `whatsapp:${DESK}`, body: 'Hi' });
  await world.webhooks.idle();
  expect(app.received.at(-1)?.parameters).toMatchObject({ Author: `whatsapp:${CUSTOMER}`, Source: 'WHATSAPP' });
});

test('a message from a chat user has the client SDK as its source', async () => {
  const { world, app, conversation, join } = await setUp();
  await join({ Identity: 'ann' });
  const message = await world.inbound({ from: 'ann', conversation, body: 'Hi', attributes: '{"mood":"good"}' });
  expect(message).toMatchObject({ author: 'ann', attributes: '{"mood":"good"}' });
  await world.webhooks.idle();
  expect(app.received.at(-1)?.parameters).toMatchObject({ Source: 'SDK', ClientIdentity: 'ann' });
});

test('a message from an unknown number opens a conversation only with autocreation', async () => {
  const { world, app, service } = await setUp();
  await expect(world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi' })).rejects.toThrow('autocreation is off');
  await world.autocreate(service);
  const message = await world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi' });
  await world.webhooks.idle();
  expect(app.events().sort()).toEqual(
    ['onConversationAdd', 'onConversationAdded', 'onMessageAdded', 'onParticipantAdded'].sort(),
  );
  const parametersOf = (event: string) =>
    app.received.find(({ parameters }) => parameters['EventType'] === event)?.parameters;
  const binding = { 'MessagingBinding.Address': CUSTOMER, 'MessagingBinding.ProxyAddress': DESK };
  expect(parametersOf('onConversationAdd')).toMatchObject({ ...binding, MessageBody: 'Hi', Source: 'SMS' });
  expect(parametersOf('onConversationAdded')).toMatchObject(binding);
  expect(parametersOf('onConversationAdded')).not.toHaveProperty('MessageBody');
  const again = await world.inbound({ from: CUSTOMER, to: DESK, body: 'Me again' });
  expect(again).toMatchObject({ conversation_sid: message['conversation_sid'], index: 1 });
});

test('a message is dropped when a webhook rejects the conversation that it would open', async () => {
  const { world, app, service } = await setUp();
  await world.autocreate(service);
  app.respondWith({ status: 403 });
  await expect(world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi' })).rejects.toThrow('50056');
  const list = await callOk(world, 'listserviceconversation', { ChatServiceSid: service });
  expect(list['conversations']).toHaveLength(1);
});

test('a message to a closed conversation opens a new one', async () => {
  const { world, service } = await setUp();
  await world.autocreate(service);
  const { conversation_sid: Sid } = await world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi' });
  await callOk(world, 'updateserviceconversation', { ChatServiceSid: service, Sid, body: { State: 'closed' } });
  const next = await world.inbound({ from: CUSTOMER, to: DESK, body: 'Hi again' });
  expect(next['conversation_sid']).not.toBe(Sid);
});

test.each([
  [{ from: CUSTOMER, body: 'Hi' }, '`to` must be the number'],
  [{ from: 'ann', body: 'Hi' }, '`conversation` is required'],
  [{ from: 'ann', conversation: 'nowhere', body: 'Hi' }, 'there is no conversation "nowhere"'],
])('%o is refused with the reason', async (message, reason) => {
  const { world } = await setUp();
  await expect(world.inbound(message)).rejects.toThrow(reason);
});

test('a device is registered, and a user comes online', async () => {
  const { world, app, service, join } = await setUp();
  await join({ Identity: 'ann' });
  const device = { service, identity: 'ann', bindingType: 'fcm', endpoint: 'device-1' } as const;
  const Sid = await world.registerDevice(device);
  const binding = await callOk(world, 'fetchservicebinding', { ChatServiceSid: service, Sid });
  expect(binding).toMatchObject({ identity: 'ann', endpoint: 'device-1', binding_type: 'fcm' });
  const body = { ReachabilityEnabled: true };
  await callOk(world, 'updateserviceconfiguration', { ChatServiceSid: service, body });
  await world.setOnline(service, 'ann', true);
  await world.webhooks.idle();
  const user: JsonObject = await callOk(world, 'fetchserviceuser', { ChatServiceSid: service, Sid: 'ann' });
  expect(user).toMatchObject({ is_online: true, is_notifiable: true });
  expect(app.received.at(-1)?.parameters).toMatchObject({
    EventType: 'onUserUpdated',
    isOnline: 'true',
    isNotifiable: 'true',
  });
});
