import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { twilioClientFor } from '../../src/index.js';
import { callOk, sidOf, startSim } from '../helpers/sim.js';
import { basic, createEchoUnderstudy, createTestUnderstudy } from '../helpers/understudy.js';

/** Sends a GET over a raw socket, and returns what arrives until the server closes it. */
function rawGet(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ text: string; wasReset: boolean }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let [text, wasReset] = ['', false];
    const lines = Object.entries({ host: `${hostname}:${port}`, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => (wasReset = true));
    socket.on('close', () => resolve({ text, wasReset }));
  });
}

async function setUp(options: Parameters<typeof startSim>[0] = {}) {
  const sim = await startSim(options);
  const world = sim.world('faults');
  const client = twilioClientFor(world);
  const authorization = `Basic ${Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64')}`;
  const list = (headers: Record<string, string> = {}) =>
    fetch(`${sim.url}/v1/Services`, { headers: { authorization, ...headers } });
  return { sim, world, client, authorization, list };
}

test('a rule responds in Twilio’s error format, as often as `times` says', async () => {
  const { world, client } = await setUp();
  await world.faults.add({ operation: 'listservice', status: 429, times: 2 });
  const refusal = { status: 429, code: 20429, message: 'Too Many Requests' };
  await expect(client.conversations.v1.services.list()).rejects.toMatchObject(refusal);
  await expect(client.conversations.v1.services.list()).rejects.toMatchObject(refusal);
  expect((await client.conversations.v1.services.list()).map(({ friendlyName }) => friendlyName)).toEqual([
    'Default Conversations Service',
  ]);
  expect(await world.faults.list()).toMatchObject([{ operation: 'listservice', status: 429, times: 2, happened: 2 }]);
});

test('the SDK retries after a 429', async () => {
  const { world } = await setUp();
  await world.faults.add({ operation: 'createservice', status: 429, times: 1, headers: { 'Retry-After': '1' } });
  const client = twilioClientFor(world, { autoRetry: true, maxRetryDelay: 50 });
  expect((await client.conversations.v1.services.create({ friendlyName: 'Desk' })).friendlyName).toBe('Desk');
  expect((await world.verify({ operation: 'createservice', status: 429 }, { most: 1 })).verified).toBe(true);
  expect((await client.conversations.v1.services.list()).map(({ friendlyName }) => friendlyName)).toEqual([
    'Default Conversations Service',
    'Desk',
  ]);
});

test('a rule sets status, code, message and headers of the response', async () => {
  const { world, list } = await setUp();
  await world.faults.add({ status: 503, code: 20001, message: 'Closed', headers: { 'retry-after': '7' } });
  const response = await list();
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
  expect(await response.json()).toEqual({
    code: 20001,
    message: 'Closed',
    more_info: 'https://www.twilio.com/docs/errors/20001',
    status: 503,
  });
});

test('a rule applies only in its world', async () => {
  const { sim, world } = await setUp();
  await world.faults.add({ status: 500 });
  expect((await world.call('listservice')).status).toBe(500);
  expect((await sim.world('other').call('listservice')).status).toBe(200);
  expect((await sim.call('listservice')).status).toBe(200);
  await world.faults.clear();
  expect((await world.call('listservice')).status).toBe(200);
});

/** The statuses of twenty calls under a rule with a probability of 0.5. */
async function drawStatuses(seed: string): Promise<number[]> {
  const { world } = await setUp();
  await world.faults.add({ status: 500, probability: 0.5, seed });
  const statuses: number[] = [];
  for (let n = 0; n < 20; n += 1) statuses.push((await world.call('listservice')).status);
  return statuses;
}

test('the same seed affects the same calls', async () => {
  const [first, again, other] = [await drawStatuses('a'), await drawStatuses('a'), await drawStatuses('b')];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 500]));
});

test('latency delays the response by at least its minimum', async () => {
  const { world } = await setUp();
  await world.faults.add({ latency: { min: 30, max: 60 }, times: 3, seed: 'x' });
  for (let n = 0; n < 3; n += 1) {
    const startedAt = performance.now();
    expect((await world.call('listservice')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(28);
  }
});

test('latency is uniform or lognormal, and a mixture of both is refused', async () => {
  const { world } = await setUp();
  await world.faults.add({ latency: { median: 20, sigma: 0 }, times: 1 });
  const startedAt = performance.now();
  expect((await world.call('listservice')).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThan(18);
  for (const latency of [
    {},
    { min: 1 },
    { median: 1 },
    { min: 1, sigma: 1 },
    { min: 1, max: 2, median: 1, sigma: 1 },
  ]) {
    await expect(world.control('faults.add', { latency })).rejects.toThrow('`min` and `max`, or `median` and `sigma`');
  }
});

test('`cut: reset` resets the connection after the call was made', async () => {
  const { sim, world, authorization } = await setUp();
  await world.faults.add({ cut: 'reset', times: 1 });
  expect(await rawGet(sim.url, '/v1/Services', { authorization })).toEqual({ text: '', wasReset: true });
  expect((await world.verify({ operation: 'listservice', status: 200 })).verified).toBe(true);
});

test('`cut: truncate` sends the full content length and half of the body', async () => {
  const { sim, world, authorization, list } = await setUp();
  const whole = await (await list()).text();
  await world.faults.add({ cut: 'truncate' });
  const { text } = await rawGet(sim.url, '/v1/Services', { authorization });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toContain(`content-length: ${whole.length}`);
  expect(head).toContain('twilio-request-id');
  expect(body).toBe(whole.slice(0, whole.length / 2));
  await expect(list().then((response) => response.text())).rejects.toThrow('terminated');
});

test('`cut: hang` never responds, and neither the client nor a closing server has to wait', async () => {
  const { sim, world, list } = await setUp({ drain: 50_000 });
  await world.faults.add({ cut: 'hang' });
  await expect(
    fetch(`${sim.url}/v1/Services`, {
      headers: { authorization: `Basic ${btoa(`${world.accountSid}:x`)}` },
      signal: AbortSignal.timeout(100),
    }),
  ).rejects.toMatchObject({ name: 'TimeoutError' });
  const hanging = list().catch(() => 'disconnected');
  while ((await world.journal({ operation: 'listservice' })).length < 2)
    await new Promise((done) => setTimeout(done, 5));
  const startedAt = performance.now();
  await sim.close();
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  expect(await hanging).toBe('disconnected');
});

test('`cut: truncate` resets the connection if the response has no body', async () => {
  const { sim, world } = await setUp();
  const service = sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  await world.faults.add({ cut: 'truncate' });
  const headers = { authorization: `Basic ${btoa(`${world.accountSid}:x`)}` };
  await expect(fetch(`${sim.url}/v1/Services/${service}`, { method: 'DELETE', headers })).rejects.toThrow(
    'fetch failed',
  );
});

test('`cut` is a coded error for callers without a connection of their own', async () => {
  const { sim, world } = await setUp();
  await world.faults.add({ cut: 'hang' });
  await expect(world.call('listservice')).rejects.toMatchObject({ name: 'UNDERSTUDY_CUT_OFF', code: 990112 });
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { 'understudy-world': world.accountSid } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', sim.mcpUrl), { requestInit }));
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  const name = tools.find(({ name: tool }) => /list.*services?$/i.test(tool))?.name ?? '';
  const result = await client.callTool({ name, arguments: {} });
  expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('990112') }] });
});

test('the header Understudy-Fault injects a fault into one request', async () => {
  const { sim, list, authorization } = await setUp();
  expect((await list({ 'understudy-fault': 'status=429' })).status).toBe(429);
  expect(await (await list({ 'understudy-fault': 'status=503; code=20001; message=Closed' })).json()).toMatchObject({
    code: 20001,
    message: 'Closed',
  });
  const startedAt = performance.now();
  expect((await list({ 'understudy-fault': 'latency=40' })).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThan(38);
  const reset = await rawGet(sim.url, '/v1/Services', { authorization, 'understudy-fault': 'cut=reset' });
  expect(reset.wasReset).toBe(true);
  const rest = await fetch(`${sim.url}/v1/v1/services`, { headers: { 'understudy-fault': 'status=500' } });
  expect(rest.status).toBe(500);
  for (const invalid of ['staus=429', 'status=1000', 'status=x', 'cut=maybe', 'latency=-1', 'latency=120001', '']) {
    expect({ invalid, status: (await list({ 'understudy-fault': invalid })).status }).toEqual({ invalid, status: 400 });
  }
  expect((await list()).status).toBe(200);
});

test.each(['live', 'record', 'replay'] as const)(
  'in %s mode an error response keeps the call from the backend',
  async (mode) => {
    const { http, controls, echo } = await createEchoUnderstudy({ mode });
    const services = { url: '/v1/Services', headers: basic() };
    const failing = { ...services, headers: { ...basic(), 'understudy-fault': 'status=503' } };
    expect((await http.inject(failing)).statusCode).toBe(503);
    await controls.run('faults.add', undefined, { status: 429, times: 1 });
    expect((await http.inject(services)).statusCode).toBe(429);
    expect(echo.calls).toEqual([]);
    expect((await http.inject(services)).statusCode).toBe(200);
    expect(controls.list.map(({ name }) => name)).not.toContain('clock.advance');
  },
);

test.each([
  [{ 'bad name': 'x' }, 'cannot be sent'],
  [{ 'x-a': 'a\r\nb: c' }, 'cannot be sent'],
  [{ 'x-a': '\u0100' }, 'cannot be sent'],
  [{ 'Content-Length': '5' }, 'the server sets it'],
  [{ 'transfer-encoding': 'chunked' }, 'the server sets it'],
])('a rule with headers that cannot be sent is refused: %o', async (headers, message) => {
  const { controls } = await createTestUnderstudy();
  await expect(controls.run('faults.add', undefined, { status: 503, headers })).rejects.toThrow(message);
});

test.each([204, 205, 304])('a fault with status %i has no body', async (status) => {
  const { controls, http } = await createTestUnderstudy();
  await controls.run('faults.add', undefined, { status });
  const response = await http.inject({ url: '/v1/Services', headers: basic() });
  expect([response.statusCode, response.body, response.headers['content-type']]).toEqual([status, '', undefined]);
});
