import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { twilioClientFor } from '../../src/index.js';
import { ask, sidOf, startSim } from '../helpers/sim.js';
import { basic, createEchoUnderstudy } from '../helpers/understudy.js';

/** What comes over a bare socket for a GET, until the other side closes it. */
function raw(url: string, path: string, headers: Record<string, string>): Promise<{ text: string; wasReset: boolean }> {
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

async function scene() {
  const sim = await startSim();
  const world = sim.world('faults');
  const client = twilioClientFor(world);
  const authorization = `Basic ${Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64')}`;
  const list = (headers: Record<string, string> = {}) =>
    fetch(`${sim.url}/v1/Services`, { headers: { authorization, ...headers } });
  return { sim, world, client, authorization, list };
}

test('a rule answers in Twilio’s form, so often as it says', async () => {
  const { world, client } = await scene();
  await world.faults.add({ operation: 'listservice', status: 429, times: 2 });
  const refusal = { status: 429, code: 20429, message: 'Too Many Requests' };
  await expect(client.conversations.v1.services.list()).rejects.toMatchObject(refusal);
  await expect(client.conversations.v1.services.list()).rejects.toMatchObject(refusal);
  expect(await client.conversations.v1.services.list()).toEqual([]);
  expect(await world.faults.list()).toMatchObject([{ operation: 'listservice', status: 429, times: 2, happened: 2 }]);
});

test('the SDK’s own retry survives a 429', async () => {
  const { world } = await scene();
  await world.faults.add({ operation: 'createservice', status: 429, times: 1, headers: { 'Retry-After': '1' } });
  const client = twilioClientFor(world, { autoRetry: true, maxRetryDelay: 50 });
  expect((await client.conversations.v1.services.create({ friendlyName: 'Desk' })).friendlyName).toBe('Desk');
  expect((await world.verify({ operation: 'createservice', status: 429 }, { most: 1 })).verified).toBe(true);
  expect((await client.conversations.v1.services.list()).length).toBe(1);
});

test('a rule with status, code, message and headers is answered word for word', async () => {
  const { world, list } = await scene();
  await world.faults.add({ status: 503, code: 20001, message: 'Closed', headers: { 'retry-after': '7' } });
  const answer = await list();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
  expect(await answer.json()).toEqual({
    code: 20001,
    message: 'Closed',
    more_info: 'https://www.twilio.com/docs/errors/20001',
    status: 503,
  });
});

test('a rule stays in its world', async () => {
  const { sim, world } = await scene();
  await world.faults.add({ status: 500 });
  expect((await world.call('listservice')).status).toBe(500);
  expect((await sim.world('other').call('listservice')).status).toBe(200);
  expect((await sim.call('listservice')).status).toBe(200);
  await world.faults.clear();
  expect((await world.call('listservice')).status).toBe(200);
});

/** Twenty statuses under a rule that strikes every second time or so. */
async function strikes(seed: string): Promise<number[]> {
  const { world } = await scene();
  await world.faults.add({ status: 500, probability: 0.5, seed });
  const statuses: number[] = [];
  for (let n = 0; n < 20; n += 1) statuses.push((await world.call('listservice')).status);
  return statuses;
}

test('chance is the same for the same seed', async () => {
  const [first, again, other] = [await strikes('a'), await strikes('a'), await strikes('b')];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 500]));
});

test('latency delays the answer, by draws that differ', async () => {
  const { world } = await scene();
  await world.faults.add({ latency: { min: 30, max: 60 }, times: 3, seed: 'x' });
  for (let n = 0; n < 3; n += 1) {
    const began = performance.now();
    expect((await world.call('listservice')).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(28);
  }
});

test('latency may be lognormal; what is half the one and half the other is refused', async () => {
  const { world } = await scene();
  await world.faults.add({ latency: { median: 20, sigma: 0 }, times: 1 });
  const began = performance.now();
  expect((await world.call('listservice')).status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(18);
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

test('a reset connection is a reset connection, and the call was made', async () => {
  const { sim, world, authorization } = await scene();
  await world.faults.add({ cut: 'reset', times: 1 });
  expect(await raw(sim.url, '/v1/Services', { authorization })).toEqual({ text: '', wasReset: true });
  expect((await world.verify({ operation: 'listservice', status: 200 })).verified).toBe(true);
});

test('a truncated body has its full length in the head and half of it in the body', async () => {
  const { sim, world, authorization, list } = await scene();
  const whole = await (await list()).text();
  await world.faults.add({ cut: 'truncate' });
  const { text } = await raw(sim.url, '/v1/Services', { authorization });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toContain(`content-length: ${whole.length}`);
  expect(head).toContain('twilio-request-id');
  expect(body).toBe(whole.slice(0, whole.length / 2));
  await expect(list().then((answer) => answer.text())).rejects.toThrow('terminated');
});

test('a call that is never answered holds nothing up: the client may leave, and the server may stop', async () => {
  const { sim, world, list } = await scene();
  await world.faults.add({ cut: 'hang' });
  await expect(
    fetch(`${sim.url}/v1/Services`, {
      headers: { authorization: `Basic ${btoa(`${world.accountSid}:x`)}` },
      signal: AbortSignal.timeout(100),
    }),
  ).rejects.toMatchObject({ name: 'TimeoutError' });
  const hanging = list().catch(() => 'cut off');
  while ((await world.journal({ operation: 'listservice' })).length < 2)
    await new Promise((done) => setTimeout(done, 5));
  const began = performance.now();
  await sim.close();
  expect(performance.now() - began).toBeLessThan(2000);
  expect(await hanging).toBe('cut off');
});

test('a deleted record has no body to be cut', async () => {
  const { sim, world } = await scene();
  const service = sidOf(await ask(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  await world.faults.add({ cut: 'truncate' });
  const headers = { authorization: `Basic ${btoa(`${world.accountSid}:x`)}` };
  await expect(fetch(`${sim.url}/v1/Services/${service}`, { method: 'DELETE', headers })).rejects.toThrow(
    'fetch failed',
  );
});

test('callers without a connection of their own get an error with a name', async () => {
  const { sim, world } = await scene();
  await world.faults.add({ cut: 'hang' });
  await expect(world.call('listservice')).rejects.toMatchObject({ name: 'UNDERSTUDY_CUT_OFF', code: 990112 });
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { 'understudy-world': world.accountSid } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', sim.mcpUrl), { requestInit }));
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  const name = tools.find(({ name: tool }) => /list.*services?$/i.test(tool))?.name ?? '';
  const answer = await client.callTool({ name, arguments: {} });
  expect(answer).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('990112') }] });
});

test('one request asks for its own fault by a header', async () => {
  const { sim, list, authorization } = await scene();
  expect((await list({ 'understudy-fault': 'status=429' })).status).toBe(429);
  expect(await (await list({ 'understudy-fault': 'status=503; code=20001; message=Closed' })).json()).toMatchObject({
    code: 20001,
    message: 'Closed',
  });
  const began = performance.now();
  expect((await list({ 'understudy-fault': 'latency=40' })).status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(38);
  const reset = await raw(sim.url, '/v1/Services', { authorization, 'understudy-fault': 'cut=reset' });
  expect(reset.wasReset).toBe(true);
  const rest = await fetch(`${sim.url}/v1/v1/services`, { headers: { 'understudy-fault': 'status=500' } });
  expect(rest.status).toBe(500);
  for (const odd of ['staus=429', 'status=1000', 'status=x', 'cut=maybe', 'latency=-1', 'latency=120001', '']) {
    expect({ odd, status: (await list({ 'understudy-fault': odd })).status }).toEqual({ odd, status: 400 });
  }
  expect((await list()).status).toBe(200);
});

test.each(['live', 'record', 'replay'] as const)('in %s mode faults come before the backend', async (mode) => {
  const { http, controls, echo } = await createEchoUnderstudy({ mode });
  const services = { url: '/v1/Services', headers: basic() };
  const failing = { ...services, headers: { ...basic(), 'understudy-fault': 'status=503' } };
  expect((await http.inject(failing)).statusCode).toBe(503);
  await controls.run('faults.add', undefined, { status: 429, times: 1 });
  expect((await http.inject(services)).statusCode).toBe(429);
  expect(echo.calls).toEqual([]);
  expect((await http.inject(services)).statusCode).toBe(200);
  expect(controls.list.map(({ name }) => name)).not.toContain('clock.advance');
});
