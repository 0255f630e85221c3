import { connect } from 'node:net';
import fastify from 'fastify';
import { createParser } from 'eventsource-parser';
import { expect, onTestFinished, test } from 'vitest';
import { type Change, createFeed } from '../../src/engine/feed.js';
import { serveInspector } from '../../src/surfaces/inspector/inspector.js';
import type { Settings } from '../../src/app/settings.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { loadCapability } from '../../src/capability/load.js';

const capability = loadCapability();
const ACCOUNT = 'AC00000000000000000000000000000000';
const CONVERSATION = 'CH5e0000000000000000000000000000e1';
const MESSAGES = `v1/Services/IS5e0000000000000000000000000000d1/Conversations/${CONVERSATION}/Messages`;

async function start(given: Partial<Settings> = {}) {
  const settings = { restPort: 0, mcpPort: 0, seed: 'support-desk', logLevel: 'silent', clock: 'manual' } as const;
  const understudy = await startUnderstudy({ ...settings, ...given }, { capability });
  onTestFinished(understudy.close);
  const post = (path: string, body: object = {}) =>
    fetch(`${understudy.restUrl}/__understudy/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return { understudy, post };
}

/** Follows the event stream until the test ends. */
async function subscribe(url: string) {
  const events: (readonly Change[] | null)[] = [];
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const response = await fetch(`${url}/__understudy/events`, { signal: controller.signal });
  const parser = createParser({ onEvent: ({ data }) => void events.push(JSON.parse(data) as Change[] | null) });
  let ended = false;
  void (async () => {
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) parser.feed(decoder.decode(part, { stream: true }));
  })()
    .catch(() => undefined)
    .finally(() => (ended = true));
  const changes = (): Change[] => events.flatMap((each) => each ?? []);
  return { response, events, changes, hasEnded: () => ended };
}

test('the stream starts with a full reload and then reports each call, delivery, control and timer', async () => {
  const { understudy, post } = await start();
  const { response, events, changes } = await subscribe(understudy.restUrl);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  await expect.poll(() => events[0]).toBe(null);
  await fetch(`${understudy.restUrl}/${MESSAGES}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT}:x`).toString('base64')}` },
    body: new URLSearchParams({ Body: 'hello' }),
  });
  await expect.poll(changes).toContainEqual({ kind: 'exchange', id: 1, account: ACCOUNT, wrote: true });
  await post('inbound/message', { from: '+15557770101', to: '+15558880001', body: 'hi' });
  await expect.poll(changes).toContainEqual({ kind: 'control', name: 'inbound.message', account: null });
  await expect.poll(changes).toContainEqual({ kind: 'delivery', id: 1, account: ACCOUNT });
  await post('clock/advance', { by: 'PT1H' });
  await expect.poll(changes).toContainEqual({ kind: 'world', account: ACCOUNT });
  await post('journal/clear');
  await expect.poll(changes).toContainEqual({ kind: 'journal-cleared' });
});

test('events identify the changed records and carry no data', async () => {
  const { understudy, post } = await start();
  const { events, changes } = await subscribe(understudy.restUrl);
  await post('inbound/message', { from: '+15557770101', to: '+15558880001', body: 'a private text' });
  await expect.poll(() => changes().length).toBeGreaterThan(1);
  expect(JSON.stringify(events)).not.toMatch(/private|5557770101/);
});

test('a burst of calls is reported as one full reload', async () => {
  const { understudy } = await start();
  const { events } = await subscribe(understudy.restUrl);
  await expect.poll(() => events.length).toBe(1);
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  for (let i = 0; i < 2000; i += 1) await understudy.engine.call('listservice', {}, caller);
  await expect.poll(() => events.slice(1)).toContain(null);
  expect(events.length).toBeLessThan(100);
});

test('a client that does not read is disconnected, and other clients keep getting events', async () => {
  const feed = createFeed();
  const app = fastify();
  onTestFinished(() => app.close());
  await serveInspector(app, { feed });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { hostname, port, host } = new URL(url);
  const stalled = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => void stalled.destroy());
  stalled.write(`GET /__understudy/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await new Promise((resolve) => stalled.once('data', resolve));
  stalled.pause();
  const { events, changes } = await subscribe(url);
  await expect.poll(() => events.length).toBe(1);
  const connectionCount = (): Promise<number> =>
    new Promise((resolve) => app.server.getConnections((_, count) => resolve(count)));
  expect(await connectionCount()).toBe(2);
  const publishMany = async (): Promise<number> => {
    for (let i = 0; i < 99; i += 1) feed.publish({ kind: 'control', name: 'x'.repeat(10_000), account: null });
    return connectionCount();
  };
  await expect.poll(publishMany, { timeout: 20_000, interval: 40 }).toBe(1);
  feed.publish({ kind: 'journal-cleared' });
  await expect.poll(changes).toContainEqual({ kind: 'journal-cleared' });
}, 60_000);

test('closing the server ends open streams, and does not wait for them', async () => {
  const { understudy } = await start({ drain: 50_000 });
  const { events, hasEnded } = await subscribe(understudy.restUrl);
  await expect.poll(() => events.length).toBe(1);
  const closing = performance.now();
  await understudy.close();
  expect(performance.now() - closing).toBeLessThan(25_000);
  await expect.poll(hasEnded).toBe(true);
});
