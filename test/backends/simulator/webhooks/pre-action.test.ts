import { expect, test } from 'vitest';
import { startWebhookTarget, type Said } from '../../../helpers/webhook-target.js';
import { ask, HEARD, sidOf, startSim } from '../../../helpers/sim.js';

/** A service that asks before every message and conversation; the app says what the test wants. */
async function asking(answer: Said, timeoutMs = 5000) {
  const sim = await startSim({ webhooks: { timeoutMs } });
  const world = sim.world('pre');
  const app = await startWebhookTarget(world.authToken);
  const service = sidOf(await ask(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const inside = { ChatServiceSid: service };
  const conversation = sidOf(await ask(world, 'createserviceconversation', { ...inside, body: {} }));
  const filters = ['onMessageAdd', 'onMessageUpdate', 'onConversationAdd', 'onConversationUpdate', 'onMessageAdded'];
  const hooks = { PreWebhookUrl: app.origin, PostWebhookUrl: app.origin, Method: 'POST', Filters: filters };
  await ask(world, 'updateservicewebhookconfiguration', { ...inside, body: hooks });
  app.say(answer);
  const say = (body: object) =>
    world.call('createserviceconversationmessage', { ...inside, ConversationSid: conversation, ...HEARD, body });
  return { world, app, inside, conversation, say };
}

test.each([
  ['nothing', {}],
  ['an empty object', { body: {} }],
  ['what is no JSON', { body: 'ok' }],
  ['a list', { body: [] }],
])('a hook that answers %s lets the message through as it is', async (_, answer) => {
  const { say } = await asking(answer);
  expect(await say({ Body: 'Hi', Author: 'ann' })).toMatchObject({ status: 201, body: { body: 'Hi', author: 'ann' } });
});

test('a hook changes body, author and attributes of a message', async () => {
  const { say, app, world } = await asking({ body: { body: 'Bye', author: 'bob', attributes: '{"edited":true}' } });
  expect(await say({ Body: 'Hi', Author: 'ann' })).toMatchObject({
    status: 201,
    body: { body: 'Bye', author: 'bob', attributes: '{"edited":true}' },
  });
  await world.webhooks.idle();
  expect(app.heard.map(({ parameters: { EventType, Body } }) => [EventType, Body])).toEqual([
    ['onMessageAdd', 'Hi'],
    ['onMessageAdded', 'Bye'],
  ]);
});

test('a hook changes the name of a conversation', async () => {
  const { world, inside, conversation } = await asking({ body: { friendly_name: 'Renamed' } });
  const made = await ask(world, 'createserviceconversation', { ...inside, ...HEARD, body: { FriendlyName: 'New' } });
  expect(made['friendly_name']).toBe('Renamed');
  const input = { ...inside, ...HEARD, Sid: conversation, body: { FriendlyName: 'Again' } };
  expect((await ask(world, 'updateserviceconversation', input))['friendly_name']).toBe('Renamed');
});

test.each([400, 403, 404, 500, 503])('a hook that answers %i rejects the message', async (status) => {
  const { say, world, inside, conversation } = await asking({ status });
  expect(await say({ Body: 'Hi' })).toMatchObject({ status: 400, body: { code: 50056 } });
  const list = await ask(world, 'listserviceconversationmessage', { ...inside, ConversationSid: conversation });
  expect(list['messages']).toEqual([]);
});

test('a value that Twilio would refuse is refused to the caller', async () => {
  const { say } = await asking({ body: { attributes: 'no json' } });
  expect(await say({ Body: 'Hi' })).toMatchObject({ status: 400 });
});

test('a write that would be refused anyway is not asked about', async () => {
  const { say, app } = await asking({});
  expect(await say({})).toMatchObject({ status: 400, body: { code: 50503 } });
  expect(app.heard).toEqual([]);
});

test('a hook that does not answer in time lets the action go on, and the outbox says so', async () => {
  const { say, world } = await asking({ hangs: true }, 50);
  expect(await say({ Body: 'Hi' })).toMatchObject({ status: 201, body: { body: 'Hi' } });
  const [asked] = await world.webhooks.list({ event: 'onMessageAdd' });
  expect(asked).toMatchObject({ target: 'service-pre', state: 'failed', attempts: [{ status: null }] });
});

test('a hook that nobody serves lets the action go on', async () => {
  const { say, world, inside } = await asking({});
  await ask(world, 'updateservicewebhookconfiguration', { ...inside, body: { PreWebhookUrl: 'http://127.0.0.1:9/' } });
  expect(await say({ Body: 'Hi' })).toMatchObject({ status: 201 });
});

test('while the hook thinks, the conversation may close: then the write is refused', async () => {
  const { say, world, app, inside, conversation } = await asking({});
  app.say(async ({ parameters: { EventType } }) => {
    const closing = { ...inside, Sid: conversation, body: { State: 'closed' } };
    if (EventType === 'onMessageAdd') await ask(world, 'updateserviceconversation', closing);
    return {};
  });
  expect(await say({ Body: 'Hi' })).toMatchObject({ status: 400, body: { code: 50377 } });
});
