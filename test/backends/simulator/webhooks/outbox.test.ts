import { expect, test } from 'vitest';
import type { StartOptions } from '../../../../src/index.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { ask, desk, HEARD, startSim } from '../../../helpers/sim.js';

/** A conversation whose messages an app hears of; `url` is what is configured, the app's own if absent. */
async function scene(options: StartOptions = {}, url?: (origin: string) => string, publicUrl?: string) {
  const app = await startWebhookTarget('s3cret', publicUrl);
  const map = publicUrl === undefined ? [] : [{ from: publicUrl, to: app.origin }];
  const sim = await startSim({ authToken: 's3cret', ...options, webhooks: { map, ...options.webhooks } });
  const world = sim.world('outbox');
  const { service, inside } = await desk(world);
  const hooks = { PostWebhookUrl: url?.(app.origin) ?? `${app.origin}/hook`, Filters: ['onMessageAdded'] };
  await ask(world, 'updateservicewebhookconfiguration', { ChatServiceSid: service, body: hooks });
  const say = (text: string, where = inside) =>
    ask(world, 'createserviceconversationmessage', { ...where, ...HEARD, body: { Body: text } });
  return { world, app, say, service, inside };
}

test('a delivery shows event, URL, attempts, status, duration and answer', async () => {
  const { world, app, say, inside } = await scene();
  app.say({ status: 202, body: 'thanks' });
  await say('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toEqual({
    id: 1,
    time: '2026-01-01T00:00:00Z',
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
        milliseconds: expect.any(Number),
        signature: app.heard[0]?.headers['x-twilio-signature'],
        answer: 'thanks',
      },
    ],
  });
});

test('the list is filtered by event, conversation, state and id', async () => {
  const { world, app, say, service, inside } = await scene();
  const { sid } = await ask(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  await say('one');
  await say('two', { ...inside, ConversationSid: sid as string });
  await world.webhooks.idle();
  app.say({ status: 500 });
  await say('three');
  await world.webhooks.idle();
  const ids = async (filter: object) => (await world.webhooks.list(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual([1, 2, 3]);
  expect(await ids({ event: 'onMessageUpdated' })).toEqual([]);
  expect(await ids({ conversationSid: sid })).toEqual([2]);
  expect(await ids({ state: 'failed' })).toEqual([3]);
  expect(await ids({ after: 1 })).toEqual([2, 3]);
});

test('waiting takes a delivery that is yet to come, and names what to do when none comes', async () => {
  const { world, say } = await scene();
  const coming = world.webhooks.waitFor('onMessageAdded');
  await say('Hi');
  expect((await coming).parameters).toMatchObject({ Body: 'Hi' });
  await expect(world.webhooks.waitFor('onMessageAdded', { after: 1, timeout: 20 })).rejects.toMatchObject({
    name: 'UNDERSTUDY_BAD_REQUEST',
    message: expect.stringContaining('webhooks.list shows'),
  });
});

test('a redelivery is a retry: the same token and parameters, a higher RetryCount, signed anew', async () => {
  const { world, app, say } = await scene();
  app.say({ status: 503 });
  await say('Hi');
  const { id, state } = await world.webhooks.waitFor('onMessageAdded');
  expect(state).toBe('failed');
  app.say({ status: 200 });
  expect(await world.webhooks.redeliver(id)).toMatchObject({
    state: 'delivered',
    attempts: [{ status: 503 }, { status: 200 }],
  });
  const [first, second] = app.heard;
  expect(second?.headers['i-twilio-idempotency-token']).toBe(first?.headers['i-twilio-idempotency-token']);
  expect(second).toMatchObject({ isSigned: true, parameters: { ...first?.parameters, RetryCount: '1' } });
  await expect(world.webhooks.redeliver(99)).rejects.toThrow('There is no delivery 99');
});

test('a URL may ask for retries behind its #', async () => {
  const { world, app, say } = await scene({}, (origin) => `${origin}/hook#rc=2&rp=5xx`);
  app.say({ status: 500 });
  await say('Hi');
  await world.webhooks.idle();
  expect(app.heard.map(({ parameters, isSigned, url }) => [parameters['RetryCount'], isSigned, url])).toEqual([
    ['0', true, '/hook'],
    ['1', true, '/hook'],
    ['2', true, '/hook'],
  ]);
});

test('a URL may say how long its answer may take, and whether silence is worth a retry', async () => {
  const { world, app, say } = await scene({}, (origin) => `${origin}/hook#rt=100&rc=1&rp=rt`);
  app.say({ hangs: true });
  await say('Hi');
  await world.webhooks.idle();
  expect(await world.webhooks.list()).toMatchObject([
    { state: 'failed', attempts: [{ status: null, error: expect.stringMatching(/timeout/i) }, { status: null }] },
  ]);
  expect(app.heard.map(({ parameters }) => parameters['RetryCount'])).toEqual(['0', '1']);
});

test('what a URL allows in all ends its retries too', async () => {
  const { world, app, say } = await scene({}, (origin) => `${origin}/hook#tt=100&rc=5&rp=all`);
  app.say({ hangs: true });
  await say('Hi');
  await world.webhooks.idle();
  expect(await world.webhooks.list()).toMatchObject([{ state: 'failed', attempts: [{ status: null }] }]);
});

test('no connection is used twice: an app may close one the moment that it is idle', async () => {
  const { world, app, say } = await scene();
  await say('one');
  await say('two');
  await world.webhooks.idle();
  expect(app.heard.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
});

test('many at once wait their turn, which is not taken for the time that the app takes', async () => {
  const { world, app, say, inside } = await scene({}, (origin) => `${origin}/hook#tt=2000`);
  const { ChatServiceSid } = inside;
  let [open, most] = [0, 0];
  app.say(async () => {
    most = Math.max(most, (open += 1));
    await new Promise((done) => setTimeout(done, 500));
    open -= 1;
    return {};
  });
  const places = await Promise.all(
    Array.from({ length: 80 }, async () => {
      const { sid } = await ask(world, 'createserviceconversation', { ChatServiceSid, body: {} });
      return { ChatServiceSid, ConversationSid: sid as string };
    }),
  );
  await Promise.all(places.map((place) => say('Hi', place)));
  await world.webhooks.idle();
  const states = (await world.webhooks.list()).map(({ state }) => state);
  expect(states).toEqual(Array.from({ length: 80 }, () => 'delivered'));
  expect(most).toBeLessThanOrEqual(16);
});

test('behind a URL map the local URL is called and the public one is signed', async () => {
  const { world, app, say } = await scene({}, () => 'https://app.example.com/hook', 'https://app.example.com');
  await say('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({
    url: 'https://app.example.com/hook',
    calledUrl: `${app.origin}/hook`,
    state: 'delivered',
  });
  expect(app.heard).toMatchObject([{ isSigned: true, url: '/hook' }]);
});

test.each([
  'https://app.example.com.attacker.example/hook',
  'https://example.org/hook',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'http://localhost.attacker.example/',
  'http://0x7f000001.attacker.example/',
])('%s is off this machine: refused, and never called', async (url) => {
  const { world, app, say } = await scene({}, () => url, 'https://app.example.com');
  await say('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({ state: 'refused', attempts: [] });
  const [{ id } = { id: 0 }] = await world.webhooks.list();
  expect(await world.webhooks.redeliver(id)).toMatchObject({ state: 'refused', attempts: [] });
  expect(app.heard).toEqual([]);
});

test('a host that was allowed by name is called', async () => {
  const { world, say } = await scene({ webhooks: { allow: ['nowhere.invalid'] } }, () => 'http://nowhere.invalid/hook');
  await say('Hi');
  expect(await world.webhooks.waitFor('onMessageAdded')).toMatchObject({
    state: 'failed',
    attempts: [{ status: null }],
  });
});

test('a redirect is not followed', async () => {
  const { world, app, say } = await scene();
  app.say({ status: 302 });
  await say('Hi');
  await world.webhooks.idle();
  expect(app.heard).toHaveLength(1);
});

test('events of one conversation arrive in order, though the app is slow; others do not wait', async () => {
  const { world, app, say, service, inside } = await scene();
  const { sid } = await ask(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  const { promise: held, resolve: release } = withResolvers();
  app.say(async ({ parameters: { Body } }) => {
    if (Body === '0') await held;
    return {};
  });
  for (let n = 0; n < 10; n += 1) await say(String(n));
  await say('elsewhere', { ...inside, ConversationSid: sid as string });
  await world.webhooks.waitFor('onMessageAdded', { conversationSid: sid as string });
  expect(new Set(app.heard.map(({ parameters: { Body } }) => Body))).toEqual(new Set(['0', 'elsewhere']));
  release();
  await world.webhooks.idle();
  const bodies = app.heard.map(({ parameters: { Body } }) => Body).filter((body) => body !== 'elsewhere');
  expect(bodies).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('the outbox keeps the latest thousand', async () => {
  const { world, say, service } = await scene();
  const studio = { Target: 'studio', 'Configuration.FlowSid': `FW${'a'.repeat(32)}` };
  const { sid } = await ask(world, 'createserviceconversation', { ChatServiceSid: service, body: {} });
  const inside = { ChatServiceSid: service, ConversationSid: sid as string };
  for (let n = 0; n < 5; n += 1)
    await ask(world, 'createserviceconversationscopedwebhook', { ...inside, body: studio });
  await ask(world, 'updateservicewebhookconfiguration', {
    ChatServiceSid: service,
    body: { Filters: ['onUserAdded'] },
  });
  for (let n = 0; n < 210; n += 1) await say(String(n), inside);
  const kept = await world.webhooks.list();
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1000, 51, 1050]);
});

test('faults lose, double and delay webhooks', async () => {
  const { world, app, say } = await scene();
  await world.faults.add({ event: 'onMessageAdded', webhook: 'lose', times: 1 });
  await world.faults.add({ event: 'onMessage*', webhook: 'double', times: 1 });
  await world.faults.add({ event: '*', webhook: 'late', delay: 200, times: 1 });
  for (const text of ['lost', 'doubled', 'late', 'last']) await say(text);
  await world.webhooks.idle();
  expect(app.heard.map(({ parameters: { Body } }) => Body)).toEqual(['doubled', 'doubled', 'last', 'late']);
  expect((await world.webhooks.list({ state: 'lost' })).map(({ parameters }) => parameters['Body'])).toEqual(['lost']);
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => void (resolve = settle));
  return { promise, resolve };
}
