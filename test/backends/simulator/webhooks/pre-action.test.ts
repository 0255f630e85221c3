import { expect, test } from 'vitest';
import { startWebhookTarget, type WebhookResponse } from '../../../helpers/webhook-target.js';
import { callOk, WITH_WEBHOOKS, sidOf, startSim } from '../../../helpers/sim.js';

/** A service with a pre-action webhook for messages and conversations, which responds with `answer`. */
async function setUp(answer: WebhookResponse, timeoutMs = 5000) {
  const sim = await startSim({ webhooks: { timeoutMs } });
  const world = sim.world('pre');
  const app = await startWebhookTarget(world.authToken);
  const service = sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const inside = { ChatServiceSid: service };
  const conversation = sidOf(await callOk(world, 'createserviceconversation', { ...inside, body: {} }));
  const filters = ['onMessageAdd', 'onMessageUpdate', 'onConversationAdd', 'onConversationUpdate', 'onMessageAdded'];
  const hooks = { PreWebhookUrl: app.origin, PostWebhookUrl: app.origin, Method: 'POST', Filters: filters };
  await callOk(world, 'updateservicewebhookconfiguration', { ...inside, body: hooks });
  app.respondWith(answer);
  const send = (body: object) =>
    world.call('createserviceconversationmessage', {
      ...inside,
      ConversationSid: conversation,
      ...WITH_WEBHOOKS,
      body,
    });
  return { world, app, inside, conversation, send };
}

test.each([
  ['nothing', {}],
  ['an empty object', { body: {} }],
  ['text that is not JSON', { body: 'ok' }],
  ['a list', { body: [] }],
])('a webhook that responds with %s does not change the message', async (_, answer) => {
  const { send } = await setUp(answer);
  expect(await send({ Body: 'Hi', Author: 'ann' })).toMatchObject({ status: 201, body: { body: 'Hi', author: 'ann' } });
});

test('a webhook can change the body, author and attributes of a message', async () => {
  const { send, app, world } = await setUp({ body: { body: 'Bye', author: 'bob', attributes: '{"edited":true}' } });
  expect(await send({ Body: 'Hi', Author: 'ann' })).toMatchObject({
    status: 201,
    body: { body: 'Bye', author: 'bob', attributes: '{"edited":true}' },
  });
  await world.webhooks.idle();
  expect(app.received.map(({ parameters: { EventType, Body } }) => [EventType, Body])).toEqual([
    ['onMessageAdd', 'Hi'],
    ['onMessageAdded', 'Bye'],
  ]);
});

test('a webhook can change the name of a conversation', async () => {
  const { world, inside, conversation } = await setUp({ body: { friendly_name: 'Renamed' } });
  const created = await callOk(world, 'createserviceconversation', {
    ...inside,
    ...WITH_WEBHOOKS,
    body: { FriendlyName: 'New' },
  });
  expect(created['friendly_name']).toBe('Renamed');
  const input = { ...inside, ...WITH_WEBHOOKS, Sid: conversation, body: { FriendlyName: 'Again' } };
  expect((await callOk(world, 'updateserviceconversation', input))['friendly_name']).toBe('Renamed');
});

test.each([400, 403, 404, 500, 503])('a webhook that responds with %i rejects the message', async (status) => {
  const { send, world, inside, conversation } = await setUp({ status });
  expect(await send({ Body: 'Hi' })).toMatchObject({ status: 400, body: { code: 50056 } });
  const list = await callOk(world, 'listserviceconversationmessage', { ...inside, ConversationSid: conversation });
  expect(list['messages']).toEqual([]);
});

test('an invalid value from a webhook refuses the write', async () => {
  const { send } = await setUp({ body: { attributes: 'no json' } });
  expect(await send({ Body: 'Hi' })).toMatchObject({ status: 400 });
});

test('an invalid write is refused without calling the webhook', async () => {
  const { send, app } = await setUp({});
  expect(await send({})).toMatchObject({ status: 400, body: { code: 50503 } });
  expect(app.received).toEqual([]);
});

test('a webhook that times out does not stop the action, and the delivery has failed', async () => {
  const { send, world } = await setUp({ hangs: true }, 50);
  expect(await send({ Body: 'Hi' })).toMatchObject({ status: 201, body: { body: 'Hi' } });
  const [delivery] = await world.webhooks.list({ event: 'onMessageAdd' });
  expect(delivery).toMatchObject({ target: 'service-pre', state: 'failed', attempts: [{ status: null }] });
});

test('an unreachable webhook does not stop the action', async () => {
  const { send, world, inside } = await setUp({});
  await callOk(world, 'updateservicewebhookconfiguration', {
    ...inside,
    body: { PreWebhookUrl: 'http://127.0.0.1:9/' },
  });
  expect(await send({ Body: 'Hi' })).toMatchObject({ status: 201 });
});

test('a write is refused if the conversation was closed during the webhook', async () => {
  const { send, world, app, inside, conversation } = await setUp({});
  app.respondWith(async ({ parameters: { EventType } }) => {
    const closing = { ...inside, Sid: conversation, body: { State: 'closed' } };
    if (EventType === 'onMessageAdd') await callOk(world, 'updateserviceconversation', closing);
    return {};
  });
  expect(await send({ Body: 'Hi' })).toMatchObject({ status: 400, body: { code: 50377 } });
});
