import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/app/settings.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../../helpers/understudy.js';
import { answer, type Behaviour, hang, reset, startUpstream, type Upstream } from '../../helpers/upstream.js';
import { SERVICE } from './harness.js';

const SECRET = 'planted-"surface"-pässword-33e7';
const CALLERS_PASSWORD = 'callers-own-password-0b4d';

async function createLive(behaviour?: Behaviour, settings: Partial<Settings> = {}) {
  const upstream = await startUpstream(behaviour);
  const understudy = await createTestUnderstudy({
    mode: 'live',
    upstream: upstream.origin,
    credentials: { user: ACCOUNT, password: SECRET },
    limits: { answerTimeout: behaviour === hang ? 300 : 20_000, retryPause: 1, retries: 1, breakerMinimum: 40 },
    logLevel: 'trace',
    ...settings,
  });
  return { ...understudy, upstream };
}

const native = { url: `/v1/Services/${SERVICE}`, headers: basic(ACCOUNT, CALLERS_PASSWORD) };
const rest = { url: `/v1/v1/services/${SERVICE}` };

function callTool(mcp: FastifyInstance, name: string, args: object) {
  return mcp.inject({
    method: 'POST',
    url: '/mcp',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
  });
}

const failures: [string, Behaviour, number, number][] = [
  ['that resets the connection', reset, 502, 990202],
  ['that never answers', hang, 504, 990204],
];

describe.each(failures)('an upstream %s', (_, behaviour, status, code) => {
  const envelope = { code, status, more_info: expect.stringContaining('UNDERSTUDY_UPSTREAM') as string };

  test.each([
    ['Twilio', native, 'application/json;charset=utf-8'],
    ['REST', rest, 'application/json'],
  ])('is reported with the four error keys on the %s surface', async (_surface, request, contentType) => {
    const { http } = await createLive(behaviour);
    const response = await http.inject(request);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject(envelope);
    expect(response.headers['content-type']).toBe(contentType);
  });

  test('is reported with the four error keys on MCP, as a result that an agent can read', async () => {
    const { mcp, capability } = await createLive(behaviour);
    const tool = capability.tools.find(({ operation }) => operation.name === 'fetchservice');
    const response = await callTool(mcp, tool?.name ?? '', { Sid: SERVICE });
    const [, data = ''] = /^data: (.*)$/m.exec(response.body) ?? [];
    const { result } = JSON.parse(data) as { result: { isError: boolean; content: { text: string }[] } };
    expect(result.isError).toBe(true);
    expect(JSON.parse(result.content[0]?.text ?? '')).toMatchObject(envelope);
  });
});

test('an HTML error page keeps its content type and is a violation in the journal', async () => {
  const { http, engine, journal } = await createLive(answer(500, '<h1>Oops</h1>', { 'content-type': 'text/html' }));
  const response = await http.inject(native);
  expect(response).toMatchObject({ statusCode: 500, body: '<h1>Oops</h1>' });
  expect(response.headers['content-type']).toBe('text/html');
  await engine.settled();
  expect(journal.entries()[0]).toMatchObject({ answer: '<h1>Oops</h1>', violations: [{ path: '' }] });
});

test("Twilio's request id is returned, and logged beside ours", async () => {
  const { http, log } = await createLive(answer(200, {}, { 'twilio-request-id': 'RQ1234' }));
  expect((await http.inject(native)).headers['twilio-request-id']).toBe('RQ1234');
  expect(log.find(({ twilioRequestId }) => twilioRequestId === 'RQ1234')).toMatchObject({
    requestId: expect.stringMatching(/^req-/) as string,
    operation: 'fetchservice',
  });
});

test('trace headers are forwarded to Twilio', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { http, upstream } = await createLive();
  await http.inject({ ...rest, headers: { traceparent, tracestate: 'a=b' } });
  expect(upstream.seen[0]?.headers).toMatchObject({ traceparent, tracestate: 'a=b' });
});

test('a response that violates the published schema is reported and returned unchanged', async () => {
  const { http, engine, journal } = await createLive(answer(200, { sid: 'IS1', surprise: true }));
  expect((await http.inject(rest)).json()).toEqual({ sid: 'IS1', surprise: true });
  await engine.settled();
  expect(journal.entries()[0]?.violations).toContainEqual({ path: '/surprise', message: 'is not published' });
  const { body } = await http.inject('/__understudy/metrics');
  expect(body).toMatch(/understudy_violations_total\{operation="fetchservice",surface="rest",mode="live"\} \d+/);
});

test('a repeated violation is logged as a warning only once', async () => {
  const { http, engine, log } = await createLive(answer(200, { sid: 'IS1' }));
  for (let call = 0; call < 3; call++) await http.inject(rest);
  await engine.settled();
  const warnings = log.filter(({ msg }) => msg.includes('violates the published schema'));
  expect(warnings.map(({ level }) => level)).toEqual(['warn', 'debug', 'debug']);
});

test('the request to Twilio ends when its caller disconnects', async () => {
  const { http, upstream, log } = await createLive(hang, { limits: { answerTimeout: 60_000 } });
  const { port } = new URL(await http.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${rest.url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await expect.poll(() => upstream.seen.length).toBe(1);
  const [upstreamSocket] = upstream.sockets;
  socket.destroy();
  await expect.poll(() => upstreamSocket?.destroyed).toBe(true);
  await expect.poll(() => log.some(({ msg }) => msg.endsWith('UNDERSTUDY_CANCELLED'))).toBe(true);
});

const page = (number: number) =>
  `https://conversations.twilio.com/v1/Services/${SERVICE}/Users?PageSize=1&Page=${number}`;

test('a REST client that follows the pages of a list stays on this server', async () => {
  const meta = { page: 0, page_size: 1, url: page(0), first_page_url: page(0), next_page_url: page(1), key: 'users' };
  const { http, upstream } = await createLive(answer(200, { meta, users: [] }));
  const response = await http.inject({
    url: `/v1/v1/services/${SERVICE}/users?PageSize=1`,
    headers: { host: '127.0.0.1:8080' },
  });
  expect(response.body).not.toContain('twilio.com');
  const { next_page_url: next } = response.json<{ meta: typeof meta }>().meta;
  expect(next).toBe(`http://127.0.0.1:8080/v1/v1/services/${SERVICE}/users?PageSize=1&Page=1`);
  expect((await http.inject(new URL(next).pathname + new URL(next).search)).statusCode).toBe(200);
  expect(upstream.seen.at(-1)?.url).toBe(`/v1/Services/${SERVICE}/Users?PageSize=1&Page=1`);
});

/** The credentials that Twilio received. */
function sentCredentials({ seen }: Upstream): string[] {
  return seen.map(({ headers }) => Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString());
}

describe('access and credentials', () => {
  test("a caller's password is not sent to Twilio", async () => {
    const { http, upstream } = await createLive();
    await http.inject(native);
    await http.inject({ ...rest, headers: native.headers });
    expect(sentCredentials(upstream)).toEqual(Array(2).fill(`${ACCOUNT}:${SECRET}`));
  });

  test('with --pass-credentials it is sent, but only from the Twilio surface', async () => {
    const { http, upstream } = await createLive(undefined, { passCredentials: true });
    await http.inject(native);
    await http.inject({ ...rest, headers: native.headers });
    expect(sentCredentials(upstream)).toEqual([`${ACCOUNT}:${CALLERS_PASSWORD}`, `${ACCOUNT}:${SECRET}`]);
  });

  test('a token is then passed in a header, and never sent to Twilio', async () => {
    const { http, upstream } = await createLive(undefined, { passCredentials: true, token: 'front-door' });
    expect((await http.inject(native)).json()).toMatchObject({ status: 401, code: 990105 });
    const headers = { ...native.headers, 'understudy-token': 'front-door' };
    expect((await http.inject({ ...native, headers })).statusCode).toBe(200);
    expect(upstream.seen).toHaveLength(1);
    expect(JSON.stringify(upstream.seen)).not.toContain('front-door');
  });

  test('every surface requires the token, and nothing is sent without it', async () => {
    const { http, mcp, upstream } = await createLive(undefined, { token: 'front-door' });
    const answers = [await http.inject(native), await http.inject(rest), await callTool(mcp, 'any', {})];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(upstream.seen).toHaveLength(0);
    expect((await http.inject({ ...native, headers: basic(ACCOUNT, 'front-door') })).statusCode).toBe(200);
    expect((await http.inject({ ...rest, headers: { authorization: 'Bearer front-door' } })).statusCode).toBe(200);
  });

  test('without credentials, live mode does not start', async () => {
    const started = createTestUnderstudy({ mode: 'live' });
    await expect(started).rejects.toMatchObject({ name: 'UNDERSTUDY_NO_CREDENTIALS' });
    await expect(started).rejects.toThrow(/set TWILIO_USER and TWILIO_PASS/);
  });

  test('an operation that is not allowed is refused on every surface', async () => {
    const { http, mcp, capability, upstream } = await createLive(undefined, { allow: ['listservice'] });
    const tool = capability.tools.find(({ operation }) => operation.name === 'fetchservice')?.name ?? '';
    expect((await http.inject(native)).json()).toMatchObject({ status: 403, code: 990208 });
    expect((await http.inject(rest)).json()).toMatchObject({ status: 403, code: 990208 });
    expect((await callTool(mcp, tool, { Sid: SERVICE })).body).toContain('990208');
    expect(upstream.seen).toHaveLength(0);
  });

  test('--allow with an unknown operation stops the start and suggests the closest name', async () => {
    await expect(createLive(undefined, { allow: ['fetchservise'] })).rejects.toThrow(/Did you mean `fetchservice`/);
  });

  test('a dry run sends nothing', async () => {
    const { http, upstream } = await createLive(undefined, { dryRun: true });
    const response = await http.inject({ method: 'POST', url: '/v1/v1/services', payload: { FriendlyName: 'x' } });
    expect(response.json()).toMatchObject({
      status: 403,
      message: expect.stringContaining('with FriendlyName=x') as string,
    });
    expect(upstream.seen).toHaveLength(0);
  });
});

describe('health and metrics', () => {
  test('a process with a failing upstream is alive but not ready, until the pause is over', async () => {
    const limits = { retries: 0, breakerMinimum: 2, breakerWindow: 2, breakerPause: 1000 };
    const { http } = await createLive(answer(503, {}), { limits });
    expect((await http.inject('/__understudy/health/ready')).json()).toEqual({ ready: true });
    for (let call = 0; call < 2; call++) await http.inject(rest);
    const refusal = await http.inject(rest);
    expect(refusal).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    const ready = await http.inject('/__understudy/health/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({
      ready: false,
      reason: expect.stringContaining('most recent requests') as string,
    });
    expect((await http.inject('/__understudy/health/live')).statusCode).toBe(200);
    expect((await http.inject('/__understudy/metrics')).body).toContain(
      'understudy_upstream_breaker_state{mode="live"} 2',
    );
    await expect.poll(async () => (await http.inject('/__understudy/health/ready')).statusCode).toBe(200);
  });

  test('probes need no token, but metrics do', async () => {
    const { http } = await createLive(undefined, { token: 'front-door' });
    expect((await http.inject('/__understudy/health/ready')).statusCode).toBe(200);
    expect((await http.inject('/__understudy/metrics')).statusCode).toBe(401);
  });

  test('metrics count requests, durations, requests to Twilio and retries', async () => {
    const { http } = await createLive(answer(429, {}));
    await http.inject(rest);
    const { body, headers } = await http.inject('/__understudy/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'understudy_requests_total{operation="fetchservice",surface="rest",status="429",mode="live"} 1',
        'understudy_request_duration_seconds_count{operation="fetchservice",surface="rest",mode="live"} 1',
        'understudy_request_duration_seconds_bucket{le="+Inf",operation="fetchservice",surface="rest",mode="live"} 1',
        'understudy_upstream_duration_seconds_count{operation="fetchservice",status="429",mode="live"} 2',
        'understudy_upstream_retries_total{operation="fetchservice",reason="429",mode="live"} 1',
        'understudy_upstream_requests{mode="live"} 0',
      ]),
    );
    expect(body).toContain('process_resident_memory_bytes');
  });
});
