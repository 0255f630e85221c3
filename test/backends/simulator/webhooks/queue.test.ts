import { describe, expect, onTestFinished, test } from 'vitest';
import { startUnderstudy } from '../../../../src/app/start-understudy.js';
import { DeliveryQueues, type DropReason } from '../../../../src/backends/simulator/webhooks/queue.js';
import { callOk, createDesk, startSim, WITH_WEBHOOKS } from '../../../helpers/sim.js';
import { startUpstream } from '../../../helpers/upstream.js';

/** Queues whose deliveries end when the test says so. */
function openQueues(limits = { queue: 2, maxWait: 60_000 }) {
  const dropped: [number, DropReason][] = [];
  const sent: number[] = [];
  const ends = new Map<number, () => void>();
  const queues = new DeliveryQueues(limits, (id, reason) => void dropped.push([id, reason]));
  const add = (key: string, id: number, since = performance.now()) =>
    queues.add(key, {
      id,
      since,
      async send(start) {
        if (!start()) return;
        sent.push(id);
        await new Promise<void>((resolve) => void ends.set(id, resolve));
      },
    });
  const end = async (id: number) => {
    await expect.poll(() => ends.has(id)).toBe(true);
    ends.get(id)?.();
  };
  return { queues, add, end, dropped, sent };
}

describe('a queue of deliveries', () => {
  test('sends one after the other, and drops the oldest that waits when it is full', async () => {
    const { queues, add, end, dropped, sent } = openQueues();
    for (let id = 1; id <= 5; id += 1) add('one', id);
    await expect.poll(() => sent).toEqual([1]);
    expect(dropped).toEqual([
      [2, 'queue-full'],
      [3, 'queue-full'],
    ]);
    for (const id of [1, 4, 5]) {
      // oxlint-disable-next-line no-await-in-loop -- one delivery after the other
      await end(id);
    }
    await queues.idle();
    expect(sent).toEqual([1, 4, 5]);
    expect(queues.isEmpty).toBe(true);
  });

  test('of many subjects has a limit for all of them together', () => {
    const { add, dropped } = openQueues();
    for (let id = 1; id <= 25; id += 1) add(`subject ${id}`, id);
    expect(dropped.map(([id]) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  test('drops what has waited too long when its turn comes', async () => {
    const { queues, add, end, dropped, sent } = openQueues();
    add('one', 1, performance.now() - 61_000);
    add('one', 2);
    await end(2);
    await queues.idle();
    expect(dropped).toEqual([[1, 'too-old']]);
    expect(sent).toEqual([2]);
  });

  test('continues after a delivery that fails', async () => {
    const queues = new DeliveryQueues({ queue: 2, maxWait: 60_000 }, () => undefined);
    queues.add('one', { id: 1, since: 0, send: () => Promise.reject(new Error('failed')) });
    let sent = 0;
    queues.add('one', { id: 2, since: 0, send: () => Promise.resolve(void (sent += 1)) });
    await queues.idle();
    expect(sent).toBe(1);
  });
});

/** A conversation whose webhook app does not respond. */
async function talkToDeafApp(webhooks: object) {
  const app = await startUpstream(() => undefined);
  const sim = await startSim({ webhooks: { timeoutMs: 600_000, ...webhooks } });
  const desk = await createDesk(sim);
  const hook = { PostWebhookUrl: app.origin, Filters: ['onMessageAdded'], Method: 'POST' };
  await callOk(sim, 'updateservicewebhookconfiguration', { ChatServiceSid: desk.service, body: hook });
  const send = () =>
    callOk(sim, 'createserviceconversationmessage', { ...desk.inside, ...WITH_WEBHOOKS, body: { Body: 'x' } });
  return { sim, app, send };
}

test('the webhooks for an app that does not respond do not pile up', async () => {
  const { sim, app, send } = await talkToDeafApp({ queue: 3 });
  await send();
  await expect.poll(() => app.seen.length).toBe(1);
  for (let i = 0; i < 9; i += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one message after the other
    await send();
  }
  expect(await sim.webhooks.list({ state: 'waiting' })).toHaveLength(4);
  const dropped = await sim.webhooks.list({ state: 'dropped' });
  expect(dropped.map(({ id, dropped: reason, attempts }) => [id, reason, attempts.length])).toEqual(
    [2, 3, 4, 5, 6, 7].map((id) => [id, 'queue-full', 0]),
  );
  const metrics = await (await fetch(`${sim.url}/__understudy/metrics`)).text();
  expect(metrics).toContain('understudy_webhooks_dropped_total{reason="queue-full",mode="simulate"} 6');

  expect(await sim.webhooks.flush()).toBe(3);
  expect(await sim.webhooks.list({ state: 'waiting' })).toHaveLength(1);
  expect((await sim.webhooks.list({ state: 'dropped' })).at(-1)).toMatchObject({ id: 10, dropped: 'flushed' });
});

test('the log says that webhooks are given up, once for the first and then ever more rarely', async () => {
  const log: { msg: string; total?: number }[] = [];
  const app = await startUpstream(() => undefined);
  const server = await startUnderstudy(
    { restPort: 0, mcpPort: 0, webhooks: { queue: 1 } },
    { writeLog: (line) => void log.push(JSON.parse(line) as (typeof log)[number]) },
  );
  onTestFinished(server.close);
  const { controls, engine } = server;
  const caller = { surface: 'engine', origin: server.restUrl } as const;
  const hook = { PostWebhookUrl: app.origin, Filters: ['onConversationAdded'] };
  await engine.call('updateconfigurationwebhook', { body: hook }, caller);
  const create = { 'X-Twilio-Webhook-Enabled': 'true', body: {} };
  // Each conversation has its own queue; eleven may wait together.
  for (let i = 0; i < 25; i += 1) void engine.call('createconversation', create, caller);
  await controls.run('webhooks.flush', undefined, {});
  expect(log.filter(({ msg }) => msg.includes('webhook deliveries')).map(({ total }) => total)).toEqual([1, 10]);
});
