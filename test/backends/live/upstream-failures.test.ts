import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { garbage, halfBody, hang, hugeBody, reset, startUpstream, stuckBody } from '../../helpers/upstream.js';
import { createTestLive, failureOf, SECRET, SERVICE } from './harness.js';

const limits = { retries: 1, longestAnswer: 256 * 1024 };
const fetch = ['fetchservice', { Sid: SERVICE }] as const;

test.each([
  ['never answers', hang, 'UNDERSTUDY_UPSTREAM_TIMEOUT', 504],
  ['stops in the middle of the body', stuckBody, 'UNDERSTUDY_UPSTREAM_TIMEOUT', 504],
  ['resets the connection', reset, 'UNDERSTUDY_UPSTREAM_BROKE_OFF', 502],
  ['sends half a body', halfBody, 'UNDERSTUDY_UPSTREAM_BROKE_OFF', 502],
  ['sends more than the limit', hugeBody(4 * 1024 * 1024), 'UNDERSTUDY_UPSTREAM_BAD_ANSWER', 502],
  ['does not speak HTTP', garbage, 'UNDERSTUDY_UPSTREAM_BAD_ANSWER', 502],
] as const)('an upstream that %s gives a clear error', async (_, behaviour, name, status) => {
  const { origin, sockets } = await startUpstream(behaviour);
  const answerTimeout = name === 'UNDERSTUDY_UPSTREAM_TIMEOUT' ? 300 : 20_000;
  const { call, live, log } = createTestLive(origin, { limits: { ...limits, answerTimeout } });
  const failure = await failureOf(call(...fetch));
  expect(failure).toMatchObject({ name, status });
  expect(Object.keys(failure.body)).toEqual(['code', 'message', 'more_info', 'status']);
  expect(failure.message).toContain(origin);
  expect(JSON.stringify([failure, failure.message, log])).not.toContain(SECRET);
  expect(live.inFlight()).toBe(0);
  await expect.poll(() => sockets.size).toBe(0);
});

test('a closed port is unreachable, and a write is retried because nothing was sent', async () => {
  const { origin, close } = await startUpstream();
  await close();
  const { call, log } = createTestLive(origin, { limits });
  const failure = await failureOf(call('createservice', {}));
  expect(failure).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_UNREACHABLE', status: 502 });
  expect(failure.message).toContain('Nothing was sent');
  expect(log.filter(({ message }) => message.includes('Retrying'))).toHaveLength(1);
});

test('an unknown host name is unreachable', async () => {
  const { call } = createTestLive('https://conversations.nowhere.invalid', { limits });
  expect(await failureOf(call(...fetch))).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_UNREACHABLE' });
});

test('a server without TLS is not trusted and receives no credentials', async () => {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received.push(bytes.toString('latin1'));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const { call } = createTestLive(`https://127.0.0.1:${port}`, { limits });
  expect(await failureOf(call(...fetch))).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_UNREACHABLE' });
  expect(received.join('')).not.toMatch(/authorization|GET/i);
  server.close();
});
