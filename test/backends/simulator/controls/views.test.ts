import { expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/body.js';
import { ACCOUNT, binding, newSimulator, sidOf } from '../../../helpers/simulator.js';

const SERVICE = 'IS5e0000000000000000000000000000d1';
const CONVERSATION = 'CH5e0000000000000000000000000000e1';

async function start(seed = 'support-desk') {
  const simulator = await newSimulator({ seed });
  onTestFinished(() => simulator.close());
  const run = async (name: string, input: JsonObject = {}): Promise<JsonObject> => {
    const control = simulator.controls.find((each) => each.name === name);
    return (await control?.run(undefined, input)) as JsonObject;
  };
  const call = async (operation: string, input: object): Promise<JsonObject> => {
    const { call: bound } = binding.bind(operation, { ...input }, { surface: 'engine', origin: 'http://x' });
    return (await simulator.answer(bound)).body?.value as JsonObject;
  };
  return { run, call };
}

const write = (body: object) => ({ ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, body });
/** Controls do not know the caller's origin, so they show Twilio's own. */
const withTwilioUrls = (value: JsonObject): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('http://x/', 'https://conversations.twilio.com/'));
const sum = (numbers: readonly number[] = []): number => numbers.reduce((total, each) => total + each, 0);
const namesIn = (found: JsonObject): unknown[] =>
  (found['conversations'] as JsonObject[]).map((each) => each['friendly_name']);

test('conversations are listed by latest activity, in parts', async () => {
  const { run, call } = await start();
  await call('createserviceconversationmessage', write({ Author: 'ada', Body: 'newest' }));
  const all = await run('conversations.list');
  expect(all['total']).toBe(4);
  expect(namesIn(all)).toEqual([
    'Broken lamp, order 1042',
    'Refund of order 0977',
    'Web chat 7',
    'Where is my parcel?',
  ]);
  expect((all['conversations'] as JsonObject[])[0]?.['last_message']).toEqual({
    author: 'ada',
    body: 'newest',
    media: 0,
  });
  const part = await run('conversations.list', { start: 1, limit: 2 });
  expect(part['total']).toBe(4);
  expect(namesIn(part)).toEqual(['Refund of order 0977', 'Web chat 7']);
});

test('conversations of all services are listed in one order', async () => {
  const { run, call } = await start();
  const service = await call('createservice', { body: { FriendlyName: 'Other' } });
  await call('createserviceconversation', { ChatServiceSid: service['sid'], body: { FriendlyName: 'Elsewhere' } });
  await call('createserviceconversationmessage', write({ Body: 'later' }));
  expect(namesIn(await run('conversations.list', { limit: 3 }))).toEqual([
    'Broken lamp, order 1042',
    'Elsewhere',
    'Refund of order 0977',
  ]);
  expect(namesIn(await run('conversations.list', { service: sidOf(service) }))).toEqual(['Elsewhere']);
});

test('conversations are found by state, name, participant and message', async () => {
  const { run } = await start();
  const found = async (input: JsonObject): Promise<unknown[]> => namesIn(await run('conversations.list', input));
  expect(await found({ state: 'closed' })).toEqual(['Refund of order 0977']);
  expect(await found({ text: 'LAMP' })).toEqual(['Broken lamp, order 1042']);
  expect(await found({ text: '5557770102' })).toEqual(['Where is my parcel?']);
  expect(await found({ text: 'norway' })).toEqual(['Web chat 7']);
  expect(await found({ text: 'no such text' })).toEqual([]);
});

test('messages are listed by index, with their receipts and recipients', async () => {
  const { run } = await start();
  const found = await run('conversations.messages', { conversation: CONVERSATION, start: 2, limit: 1 });
  expect(found['total']).toBe(5);
  expect(found['messages']).toMatchObject([
    { index: 2, author: 'ada', receipts: [{ status: 'delivered', to: '+15557770101', error_code: 0 }] },
  ]);
});

test('a record is found by its SID, and a message also has its position', async () => {
  const { run } = await start();
  const { messages } = await run('conversations.messages', { conversation: CONVERSATION, start: 4, limit: 1 });
  const [message = {}] = messages as JsonObject[];
  const [receipt = {}] = (message['receipts'] ?? []) as JsonObject[];
  const location = { conversation_sid: CONVERSATION, message_sid: sidOf(message), position: 4 };
  expect(await run('records.show', { sid: sidOf(message) })).toMatchObject({ kind: 'messages', ...location });
  expect(await run('records.show', { sid: sidOf(receipt) })).toMatchObject({ kind: 'receipts', ...location });
  expect(await run('records.show', { sid: SERVICE })).toMatchObject({ kind: 'services', conversation_sid: null });
  await expect(run('records.show', { sid: `IM${'0'.repeat(32)}` })).rejects.toThrow('This world has no record');
  await expect(run('records.show', { sid: 'XX1' })).rejects.toThrow('This world has no record');
});

test('a service has counts of its records and lists them by kind', async () => {
  const { run } = await start();
  const { services } = await run('services.list');
  expect(services).toMatchObject([
    { sid: SERVICE, counts: { conversations: 4, users: 3, roles: 6, bindings: 3, media: 2 } },
  ]);
  const users = await run('records.list', { kind: 'users', service: SERVICE, start: 1, limit: 1 });
  expect(users).toMatchObject({ total: 3, records: [{ identity: 'grace' }] });
});

test('records are shown in Twilio’s field names, and a credential without its secrets', async () => {
  const { run, call } = await start();
  const { records: users } = await run('records.list', { kind: 'users', service: SERVICE, limit: 1 });
  const [user = {}] = users as JsonObject[];
  expect(user).toEqual(
    await call('fetchserviceuser', { ChatServiceSid: SERVICE, Sid: sidOf(user) }).then(withTwilioUrls),
  );
  await call('createcredential', { body: { Type: 'fcm', FriendlyName: 'Push', Secret: 'a-push-secret' } });
  const credentials = await run('records.list', { kind: 'credentials' });
  expect(credentials).toMatchObject({ total: 1, records: [{ friendly_name: 'Push', type: 'fcm' }] });
  await call('createconfigurationaddress', { body: { Type: 'sms', Address: '+15550001111' } });
  const addresses = await run('records.list', { kind: 'addresses' });
  expect(addresses).toMatchObject({
    total: 1,
    records: [{ address: '+15550001111', auto_creation: { enabled: false } }],
  });
  const [credential = {}] = credentials['records'] as JsonObject[];
  const shown = await run('records.show', { sid: sidOf(credential) });
  expect(shown).toMatchObject({ kind: 'credentials', record: { type: 'fcm' }, service_sid: null });
  expect(JSON.stringify([credentials, shown])).not.toContain('a-push-secret');
});

test('a conversation lists its webhooks, and a list without its owner says what is missing', async () => {
  const { run } = await start();
  const webhooks = await run('records.list', { kind: 'webhooks', conversation: CONVERSATION });
  expect(webhooks).toMatchObject({
    total: 2,
    records: [{ conversation_sid: CONVERSATION, target: 'webhook', configuration: { method: 'post' } }, {}],
  });
  await expect(run('records.list', { kind: 'users' })).rejects.toThrow('To list users, give `service`');
  await expect(run('records.list', { kind: 'webhooks' })).rejects.toThrow('give `conversation`');
});

test('the settings of a service and of the account are shown, and the default service is marked', async () => {
  const { run, call } = await start();
  await call('updateservicewebhookconfiguration', {
    ChatServiceSid: SERVICE,
    body: { PostWebhookUrl: 'http://127.0.0.1:3/x' },
  });
  expect(await run('services.settings', { service: SERVICE })).toMatchObject({
    configuration: { chat_service_sid: SERVICE, reachability_enabled: true },
    webhooks: { post_webhook_url: 'http://127.0.0.1:3/x' },
    notifications: { log_enabled: false },
  });
  const { configuration, webhooks, notifications } = await run('services.settings');
  expect(webhooks).toMatchObject({ post_webhook_url: null, target: 'webhook' });
  expect(notifications).toBeUndefined();
  const byDefault = async (): Promise<unknown[]> =>
    ((await run('services.list'))['services'] as JsonObject[]).map((each) => each['default']);
  expect(configuration).toMatchObject({ default_chat_service_sid: SERVICE });
  expect(await byDefault()).toEqual([true]);
  const other = await call('createservice', { body: { FriendlyName: 'Other' } });
  await call('updateconfiguration', { body: { DefaultChatServiceSid: sidOf(other) } });
  expect(await byDefault()).toEqual([false, true]);
  await expect(run('services.settings', { service: `IS${'0'.repeat(32)}` })).rejects.toThrow('20404');
});

test('receipts are counted by status and by the time of their last change', async () => {
  const { run } = await start();
  const history = await run('receipts.history');
  const counts = history['counts'] as Record<string, number[]>;
  expect((history['times'] as string[]).length).toBeLessThanOrEqual(60);
  expect(Object.keys(counts)).toEqual(['sent', 'delivered', 'read', 'undelivered', 'failed']);
  const { messages } = await run('conversations.messages', { conversation: CONVERSATION });
  const [receipt] = (messages as JsonObject[]).flatMap((each) => each['receipts'] as JsonObject[]);
  await run('receipts.move', { sid: sidOf(receipt ?? {}), status: 'failed', error_code: 30003 });
  const after = (await run('receipts.history'))['counts'] as Record<string, number[]>;
  expect(sum(after['failed'])).toBe(sum(counts['failed']) + 1);
  expect(
    Object.values(after)
      .map(sum)
      .reduce((a, b) => a + b),
  ).toBe(
    Object.values(counts)
      .map(sum)
      .reduce((a, b) => a + b),
  );
});

test('an empty world has no history of receipts', async () => {
  const { run } = await start('empty');
  expect(await run('receipts.history')).toMatchObject({ times: [], counts: { sent: [] } });
});

test("setting a state follows Twilio's rules: a closed conversation cannot be reopened", async () => {
  const { run } = await start();
  const set = (state: string): Promise<JsonObject> => run('conversations.set-state', { sid: CONVERSATION, state });
  expect(await set('inactive')).toMatchObject({ state: 'inactive' });
  expect(await set('active')).toMatchObject({ state: 'active' });
  expect(await set('closed')).toMatchObject({ state: 'closed' });
  await expect(set('active')).rejects.toThrow('Twilio would refuse this');
  expect((await run('webhooks.list'))['deliveries']).toMatchObject([
    { event: 'onConversationStateUpdated', parameters: { AccountSid: ACCOUNT, StateTo: 'inactive' } },
    { parameters: { StateTo: 'active' } },
    { parameters: { StateTo: 'closed' } },
  ]);
});

test('seeds and snapshots are listed, and an empty world has an empty list of conversations', async () => {
  const { run } = await start('empty');
  expect(await run('conversations.list')).toEqual({ total: 0, conversations: [] });
  expect((await run('worlds.seeds'))['seeds']).toContainEqual({
    name: 'empty',
    about: 'An empty world: the default when no seed is named.',
  });
  await run('worlds.snapshot', { name: 'here' });
  expect(await run('worlds.snapshots')).toEqual({ names: ['here'] });
});
