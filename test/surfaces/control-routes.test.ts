import { Readable } from 'node:stream';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import type { JsonObject } from '../../src/core/body.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';
import { startSim } from '../helpers/sim.js';

const base = '/__understudy';

async function startControl(settings: Parameters<typeof createTestUnderstudy>[0] = {}) {
  const { http, controls } = await createTestUnderstudy({ seed: 'support-desk', ...settings });
  const get = async (path: string, headers = {}) => {
    const { statusCode, body } = await http.inject({ url: base + path, headers });
    return { status: statusCode, body: JSON.parse(body) as JsonObject };
  };
  const post = async (path: string, payload: string | object = {}, headers = {}) => {
    const { statusCode, body } = await http.inject({ method: 'POST', url: base + path, payload, headers });
    return { status: statusCode, body: JSON.parse(body) as JsonObject };
  };
  return { http, controls, get, post };
}

test('every control has a two-part name, a description of each input, and a route', async () => {
  const { http, controls } = await startControl();
  for (const { name, description, changes, input } of controls.list) {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
    expect(description).toMatch(/\.$/);
    for (const property of Object.values(input.properties)) expect(property).toHaveProperty('description');
    const url = `${base}/${name.replace('.', '/')}`;
    // The refusal of another method names those that the route has.
    const { statusCode, headers } = await http.inject({ method: 'PUT', url });
    expect([statusCode, headers['allow']]).toEqual([405, changes ? 'POST' : 'GET, POST']);
  }
  expect(new Set(controls.list.map(({ name }) => name)).size).toBe(controls.list.length);
});

test('the description is a valid OpenAPI 3.1 document of the controls', async () => {
  const { get, controls } = await startControl();
  const { body } = await get('/openapi.json');
  const { valid, errors } = await new Validator().validate(structuredClone(body));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(Object.keys(body['paths'] as object)).toEqual([
    ...controls.list.map(({ name }) => `${base}/${name.replace('.', '/')}`),
    `${base}/health`,
    `${base}/events`,
  ]);
});

test('a control that reads accepts GET with a query, and one that changes accepts only POST with JSON or a form', async () => {
  const { get, post } = await startControl();
  expect(await get('/clock/show')).toEqual({
    status: 200,
    body: { mode: 'manual', now: '2026-01-01T00:00:00.000Z', next_due: '2026-01-01T01:00:00.000Z' },
  });
  expect((await post('/clock/advance', { by: 'PT1H' })).body).toMatchObject({ now: '2026-01-01T01:00:00.000Z' });
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'understudy-request': '1' };
  expect((await post('/clock/advance', 'by=PT1H', form)).body).toMatchObject({ now: '2026-01-01T02:00:00.000Z' });
  const expectation = encodeURIComponent('{"operation":"createservice"}');
  expect((await get(`/journal/verify?expect=${expectation}&most=3`)).body).toMatchObject({ verified: false, count: 0 });
  expect(await get('/clock/advance')).toMatchObject({ status: 405, body: { code: 20004 } });
  expect(await post('/clock/advence')).toMatchObject({
    status: 404,
    body: { message: 'There is no control `clock.advence`. Did you mean `clock.advance`?' },
  });
});

test.each([
  ['/clock/advance', {}, '`clock.advance`: `by` is required.'],
  ['/clock/advance', { by: 5 }, '`clock.advance`: `by` must be string.'],
  ['/clock/advance', { by: 'an hour' }, '`by` must be an ISO 8601 duration such as PT1H, not "an hour".'],
  ['/clock/advance', { by: 'PT1H', forever: true }, '`clock.advance`: unknown input `forever`. Did you mean `by`?'],
  ['/clock/set', { mode: 'fast' }, '`clock.set`: `mode` must be one of real, manual, auto.'],
  ['/webhooks/redeliver', { id: 0 }, '`webhooks.redeliver`: `id` must be >= 1.'],
  ['/receipts/set-rules', { rules: [{ address: '*' }] }, '`receipts.set-rules`: `rules.0.steps` is required.'],
  ['/journal/verify', { expect: { operatoin: 'x' } }, '`journal.verify`: unknown input `expect.operatoin`.'],
  ['/journal/verify', { expact: {} }, '`journal.verify`: unknown input `expact`. Did you mean `expect`?'],
])('%s with %o is refused with the reason', async (path, input, message) => {
  const { post } = await startControl();
  const { status, body } = await post(path, input);
  expect({ status, message: body['message'] }).toEqual({ status: 400, message });
});

test.each(['{', '[]', 'null', '1'])('the body %s is refused', async (payload) => {
  const { post } = await startControl();
  const { status } = await post('/clock/advance', payload, { 'content-type': 'application/json' });
  expect(status).toBe(400);
});

test('the Basic user or the header selects the world, else it is the default one', async () => {
  const { post, get } = await startControl();
  await post('/clock/advance', { by: 'PT1H' }, basic());
  const other = { 'understudy-world': `AC${'b'.repeat(32)}` };
  await post('/clock/advance', { by: 'PT2H' }, other);
  const now = async (headers: object) => (await get('/clock/show', headers)).body['now'];
  expect(await now({})).toBe('2026-01-01T00:00:00.000Z');
  expect(await now({ 'understudy-world': ACCOUNT })).toBe('2026-01-01T01:00:00.000Z');
  expect(await now(other)).toBe('2026-01-01T02:00:00.000Z');
  expect((await get('/clock/show', { 'understudy-world': 'me' })).status).toBe(400);
});

test('every control requires the token', async () => {
  const { get, post } = await startControl({ token: 'right' });
  for (const path of ['/openapi.json', '/clock/show', '/journal/list']) {
    expect((await get(path)).status).toBe(401);
    expect((await get(path, { 'understudy-token': 'right' })).status).toBe(200);
  }
  expect((await post('/worlds/reset')).status).toBe(401);
});

test('no control reveals the auth tokens of callers', async () => {
  const { http, get } = await startControl();
  const headers = basic(ACCOUNT, 's3cret-password');
  await http.inject({ url: '/v1/Services', headers });
  await http.inject({
    method: 'POST',
    url: `${base}/webhooks/sign-with`,
    headers,
    payload: { auth_token: 's3cret-token' },
  });
  for (const path of ['/journal/list', '/worlds/export', '/worlds/list', '/webhooks/list', '/journal/curl']) {
    expect(JSON.stringify((await get(path, { 'understudy-world': ACCOUNT })).body)).not.toContain('s3cret');
  }
});

test('the controls are MCP tools at the path /control', async () => {
  const sim = await startSim({ seed: 'support-desk' });
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { 'understudy-world': sim.world('mcp').accountSid } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/control', sim.mcpUrl), { requestInit }));
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['clock-advance', 'clock-run-to-idle', 'faults-add']),
  );
  expect(tools.find(({ name }) => name === 'journal-verify')?.annotations).toMatchObject({ readOnlyHint: true });
  const moved = await client.callTool({ name: 'clock-advance', arguments: { by: 'PT1H' } });
  expect(moved.structuredContent).toMatchObject({ now: '2026-01-01T01:00:00.000Z' });
  expect((await sim.clock.show()).now).toBe('2026-01-01T00:00:00.000Z');
  const wrong = await client.callTool({ name: 'clock-advance', arguments: { by: 'soon' } });
  expect(wrong).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('ISO 8601') }] });
  await expect(client.callTool({ name: 'clock-advnce', arguments: {} })).rejects.toThrow(
    'Did you mean `clock-advance`?',
  );
  expect(await fetch(new URL('/control', sim.mcpUrl), { method: 'OPTIONS' })).toMatchObject({
    status: expect.any(Number),
  });
});

test('the controls are not among the tools at the path /mcp', async () => {
  const sim = await startSim();
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', sim.mcpUrl)));
  onTestFinished(() => client.close());
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toEqual(loadCapability().files[0].tools.map(({ name }) => name));
});

test('a web page of another origin cannot change anything, also one on another port of this machine', async () => {
  const { post, get } = await startControl();
  const before = await get('/clock/show');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const json = { 'content-type': 'application/json' };
  const host = { host: 'localhost:8080' };
  const advance = async (payload: string, headers: object) => (await post('/clock/advance', payload, headers)).status;
  expect(await advance('by=PT1H', { ...host, ...form })).toBe(415);
  expect(await advance('{"by":"PT1H"}', { ...host, 'content-type': 'text/plain' })).toBe(415);
  expect(await advance('{"by":"PT1H"}', { ...host, ...json, origin: 'http://localhost:3000' })).toBe(403);
  expect(
    await advance('by=PT1H', { ...host, ...form, origin: 'http://127.0.0.1:8080', 'understudy-request': '1' }),
  ).toBe(403);
  expect(await advance('{"by":"PT1H"}', { ...host, ...json, 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await get('/clock/show')).toEqual(before);

  expect(await advance('{"by":"PT1H"}', { ...host, ...json, origin: 'http://localhost:8080' })).toBe(200);
  expect(await advance('{"by":"PT1H"}', { ...host, ...json, 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await advance('by=PT1H', { ...host, ...form, 'understudy-request': '1' })).toBe(200);
});

test('a page behind the public URL of a server can use its controls', async () => {
  const { post } = await startControl({ publicUrl: 'https://understudy.example' });
  const headers = { 'content-type': 'application/json', origin: 'https://understudy.example' };
  expect((await post('/clock/advance', { by: 'PT1H' }, headers)).status).toBe(200);
});

test('responses of our own surfaces are neither cached nor guessed, and those of Twilio have its recorded headers', async () => {
  const { http, mcp } = await createTestUnderstudy();
  const headersAt = async (url: string, app = http) => {
    const { headers } = await app.inject({ url, headers: basic(ACCOUNT, 'any') });
    return [headers['cache-control'], headers['x-content-type-options']];
  };
  const own = ['no-store', 'nosniff'];
  for (const path of [
    '/__understudy/clock/show',
    '/__understudy/health',
    '/__understudy/metrics',
    '/__understudy/nowhere',
  ]) {
    expect(await headersAt(path)).toEqual(own);
  }
  for (const path of ['/v1/v1/services', '/v1/v1/nowhere', '/openapi.json']) expect(await headersAt(path)).toEqual(own);
  expect(await headersAt('/mcp', mcp)).toEqual(own);
  for (const path of ['/v1/Services', '/v1/Services/nowhere']) {
    expect(await headersAt(path)).toEqual([undefined, undefined]);
  }
});

test('a world of any size is exported and imported in chunks', async () => {
  const { http, get } = await startControl();
  const { body: exported } = await get('/worlds/export');
  expect(exported).toMatchObject({ format: 'understudy-worlds', version: 1 });
  const send = async (text: string) => {
    // Without a length, the body may be larger than a string.
    const payload = Readable.from(text.match(/[^]{1,1000}/g) ?? []);
    const headers = { 'content-type': 'application/json' };
    return http.inject({ method: 'POST', url: `${base}/worlds/import`, payload, headers });
  };
  await http.inject({ method: 'POST', url: `${base}/worlds/reset`, payload: { seed: 'empty' } });
  expect((await send(JSON.stringify({ document: exported }))).statusCode).toBe(200);
  expect((await get('/worlds/export')).body['worlds']).toEqual(exported['worlds']);
  const refusals = [await send('{"document":'), await send('[]'), await send('{"document":{}}')];
  expect(refusals.map(({ statusCode, body }) => [statusCode, (JSON.parse(body) as JsonObject)['message']])).toEqual([
    [400, expect.stringContaining('The body is not valid JSON')],
    [400, expect.stringContaining('must be a JSON object')],
    [400, expect.stringContaining('it has no "format"')],
  ]);
});

test('a world of any size cannot be imported without a place for it, with an error that says so', async () => {
  const { http } = await startControl();
  vi.stubEnv('TMPDIR', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  const payload = Readable.from(['{"document":{}}']);
  const headers = { 'content-type': 'application/json' };
  const { statusCode, body } = await http.inject({ method: 'POST', url: `${base}/worlds/import`, payload, headers });
  expect([statusCode, (JSON.parse(body) as JsonObject)['message']]).toEqual([
    503,
    expect.stringMatching(/could not be stored in \/nowhere \(ENOENT.*TMPDIR/),
  ]);
});
