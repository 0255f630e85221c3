import { once, setMaxListeners } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebhookSender } from '../../../../src/backends/simulator/webhooks/sender.js';
import type { StartOptions } from '../../../../src/index.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, createDesk, WITH_WEBHOOKS, startSim } from '../../../helpers/sim.js';

/** A conversation whose messages are sent to an app. `url` is the configured URL; the app's own if absent. */
async function setUp(options: StartOptions = {}, url?: (origin: string) => string, publicUrl?: string) {
  const app = await startWebhookTarget('s3cret', publicUrl);
  const map = publicUrl === undefined ? [] : [{ from: publicUrl, to: app.origin }];
  const sim = await startSim({ authToken: 's3cret', ...options, webhooks: { map, ...options.webhooks } });
  const world = sim.world('outbox');
  const { service, inside } = await createDesk(world);
  const hooks = { PostWebhookUrl: url?.(app.origin) ?? `${app.origin}/hook`, Filters: ['onMessageAdded'] };
  await callOk(world, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: hooks });
  const send = (text: string, where = inside) =>
    callOk(world, 'createserviceconversationmessage', { ...where, ...WITH_WEBHOOKS, body: { Body: text } });
  return { world, app, send, service, inside };
}

test('a delivery has the event, URL, attempts, status, duration and response', async () => {
  const { world, app, send, inside } = await setUp();
  app.respondWith({ status: 202, body: 'thanks' });
  await send('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toEqual({
    id: 1,
    time: '2026-01-01T00:00:00Z',
    queued: expect.any(Number),
    exchange: 4,
    fault: null,
    dropped: null,
    event: 'onMessageAdded',
    target: 'service-post',
    webhookSid: null,
    conversationSid: inside.ConversationSid,
    url: `${app.origin}/hook`,
    calledUrl: `${app.origin}/hook`,
    method: 'POST',
    parameters: expect.objectContaining({ Body: 'Hi' }),
    idempotencyToken: expect.any(String),
    state: 'delivered',
    attempts: [
      {
        time: '2026-01-01T00:00:00Z',
        status: 202,
        error: null,
        started: expect.any(Number),
        milliseconds: expect.any(Number),
        signature: app.received[0]?.headers['x-twilio-signature'],
        answer: 'thanks',
      },
    ],
  });
});

test('the list is filtered by event, conversation, state and id', async () => {
  const { world, app, send, service, inside } = await setUp();
  const { sid } = await callOk(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  await send('one');
  await send('two', { ...inside, ConversationSid: sid as string });
  await world.webhooks.idle();
  app.respondWith({ status: 500 });
  await send('three');
  await world.webhooks.idle();
  const ids = async (filter: object) => (await world.webhooks.list(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual([1, 2, 3]);
  expect(await ids({ event: 'onMessageUpdated' })).toEqual([]);
  expect(await ids({ conversationSid: sid })).toEqual([2]);
  expect(await ids({ state: 'failed' })).toEqual([3]);
  expect(await ids({ after: 1 })).toEqual([2, 3]);
});

test('waiting returns a future delivery, or says on timeout how to list deliveries', async () => {
  const { world, send } = await setUp();
  const pending = world.webhooks.waitFor('onMessageAdded');
  await send('Hi');
  expect((await pending).parameters).toMatchObject({ Body: 'Hi' });
  await expect(world.webhooks.waitFor('onMessageAdded', { after: 1, timeout: 20 })).rejects.toMatchObject({
    name: 'UNDERSTUDY_BAD_REQUEST',
    message: expect.stringContaining('webhooks.list shows'),
  });
});

test('a redelivery is a retry: the same token and parameters, a higher RetryCount, with a new signature', async () => {
  const { world, app, send } = await setUp();
  app.respondWith({ status: 503 });
  await send('Hi');
  const { id, state } = await world.webhooks.waitFor('onMessageAdded');
  expect(state).toBe('failed');
  app.respondWith({ status: 200 });
  expect(await world.webhooks.redeliver(id)).toMatchObject({
    state: 'delivered',
    attempts: [{ status: 503 }, { status: 200 }],
  });
  const [first, second] = app.received;
  expect(second?.headers['i-twilio-idempotency-token']).toBe(first?.headers['i-twilio-idempotency-token']);
  expect(second).toMatchObject({ isSigned: true, parameters: { ...first?.parameters, RetryCount: '1' } });
  await expect(world.webhooks.redeliver(99)).rejects.toThrow('There is no delivery 99');
});

test('a URL fragment can configure retries', async () => {
  const { world, app, send } = await setUp({}, (origin) => `${origin}/hook#rc=2&rp=5xx`);
  app.respondWith({ status: 500 });
  await send('Hi');
  await world.webhooks.idle();
  expect(app.received.map(({ parameters, isSigned, url }) => [parameters['RetryCount'], isSigned, url])).toEqual([
    ['0', true, '/hook'],
    ['1', true, '/hook'],
    ['2', true, '/hook'],
  ]);
});

test('a URL fragment can set the response timeout, and whether a timeout is retried', async () => {
  const { world, app, send } = await setUp({}, (origin) => `${origin}/hook#rt=100&rc=1&rp=rt`);
  app.respondWith({ hangs: true });
  await send('Hi');
  await world.webhooks.idle();
  expect(await world.webhooks.list()).toMatchObject([
    { state: 'failed', attempts: [{ status: null, error: expect.stringMatching(/timeout/i) }, { status: null }] },
  ]);
  // The timeout may end before the app has read the request.
  await expect.poll(() => app.received).toHaveLength(2);
  expect(app.received.map(({ parameters }) => parameters['RetryCount'])).toEqual(['0', '1']);
});

test('the total timeout in a URL fragment also ends retries', async () => {
  const { world, app, send } = await setUp({}, (origin) => `${origin}/hook#tt=100&rc=5&rp=all`);
  app.respondWith({ hangs: true });
  await send('Hi');
  await world.webhooks.idle();
  expect(await world.webhooks.list()).toMatchObject([{ state: 'failed', attempts: [{ status: null }] }]);
});

test('each delivery uses a new connection, because an app may close idle ones', async () => {
  const { world, app, send } = await setUp();
  await send('one');
  await send('two');
  await world.webhooks.idle();
  expect(app.received.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
});

test('concurrent deliveries are limited, and the time in the queue does not count against the timeout', async () => {
  const timeoutMs = 600_000;
  const { world, app, send, inside } = await setUp({ webhooks: { timeoutMs } });
  const { ChatServiceSid } = inside;
  const requests = vi.spyOn(WebhookSender.prototype, 'send');
  onTestFinished(() => requests.mockRestore());
  let [open, maxOpen] = [0, 0];
  const gate = new AbortController();
  setMaxListeners(0, gate.signal);
  app.respondWith(async () => {
    maxOpen = Math.max(maxOpen, (open += 1));
    if (!gate.signal.aborted) await once(gate.signal, 'abort');
    open -= 1;
    return {};
  });
  const targets = await Promise.all(
    Array.from({ length: 80 }, async () => {
      const { sid } = await callOk(world, 'createserviceconversation', { ChatServiceSid, body: {} });
      return { ChatServiceSid, ConversationSid: sid as string };
    }),
  );
  await Promise.all(targets.map((target) => send('Hi', target)));
  await expect.poll(() => open).toBe(16);
  await new Promise((resolve) => setTimeout(resolve, 20));
  gate.abort();
  await world.webhooks.idle();
  const states = (await world.webhooks.list()).map(({ state }) => state);
  expect(states).toEqual(Array.from({ length: 80 }, () => 'delivered'));
  expect(maxOpen).toBe(16);
  expect(requests.mock.calls.map(([, { total }]) => total)).toEqual(Array.from({ length: 80 }, () => timeoutMs));
});

test('with a URL map, the local URL is called and the public URL is signed', async () => {
  const { world, app, send } = await setUp({}, () => 'https://app.example.com/hook', 'https://app.example.com');
  await send('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({
    url: 'https://app.example.com/hook',
    calledUrl: `${app.origin}/hook`,
    state: 'delivered',
  });
  expect(app.received).toMatchObject([{ isSigned: true, url: '/hook' }]);
});

test.each([
  'https://app.example.com.attacker.example/hook',
  'https://example.org/hook',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'http://localhost.attacker.example/',
  'http://0x7f000001.attacker.example/',
])('%s is not on this machine, so it is refused and not called', async (url) => {
  const { world, app, send } = await setUp({}, () => url, 'https://app.example.com');
  await send('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({ state: 'refused', attempts: [] });
  const [{ id } = { id: 0 }] = await world.webhooks.list();
  expect(await world.webhooks.redeliver(id)).toMatchObject({ state: 'refused', attempts: [] });
  expect(app.received).toEqual([]);
});

test('an explicitly allowed host is called', async () => {
  const { world, send } = await setUp(
    { webhooks: { allow: ['nowhere.invalid'] } },
    () => 'http://nowhere.invalid/hook',
  );
  await send('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({
    state: 'failed',
    attempts: [{ status: null }],
  });
});

test('a redirect is not followed', async () => {
  const { world, app, send } = await setUp();
  app.respondWith({ status: 302 });
  await send('Hi');
  await world.webhooks.idle();
  expect(app.received).toHaveLength(1);
});

test('events of one conversation arrive in order, and a slow response does not delay other conversations', async () => {
  const { world, app, send, service, inside } = await setUp();
  const { sid } = await callOk(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  const { promise: released, resolve: release } = withResolvers();
  app.respondWith(async ({ parameters: { Body } }) => {
    if (Body === '0') await released;
    return {};
  });
  for (let n = 0; n < 10; n += 1) await send(String(n));
  await send('elsewhere', { ...inside, ConversationSid: sid as string });
  await world.webhooks.waitFor('onMessageAdded', { conversationSid: sid as string });
  expect(new Set(app.received.map(({ parameters: { Body } }) => Body))).toEqual(new Set(['0', 'elsewhere']));
  release();
  await world.webhooks.idle();
  const bodies = app.received.map(({ parameters: { Body } }) => Body).filter((body) => body !== 'elsewhere');
  expect(bodies).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('a slow response does not delay the user events of another service, nor the other webhooks of a conversation', async () => {
  const { world, app, send, service, inside } = await setUp();
  const { service: otherService } = await createDesk(world);
  const scopedApp = await startWebhookTarget('s3cret');
  const hooks = { PostWebhookUrl: app.origin, Filters: ['onUserAdded', 'onMessageAdded'] };
  // The filters of a service exclude user events, so both services use the webhooks of the account.
  await callOk(world, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: { PostWebhookUrl: '' } });
  await callOk(world, 'updateconfigurationwebhook', { body: hooks });
  const scoped = { Target: 'webhook', Configuration: { Url: scopedApp.origin, Filters: ['onMessageAdded'] } };
  await callOk(world, 'createserviceconversationscopedwebhook', { ...inside, body: scoped });
  const { promise: released, resolve: release } = withResolvers();
  app.respondWith(() => released.then(() => ({})));
  const addUser = (ChatServiceSid: string, Identity: string) =>
    callOk(world, 'createserviceuser', { ChatServiceSid, ...WITH_WEBHOOKS, body: { Identity } });
  const names = (received: typeof app.received) =>
    received.map(({ parameters: { Identity, Body } }) => Identity ?? Body ?? '');

  for (const identity of ['ada', 'bob', 'eve']) await addUser(service, identity);
  await addUser(otherService, 'zoe');
  await send('one');
  await send('two');
  await expect.poll(() => names(scopedApp.received)).toEqual(['one', 'two']);
  await expect.poll(() => names(app.received).sort()).toEqual(['ada', 'one', 'zoe']);
  release();
  await world.webhooks.idle();
  expect(names(app.received).filter((name) => ['ada', 'bob', 'eve'].includes(name))).toEqual(['ada', 'bob', 'eve']);
  expect(names(app.received).filter((name) => ['one', 'two'].includes(name))).toEqual(['one', 'two']);
});

test('the outbox keeps the latest 1000 deliveries', async () => {
  const { world, send, service } = await setUp();
  const studio = { Target: 'studio', 'Configuration.FlowSid': `FW${'a'.repeat(32)}` };
  const { sid } = await callOk(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  const inside = { ChatServiceSid: service, ConversationSid: sid as string };
  for (let n = 0; n < 5; n += 1)
    await callOk(world, 'createserviceconversationscopedwebhook', { ...inside, body: studio });
  await callOk(world, 'updateservicewebhookconfiguration', {
    ChatServiceSid: service,
    body: { Filters: ['onConversationAdded'] },
  });
  for (let n = 0; n < 210; n += 1) await send(String(n), inside);
  const deliveries = await world.webhooks.list();
  expect([deliveries.length, deliveries[0]?.id, deliveries.at(-1)?.id]).toEqual([1000, 51, 1050]);
});

test('fault rules lose, double and delay webhooks', async () => {
  const { world, app, send } = await setUp();
  await world.faults.add({ event: 'onMessageAdded', webhook: 'lose', times: 1 });
  await world.faults.add({ event: 'onMessage*', webhook: 'double', times: 1 });
  await world.faults.add({ event: '*', webhook: 'late', delay: 1000, times: 1 });
  for (const text of ['lost', 'doubled', 'late', 'last']) await send(text);
  await world.webhooks.idle();
  expect(app.received.map(({ parameters: { Body } }) => Body)).toEqual(['doubled', 'doubled', 'last', 'late']);
  expect((await world.webhooks.list({ state: 'lost' })).map(({ parameters }) => parameters['Body'])).toEqual(['lost']);
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((resolvePromise) => void (resolve = resolvePromise));
  return { promise, resolve };
}
