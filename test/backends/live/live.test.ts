import { describe, expect, test } from 'vitest';
import { UpstreamFailure } from '../../../src/backends/live/failures.js';
import { answer, halfBody, hang, inTurn, startUpstream } from '../../helpers/upstream.js';
import { createTestLive, failureOf, SECRET, SERVICE } from './harness.js';

const fetch = ['fetchservice', { Sid: SERVICE }] as const;
const create = ['createservice', { body: { FriendlyName: 'Demo' } }] as const;
const remove = ['deleteservice', { Sid: SERVICE }] as const;

describe('a response from Twilio', () => {
  test('is returned unchanged: status, bytes and headers', async () => {
    const text = '{ "sid" : "IS1",\t"number": 1.50, "name": "\\u00e4" }';
    const headers = { 'twilio-request-id': 'RQ1', 'twilio-request-duration': '0.042', 'x-home-region': 'us1' };
    const { origin } = await startUpstream(answer(200, text, headers));
    const { call } = createTestLive(origin);
    const result = await call(...fetch);
    expect(result.status).toBe(200);
    expect(result.body?.text).toBe(text);
    expect(result.body?.latin1).toBe(text);
    expect(result.headers).toMatchObject({ ...headers, 'content-type': 'application/json' });
  });

  test('does not forward headers that apply to its own host or connection', async () => {
    const cors = { 'access-control-allow-origin': '*', 'strict-transport-security': 'max-age=1', 'set-cookie': 'a=b' };
    const { origin } = await startUpstream(answer(200, {}, cors));
    const { headers } = await createTestLive(origin).call(...fetch);
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'date']);
  });

  test('may be an error, which is returned like any other response', async () => {
    const refusal = {
      code: 50353,
      message: 'exists',
      more_info: 'https://www.twilio.com/docs/errors/50353',
      status: 409,
    };
    const { origin, seen } = await startUpstream(answer(409, refusal));
    expect(await createTestLive(origin).call(...create)).toMatchObject({ status: 409, body: { value: refusal } });
    expect(seen).toHaveLength(1);
  });

  test('may have no body', async () => {
    const { origin } = await startUpstream(answer(204, undefined));
    expect(await createTestLive(origin).call(...remove)).toMatchObject({ status: 204, body: null });
  });

  test('is returned as bytes with its content type when it is not JSON', async () => {
    const page = '<html>Bad Gateway</html>';
    const { origin } = await startUpstream(answer(500, page, { 'content-type': 'text/html' }));
    const { status, headers, body } = await createTestLive(origin).call(...fetch);
    expect({ status, type: headers['content-type'], value: body?.value }).toEqual({
      status: 500,
      type: 'text/html',
      value: page,
    });
  });

  test('is assembled from its chunks, without the headers of an early hint', async () => {
    const { origin } = await startUpstream((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload', 'x-early': 'yes' });
      response.setHeader('vary', ['Origin', 'Accept']).writeHead(200, { 'content-type': 'application/json' });
      response.write('{"name":"\u00c3', 'latin1', () => response.end('\u00a4"}', 'latin1'));
    });
    const { status, headers, body } = await createTestLive(origin).call(...fetch);
    expect({ status, value: body?.value }).toEqual({ status: 200, value: { name: 'ä' } });
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'date', 'vary']);
    expect(headers['vary']).toBe('Origin, Accept');
  });

  test('is returned when it is a redirect, which is not followed', async () => {
    const { origin, seen } = await startUpstream(answer(302, {}, { location: 'https://evil.example/' }));
    expect((await createTestLive(origin).call(...fetch)).status).toBe(302);
    expect(seen).toHaveLength(1);
  });
});

describe('credentials', () => {
  test.each([
    [false, `AC${'1'.repeat(32)}:${SECRET}`],
    [true, `SK${'2'.repeat(32)}:theirs`],
  ])("are the caller's own only with --pass-credentials: %j", async (passCredentials, sent) => {
    const { origin, seen } = await startUpstream();
    const { call } = createTestLive(origin, { passCredentials });
    await call(...fetch, { surface: 'twilio', credentials: { user: `SK${'2'.repeat(32)}`, password: 'theirs' } });
    const [, encoded = ''] = seen[0]?.headers.authorization?.split(' ') ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe(sent);
  });

  test('are required: without them nothing is sent', async () => {
    const { origin, seen } = await startUpstream();
    const { call } = createTestLive(origin, { credentials: undefined });
    expect(await failureOf(call(...fetch))).toMatchObject({ name: 'UNDERSTUDY_NO_CREDENTIALS', status: 403 });
    expect(seen).toHaveLength(0);
  });
});

describe('a retry', () => {
  const ok = answer(200, { sid: 'IS1' });

  test.each([502, 503, 504])('follows a %d for GET and DELETE, never for POST', async (status) => {
    const upstream = await startUpstream(inTurn(answer(status, {}), ok));
    const { call, log } = createTestLive(upstream.origin);
    expect((await call(...fetch)).status).toBe(200);
    upstream.behave(inTurn(answer(status, {}), answer(204, undefined)));
    expect((await call(...remove)).status).toBe(204);
    upstream.behave(answer(status, {}));
    expect((await call(...create)).status).toBe(status);
    expect(upstream.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'DELETE', 'DELETE', 'POST']);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  test('follows a 429 for every method, with the same form', async () => {
    const { origin, seen } = await startUpstream(inTurn(answer(429, {}), answer(429, {}), answer(201, {})));
    expect((await createTestLive(origin).call(...create)).status).toBe(201);
    expect(seen.map(({ body }) => body)).toEqual(Array(3).fill('FriendlyName=Demo'));
  });

  test('waits for the time in Retry-After', async () => {
    const { origin } = await startUpstream(inTurn(answer(429, {}, { 'retry-after': '1' }), ok));
    const started = performance.now();
    await createTestLive(origin).call(...fetch);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  test('is left to the caller when Retry-After exceeds the deadline', async () => {
    const { origin, seen } = await startUpstream(answer(429, { code: 20429 }, { 'retry-after': '3600' }));
    const { status, headers } = await createTestLive(origin).call(...fetch);
    expect({ status, wait: headers['retry-after'], requests: seen.length }).toEqual({
      status: 429,
      wait: '3600',
      requests: 1,
    });
  });

  test('gives up after the configured number of attempts and returns the last 429', async () => {
    const { origin, seen } = await startUpstream(answer(429, { code: 20429 }));
    expect((await createTestLive(origin).call(...create)).status).toBe(429);
    expect(seen).toHaveLength(4);
  });

  test('is limited to a fraction of the calls by the retry budget', async () => {
    const { origin, seen } = await startUpstream(answer(429, {}));
    const { call } = createTestLive(origin, { limits: { retryReserve: 5, retryShare: 0.1, breakerMinimum: 40 } });
    for (let i = 0; i < 20; i++) await call(...fetch);
    expect(seen.length).toBeLessThanOrEqual(20 + 5 + 2);
  });

  test.each([400, 401, 404, 409, 500])('does not follow a %d', async (status) => {
    const { origin, seen } = await startUpstream(answer(status, {}));
    await createTestLive(origin).call(...fetch);
    expect(seen).toHaveLength(1);
  });

  test('follows a broken connection for reads only; for a write, the error says that it may have been carried out', async () => {
    const { origin, seen, behave } = await startUpstream(inTurn((response) => response.socket?.resetAndDestroy(), ok));
    const { call } = createTestLive(origin);
    expect((await call(...fetch)).status).toBe(200);
    behave((response) => response.socket?.resetAndDestroy());
    const failure = await failureOf(call(...create));
    expect(failure).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_BROKE_OFF', status: 502 });
    expect(failure.message).toContain('`createservice` may or may not have been carried out');
    expect(seen).toHaveLength(3);
  });

  test('follows a response that ends early, for reads only', async () => {
    const { origin, behave } = await startUpstream(inTurn(halfBody, ok));
    const { call } = createTestLive(origin);
    expect((await call(...fetch)).status).toBe(200);
    behave(halfBody);
    expect(await failureOf(call(...create))).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_BROKE_OFF', status: 502 });
  });
});

describe('the circuit breaker', () => {
  const limits = { breakerMinimum: 4, breakerWindow: 4, retries: 0, breakerPause: 1000 };

  test('opens when most attempts fail, refuses calls immediately, and lets one call through after its pause', async () => {
    const { origin, seen, behave } = await startUpstream(answer(503, {}));
    const states: string[] = [];
    const observer = {
      attempted: () => undefined,
      retried: () => undefined,
      breaker: (state: string) => void states.push(state),
    };
    const { call, live } = createTestLive(origin, { limits, observer });
    for (let i = 0; i < 4; i++) expect((await call(...fetch)).status).toBe(503);
    expect(live.notReadyReason()).toContain(origin);
    const refusal = await failureOf(call(...fetch));
    expect(refusal).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_DOWN', status: 503, retryAfter: 1 });
    expect(seen).toHaveLength(4);

    behave(answer(200, {}));
    await expect.poll(() => live.notReadyReason()).toBeUndefined();
    expect((await call(...fetch)).status).toBe(200);
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  test('stays closed for errors that Twilio itself returns', async () => {
    const { origin, seen } = await startUpstream(answer(500, {}));
    const { call } = createTestLive(origin, { limits });
    for (let i = 0; i < 10; i++) await call(...fetch);
    expect(seen).toHaveLength(10);
  });
});

describe('under load', () => {
  test('concurrent requests are limited to the connections, and calls beyond the queue are refused', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((response) => void waiting.push(() => response.end('{}')));
    const { call, live } = createTestLive(upstream.origin, {
      limits: { connections: 2, queue: 3, answerTimeout: 5000 },
    });
    const calls = Array.from({ length: 8 }, () =>
      call(...fetch).then(
        ({ status }) => status,
        ({ name }) => name as string,
      ),
    );
    await expect.poll(() => waiting.length).toBe(2);
    expect(live.inFlight()).toBe(5);
    expect(await Promise.all(calls.slice(5))).toEqual(Array(3).fill('UNDERSTUDY_BUSY'));
    while (live.inFlight() > 0) {
      waiting.splice(0).forEach((respond) => respond());
      await new Promise(setImmediate);
    }
    expect(await Promise.all(calls.slice(0, 5))).toEqual(Array(5).fill(200));
    expect(upstream.sockets.size).toBe(2);
  });

  test('connections are reused', async () => {
    const { origin, sockets } = await startUpstream();
    const { call } = createTestLive(origin);
    for (let i = 0; i < 20; i++) await call(...fetch);
    // The pool may not have released the first connection yet when the second request needs one.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test('a call and its connection end when its caller disconnects', async () => {
    const { origin, seen, sockets } = await startUpstream(hang);
    const { call, live } = createTestLive(origin, { limits: { answerTimeout: 60_000 } });
    const controller = new AbortController();
    const pending = failureOf(call(...fetch, { signal: controller.signal }));
    await expect.poll(() => seen.length).toBe(1);
    const [socket] = sockets;
    controller.abort();
    expect(await pending).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(live.inFlight()).toBe(0);
    await expect.poll(() => socket?.destroyed).toBe(true);
  });

  test('a call whose caller has already disconnected is not sent', async () => {
    const { origin, seen } = await startUpstream();
    const { call } = createTestLive(origin);
    expect(await failureOf(call(...fetch, { signal: AbortSignal.abort() }))).toMatchObject({ status: 499 });
    expect(seen).toHaveLength(0);
  });

  test('a call that waits for a connection ends when its caller disconnects, and is never sent', async () => {
    const waiting: (() => void)[] = [];
    const { origin, seen } = await startUpstream((response) => void waiting.push(() => response.end('{}')));
    const { call, live } = createTestLive(origin, { limits: { connections: 1, answerTimeout: 60_000 } });
    const first = call(...fetch);
    await expect.poll(() => waiting.length).toBe(1);
    const controller = new AbortController();
    const second = failureOf(call(...create, { signal: controller.signal }));
    controller.abort();
    expect(await second).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(live.inFlight()).toBe(1);
    waiting.shift()?.();
    expect((await first).status).toBe(200);
    const third = call(...fetch);
    await expect.poll(() => waiting.length).toBe(1);
    waiting.shift()?.();
    expect((await third).status).toBe(200);
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('a call ends when its caller disconnects during the pause before a retry', async () => {
    const { origin, seen } = await startUpstream(answer(429, {}, { 'retry-after': '2' }));
    const { call, log } = createTestLive(origin);
    const controller = new AbortController();
    const pending = failureOf(call(...fetch, { signal: controller.signal }));
    await expect.poll(() => log.some(({ message }) => message.includes('Retrying'))).toBe(true);
    controller.abort();
    expect(await pending).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(seen).toHaveLength(1);
  });

  test('a call that waits for a connection ends at its deadline', async () => {
    const { origin } = await startUpstream(hang);
    const { call } = createTestLive(origin, {
      limits: { connections: 1, answerTimeout: 60_000, timeout: 200 },
    });
    const failures = await Promise.all([failureOf(call(...fetch)), failureOf(call(...create))]);
    expect(failures.map(({ status }) => status)).toEqual([504, 504]);
    expect(failures[1]).toBeInstanceOf(UpstreamFailure);
  });
});
