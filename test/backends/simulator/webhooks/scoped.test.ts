import { expect, test } from 'vitest';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, createDesk, WITH_WEBHOOKS, sidOf, startSim } from '../../../helpers/sim.js';

/** A conversation and an app, with functions to add a webhook and to send a message. */
async function setUp() {
  const sim = await startSim();
  const world = sim.world('scoped');
  const app = await startWebhookTarget(world.authToken);
  const { inside } = await createDesk(world);
  return {
    world,
    app,
    inside,
    send: (text: string, extra: object = WITH_WEBHOOKS) =>
      callOk(world, 'createserviceconversationmessage', { ...inside, ...extra, body: { Body: text } }),
    add: async (target: string, configuration: object) => {
      const body = { Target: target, Configuration: configuration };
      return sidOf(await callOk(world, 'createserviceconversationscopedwebhook', { ...inside, body }));
    },
    bodies: () => app.received.map(({ parameters }) => parameters['Body']),
  };
}

test('a webhook receives the signed events of its conversation that are in its filters', async () => {
  const { world, app, inside, add, send } = await setUp();
  const sid = await add('webhook', { Url: app.origin, Method: 'GET', Filters: ['onMessageAdded'] });
  const { sid: other } = await callOk(world, 'createserviceconversation', {
    ChatServiceSid: inside.ChatServiceSid,
    body: {},
  });
  await send('one');
  const elsewhere = { ...inside, ConversationSid: other, ...WITH_WEBHOOKS, body: { Body: 'not here' } };
  await callOk(world, 'createserviceconversationmessage', elsewhere);
  await world.webhooks.idle();
  expect(app.events()).toEqual(['onMessageAdded']);
  expect(app.received[0]).toMatchObject({ isSigned: true, method: 'GET', parameters: { Body: 'one' } });
  expect(await world.webhooks.list()).toMatchObject([{ target: 'webhook', webhookSid: sid, state: 'delivered' }]);
});

test('a trigger fires for messages with one of its keywords, ignoring case', async () => {
  const { world, app, add, send, bodies } = await setUp();
  await add('trigger', { Url: app.origin, Triggers: ['help', 'Agent'] });
  for (const text of ['please HELP', 'an agent', 'nothing']) await send(text);
  await world.webhooks.idle();
  expect(bodies()).toEqual(['please HELP', 'an agent']);
});

test('a Studio flow is recorded in the outbox without a request', async () => {
  const { world, add, send } = await setUp();
  await add('studio', { FlowSid: `FW${'a'.repeat(32)}` });
  await send('hello');
  const [noted, ...others] = await world.webhooks.list();
  expect(others).toEqual([]);
  expect(noted).toMatchObject({
    target: 'studio',
    state: 'noted',
    url: '',
    attempts: [],
    parameters: { Body: 'hello' },
  });
});

test('messages from `replay_after` on are replayed only to the new webhook', async () => {
  const { world, app, add, send, bodies } = await setUp();
  for (const text of ['zero', 'one', 'two']) await send(text, {});
  await add('webhook', { Url: `${app.origin}/before`, Filters: ['onMessageAdded'] });
  await add('webhook', { Url: `${app.origin}/new`, Filters: ['onMessageAdded'], ReplayAfter: 1 });
  await world.webhooks.idle();
  expect(bodies()).toEqual(['one', 'two']);
  expect(app.received.map(({ url }) => url)).toEqual(['/new', '/new']);
  expect(app.received.every(({ isSigned }) => isSigned)).toBe(true);
});

test('an event that is not in the filters is not replayed', async () => {
  const { world, app, add, send } = await setUp();
  await send('zero', {});
  await add('webhook', { Url: app.origin, Filters: ['onMessageUpdated'], ReplayAfter: 0 });
  await world.webhooks.idle();
  expect(app.received).toEqual([]);
});

test('a pre-action event is not sent to the webhook of a conversation', async () => {
  const { world, app, add, send } = await setUp();
  await add('webhook', { Url: app.origin, Filters: ['onMessageAdd'] });
  await send('one');
  await world.webhooks.idle();
  expect(await world.webhooks.list()).toEqual([]);
});

test('deleting a conversation fires its own webhook, which is deleted with it', async () => {
  const { world, app, inside, add } = await setUp();
  const sid = await add('webhook', { Url: app.origin, Filters: ['onConversationRemoved'] });
  await add('webhook', { Url: `${app.origin}/other`, Filters: ['onMessageAdded'] });
  const { ChatServiceSid, ConversationSid } = inside;
  await callOk(world, 'deleteserviceconversation', { ChatServiceSid, Sid: ConversationSid, ...WITH_WEBHOOKS });
  await world.webhooks.idle();
  expect(app.received).toMatchObject([{ isSigned: true, url: '/', parameters: { ConversationSid } }]);
  expect(app.events()).toEqual(['onConversationRemoved']);
  expect(await world.webhooks.list()).toMatchObject([{ target: 'webhook', webhookSid: sid, state: 'delivered' }]);
});
