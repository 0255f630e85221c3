import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { serve as serveCommand } from '../../src/cli/serve.js';
import { readSettings } from '../../src/cli/command-line.js';
import { anyPorts, start } from '../helpers/command.js';
import { basic } from '../helpers/understudy.js';

interface Health {
  readonly ready: boolean;
  readonly workers: readonly { readonly pid: number; readonly ready: boolean }[];
}

/** Stands in for Twilio. */
async function startUpstream(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"services":[],"meta":{}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startWorkers() {
  const flags = ['--mode', 'live', '--upstream', await startUpstream(), '--workers', '2', '--lame-duck', '0'];
  const credentials = { TWILIO_USER: `AC${'a'.repeat(32)}`, TWILIO_PASS: 'b'.repeat(32) };
  const command = start(['serve', ...anyPorts, ...flags, '--no-check-answers'], credentials);
  const banner = await command.printed('2 workers');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0] ?? '';
  // A new connection each, so that they reach different workers.
  const get = (path: string) =>
    fetch(`${url}${path}`, { headers: { ...basic(), connection: 'close' }, signal: AbortSignal.timeout(10_000) });
  const health = async () => (await (await get('/__understudy/health')).json()) as Health;
  /** Asks until the workers are as expected. A connection that is handed to a worker which has just crashed is lost. */
  const healthWhen = async (isExpected: (pids: readonly number[]) => boolean): Promise<Health> => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- until it is
      const now = await health().catch(() => undefined);
      if (now !== undefined && isExpected(now.workers.map(({ pid }) => pid))) return now;
      // Leaves the processor to those that start.
      // oxlint-disable-next-line no-await-in-loop
      await wait(100);
    }
  };
  return { ...command, get, health, healthWhen };
}

test('workers share ports, show one view of metrics and health, restart one by one, and end together', async () => {
  const { process: main, finished, get, health, healthWhen } = await startWorkers();
  const before = await health();
  const first = before.workers.map(({ pid }) => pid);
  expect(before.ready).toBe(true);
  expect(new Set([...first, main.pid]).size).toBe(3);
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await get('/v1/Services')).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const metrics = await (await get('/__understudy/metrics')).text();
  expect(metrics).toMatch(/understudy_requests_total\{operation="listservice",.*\} 20$/m);
  expect(await (await get('/__understudy/journal/list')).text()).toContain('Start the server with --workers 1.');

  main.kill('SIGHUP');
  const restarted = new AbortController();
  const during: number[] = [];
  const requests = (async () => {
    while (!restarted.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      during.push((await get('/v1/Services')).status);
      // oxlint-disable-next-line no-await-in-loop
      await wait(20);
    }
  })();
  const after = await healthWhen((pids) => pids.length === 2 && !pids.some((pid) => first.includes(pid)));
  restarted.abort();
  await requests;
  expect(new Set(during)).toEqual(new Set([200]));

  // One that crashes is replaced.
  const [crashed = 0, other = 0] = after.workers.map(({ pid }) => pid);
  process.kill(crashed, 'SIGKILL');
  await healthWhen((pids) => pids.length === 2 && pids.includes(other) && !pids.includes(crashed));

  main.kill('SIGTERM');
  const { code, stderr } = await finished;
  expect(code).toBe(0);
  expect(stderr).toContain('all 2 workers were restarted');
  expect(stderr).toContain(`worker ${crashed} has ended (SIGKILL), and is replaced`);
});

test('workers that cannot start end the server with their reason', async () => {
  const { code, stdout, stderr } = await start(['serve', ...anyPorts, '--mode', 'live', '--workers', '2']).finished;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^understudy: [^\n]*set TWILIO_USER and TWILIO_PASS[^\n]*\n$/);
});

test.each([
  [['--workers', '2'], /In mode simulate there can be one process: its worlds are in the memory of one process/],
  [['--workers', '2', '--mode', 'record', '--cassette', 'c.json'], /one process writes the cassette/],
  [['--workers', '2', '--mode', 'replay', '--cassette', 'c.json'], /which calls came before/],
  [['--workers', '2', '--mode', 'live', '--watch'], /--watch needs --workers 1/],
  [['--workers', '0', '--mode', 'live'], /from 1 to 256, or auto/],
])('%j is refused', (args, reason) => {
  expect(() => readSettings(serveCommand, args)).toThrow(reason);
});

test('--workers auto is one for each core', () => {
  expect(readSettings(serveCommand, ['--workers', 'auto', '--mode', 'live']).workers).toBeGreaterThan(0);
});
