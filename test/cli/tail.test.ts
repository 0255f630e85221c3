import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { loadCapability } from '../../src/capability/load.js';
import { followServer } from '../../src/cli/follow-server.js';
import { readSettings } from '../../src/cli/command-line.js';
import type { Style } from '../../src/cli/style.js';
import { tail } from '../../src/cli/tail.js';
import { formatExchange } from '../../src/cli/tail-lines.js';
import type { Exchange } from '../../src/core/operation.js';
import { basic } from '../helpers/understudy.js';

const capability = loadCapability();
const ACCOUNT = 'AC00000000000000000000000000000000';
const SERVICE = 'IS5e0000000000000000000000000000d1';
const MESSAGES = `/v1/Services/${SERVICE}/Conversations/CH5e0000000000000000000000000000e1/Messages`;
const plain = (_: unknown, text: string): string => text;

async function start(restPort = 0) {
  const settings = { restPort, mcpPort: 0, seed: 'support-desk', rngSeed: 'test', logLevel: 'silent' } as const;
  const understudy = await startUnderstudy(settings, { capability });
  onTestFinished(understudy.close);
  const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(understudy.restUrl + path, {
      method: 'POST',
      headers: { ...basic(ACCOUNT), ...headers },
      body: new URLSearchParams(body),
    });
  return { understudy, post };
}

/** Follows a server until the test ends. */
function follow(url: string, ...args: string[]) {
  const [lines, warnings]: [string[], string[]] = [[], []];
  const controller = new AbortController();
  const ended = followServer(readSettings(tail, ['--url', url, ...args]), {
    style: plain,
    print: (line) => void lines.push(line),
    warn: (line) => void warnings.push(line),
    signal: controller.signal,
  });
  onTestFinished(async () => {
    controller.abort();
    await ended;
  });
  return { lines, warnings };
}

test('the last requests are printed first, then requests and webhooks as they happen', async () => {
  const { understudy, post } = await start();
  await post(MESSAGES, { Body: 'before' });
  const { lines } = follow(understudy.restUrl);
  await expect.poll(() => lines.length).toBe(1);
  await post(MESSAGES, { Body: 'now' }, { 'X-Twilio-Webhook-Enabled': 'true' });
  await post('/v1/Services', {});
  const printed = () => lines.join('\n');
  await expect.poll(printed).toMatch(/onMessageAdded/);
  await expect.poll(printed).toMatch(/ 400 POST \/v1\/Services createservice .* 50000 /);
  const text = printed();
  expect(text).toMatch(
    new RegExp(`^\\d\\d:\\d\\d:\\d\\d 201 POST ${MESSAGES} createserviceconversationmessage [\\d.]+ ms twilio$`, 'm'),
  );
  expect(text).toMatch(/ {3}→ .* onMessageAdded http:\/\/127\.0\.0\.1:3000\/\S+ .*by request 2/);
  const events = lines.filter((line) => line.includes('onMessageAdded'));
  expect(new Set(events).size).toBe(events.length);
});

test('filters select requests, and --json prints one object per line', async () => {
  const { understudy, post } = await start();
  const { lines } = follow(understudy.restUrl, '--errors', '--json', '--no-webhooks', '--operation', 'createservice');
  await post(MESSAGES, { MediaSid: 'nothing' });
  await post('/v1/Services', { FriendlyName: 'fine' });
  await post('/v1/Services', {});
  await expect.poll(() => lines.length).toBe(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kind: 'request', operation: 'createservice', status: 400 });
});

test('after a lost connection it follows the server that is started again', async () => {
  const first = await start();
  await first.post('/v1/Services', { FriendlyName: 'one' });
  const { lines, warnings } = follow(first.understudy.restUrl);
  await expect.poll(() => lines.length).toBe(1);
  await first.post('/v1/Services', { FriendlyName: 'two' });
  await expect.poll(() => lines.length).toBe(2);
  await first.understudy.close();
  await expect.poll(() => warnings.join()).toContain('lost');
  const second = await start(Number(new URL(first.understudy.restUrl).port));
  await expect.poll(() => warnings.at(-1)).toBe('connected again');
  await second.post('/v1/Services', { FriendlyName: 'three' });
  await expect.poll(() => lines.length).toBe(3);
});

test('a stream that the server ends at once is not opened again at once', async () => {
  const opened: number[] = [];
  const server = createServer((request, response) => {
    const isStream = request.url?.endsWith('/events') === true;
    if (isStream) opened.push(performance.now());
    response.end(isStream ? '' : '{"mode":"live","exchanges":[]}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  follow(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect.poll(() => opened.length).toBe(2);
  const [first = 0, second = 0] = opened;
  // Timers may fire a millisecond early.
  expect(second - first).toBeGreaterThanOrEqual(999);
});

test('without a server, it fails at once', async () => {
  const { understudy } = await start();
  await understudy.close();
  const settings = readSettings(tail, ['--url', understudy.restUrl]);
  const signal = new AbortController().signal;
  const follower = { style: plain, print: () => undefined, warn: () => undefined, signal };
  await expect(followServer(settings, follower)).rejects.toThrow('no understudy answers at');
});

test('control sequences in a request do not reach the terminal, not even colours', () => {
  const exchange = { time: '2026-01-01T00:00:00Z', status: 400, method: 'GET', operation: 'x', milliseconds: 1 };
  const hostile = {
    ...exchange,
    url: '/v1/\u001B]0;title\u0007\u001B[2J\r',
    surface: 'rest',
    fault: null,
    answer: { code: 1, message: '\u001B[8mhidden' },
  };
  const format = (style: Style) =>
    formatExchange({ ...hostile, violations: [], ignored: [] } as unknown as Exchange, style);
  // oxlint-disable-next-line no-control-regex
  expect(format(plain)).not.toMatch(/[\u0000-\u001F]/);
  const colored = format((_, text) => `\u001B[1m${text}\u001B[22m`);
  // oxlint-disable-next-line no-control-regex
  expect(new Set(colored.match(/\u001B[^m]*m/g))).toEqual(new Set(['\u001B[1m', '\u001B[22m']));
  expect(colored).toContain('hidden');
});
