import { describe, expect, test } from 'vitest';
import { UpstreamFailure } from '../../../src/backends/live/failures.js';
import { answer, halfBody, hang, inTurn, startUpstream } from '../../helpers/upstream.js';
import { createTestLive, failureOf, PLANTED, SERVICE } from './harness.js';

const fetch = ['fetchservice', { Sid: SERVICE }] as const;
const create = ['createservice', { body: { FriendlyName: 'Demo' } }] as const;
const remove = ['deleteservice', { Sid: SERVICE }] as const;

describe('an answer of Twilio', () => {
  test('comes back unchanged: status, bytes and headers', async () => {
    const text = '{ "sid" : "IS1",\t"number": 1.50, "name": "\\u00e4" }';
    const headers = { 'twilio-request-id': 'RQ1', 'twilio-request-duration': '0.042', 'x-home-region': 'us1' };
    const { origin } = await startUpstream(answer(200, text, headers));
    const { ask } = createTestLive(origin);
    const result = await ask(...fetch);
    expect(result.status).toBe(200);
    expect(result.body?.text).toBe(text);
    expect(Buffer.from(result.body?.bytes ?? []).toString()).toBe(text);
    expect(result.headers).toMatchObject({ ...headers, 'content-type': 'application/json' });
  });

  test('keeps to itself what concerns its own host and connection', async () => {
    const cors = { 'access-control-allow-origin': '*', 'strict-transport-security': 'max-age=1', 'set-cookie': 'a=b' };
    const { origin } = await startUpstream(answer(200, {}, cors));
    const { headers } = await createTestLive(origin).ask(...fetch);
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'date']);
  });

  test('may be a refusal, which is a result like any other', async () => {
    const refusal = {
      code: 50353,
      message: 'exists',
      more_info: 'https://www.twilio.com/docs/errors/50353',
      status: 409,
    };
    const { origin, seen } = await startUpstream(answer(409, refusal));
    expect(await createTestLive(origin).ask(...create)).toMatchObject({ status: 409, body: { value: refusal } });
    expect(seen).toHaveLength(1);
  });

  test('may have no body', async () => {
    const { origin } = await startUpstream(answer(204, undefined));
    expect(await createTestLive(origin).ask(...remove)).toMatchObject({ status: 204, body: null });
  });

  test('that is no JSON is passed on as bytes, with its type', async () => {
    const page = '<html>Bad Gateway</html>';
    const { origin } = await startUpstream(answer(500, page, { 'content-type': 'text/html' }));
    const { status, headers, body } = await createTestLive(origin).ask(...fetch);
    expect({ status, type: headers['content-type'], value: body?.value }).toEqual({
      status: 500,
      type: 'text/html',
      value: page,
    });
  });

  test('that comes in parts, after an early hint, is one answer with its own headers', async () => {
    const { origin } = await startUpstream((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload', 'x-early': 'yes' });
      response.setHeader('vary', ['Origin', 'Accept']).writeHead(200, { 'content-type': 'application/json' });
      response.write('{"name":"\u00c3', 'latin1', () => response.end('\u00a4"}', 'latin1'));
    });
    const { status, headers, body } = await createTestLive(origin).ask(...fetch);
    expect({ status, value: body?.value }).toEqual({ status: 200, value: { name: 'ä' } });
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'date', 'vary']);
    expect(headers['vary']).toBe('Origin, Accept');
  });

  test('that leads elsewhere is not followed', async () => {
    const { origin, seen } = await startUpstream(answer(302, {}, { location: 'https://evil.example/' }));
    expect((await createTestLive(origin).ask(...fetch)).status).toBe(302);
    expect(seen).toHaveLength(1);
  });
});

describe('credentials', () => {
  test.each([
    [false, `AC${'1'.repeat(32)}:${PLANTED}`],
    [true, `SK${'2'.repeat(32)}:theirs`],
  ])("are the caller's own only where that was asked for: %j", async (passCredentials, sent) => {
    const { origin, seen } = await startUpstream();
    const { ask } = createTestLive(origin, { passCredentials });
    await ask(...fetch, { surface: 'twilio', credentials: { user: `SK${'2'.repeat(32)}`, password: 'theirs' } });
    const [, encoded = ''] = seen[0]?.headers.authorization?.split(' ') ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe(sent);
  });

  test('are needed: without them nothing is sent', async () => {
    const { origin, seen } = await startUpstream();
    const { ask } = createTestLive(origin, { credentials: undefined });
    expect(await failureOf(ask(...fetch))).toMatchObject({ name: 'UNDERSTUDY_NO_CREDENTIALS', status: 403 });
    expect(seen).toHaveLength(0);
  });
});

describe('trying again', () => {
  const ok = answer(200, { sid: 'IS1' });

  test.each([502, 503, 504])('a %d is tried again for GET and DELETE, never for POST', async (status) => {
    const upstream = await startUpstream(inTurn(answer(status, {}), ok));
    const { ask, log } = createTestLive(upstream.origin);
    expect((await ask(...fetch)).status).toBe(200);
    upstream.behave(inTurn(answer(status, {}), answer(204, undefined)));
    expect((await ask(...remove)).status).toBe(204);
    upstream.behave(answer(status, {}));
    expect((await ask(...create)).status).toBe(status);
    expect(upstream.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'DELETE', 'DELETE', 'POST']);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  test('a 429 is tried again for every method, with the same form', async () => {
    const { origin, seen } = await startUpstream(inTurn(answer(429, {}), answer(429, {}), answer(201, {})));
    expect((await createTestLive(origin).ask(...create)).status).toBe(201);
    expect(seen.map(({ body }) => body)).toEqual(Array(3).fill('FriendlyName=Demo'));
  });

  test('a 429 waits as long as Retry-After asks', async () => {
    const { origin } = await startUpstream(inTurn(answer(429, {}, { 'retry-after': '1' }), ok));
    const started = performance.now();
    await createTestLive(origin).ask(...fetch);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  test('a Retry-After beyond the deadline is for the caller to wait', async () => {
    const { origin, seen } = await startUpstream(answer(429, { code: 20429 }, { 'retry-after': '3600' }));
    const { status, headers } = await createTestLive(origin).ask(...fetch);
    expect({ status, wait: headers['retry-after'], requests: seen.length }).toEqual({
      status: 429,
      wait: '3600',
      requests: 1,
    });
  });

  test('a storm of 429 ends in the 429 itself, after as many attempts as are allowed', async () => {
    const { origin, seen } = await startUpstream(answer(429, { code: 20429 }));
    expect((await createTestLive(origin).ask(...create)).status).toBe(429);
    expect(seen).toHaveLength(4);
  });

  test('a budget keeps retries from becoming a storm of their own', async () => {
    const { origin, seen } = await startUpstream(answer(429, {}));
    const { ask } = createTestLive(origin, { limits: { retryReserve: 5, retryShare: 0.1, breakerMinimum: 40 } });
    for (let call = 0; call < 20; call++) await ask(...fetch);
    expect(seen.length).toBeLessThanOrEqual(20 + 5 + 2);
  });

  test.each([400, 401, 404, 409, 500])('a %d is final', async (status) => {
    const { origin, seen } = await startUpstream(answer(status, {}));
    await createTestLive(origin).ask(...fetch);
    expect(seen).toHaveLength(1);
  });

  test('reading is tried again when the connection breaks, writing is not, and the message says why', async () => {
    const { origin, seen, behave } = await startUpstream(inTurn((response) => response.socket?.resetAndDestroy(), ok));
    const { ask } = createTestLive(origin);
    expect((await ask(...fetch)).status).toBe(200);
    behave((response) => response.socket?.resetAndDestroy());
    const failure = await failureOf(ask(...create));
    expect(failure).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_BROKE_OFF', status: 502 });
    expect(failure.message).toContain('`createservice` may or may not have been carried out');
    expect(seen).toHaveLength(3);
  });

  test('half an answer is no answer', async () => {
    const { origin, behave } = await startUpstream(inTurn(halfBody, ok));
    const { ask } = createTestLive(origin);
    expect((await ask(...fetch)).status).toBe(200);
    behave(halfBody);
    expect(await failureOf(ask(...create))).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_BROKE_OFF', status: 502 });
  });
});

describe('the breaker', () => {
  const limits = { breakerMinimum: 4, breakerWindow: 4, retries: 0, breakerPause: 150 };

  test('opens when most attempts fail, refuses at once, and lets one try when its pause is over', async () => {
    const { origin, seen, behave } = await startUpstream(answer(503, {}));
    const states: string[] = [];
    const observer = {
      attempted: () => undefined,
      retried: () => undefined,
      breaker: (state: string) => void states.push(state),
    };
    const { ask, live } = createTestLive(origin, { limits, observer });
    for (let call = 0; call < 4; call++) expect((await ask(...fetch)).status).toBe(503);
    expect(live.notReadyReason()).toContain(origin);
    const refusal = await failureOf(ask(...fetch));
    expect(refusal).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_DOWN', status: 503, retryAfter: 1 });
    expect(seen).toHaveLength(4);

    behave(answer(200, {}));
    await expect.poll(() => live.notReadyReason()).toBeUndefined();
    expect((await ask(...fetch)).status).toBe(200);
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  test('stays closed for refusals: they are answers', async () => {
    const { origin, seen } = await startUpstream(answer(500, {}));
    const { ask } = createTestLive(origin, { limits });
    for (let call = 0; call < 10; call++) await ask(...fetch);
    expect(seen).toHaveLength(10);
  });
});

describe('under load', () => {
  test('no more requests are under way than there are connections, and more than the queue holds are refused', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startUpstream((response) => void waiting.push(() => response.end('{}')));
    const { ask, live } = createTestLive(upstream.origin, {
      limits: { connections: 2, queue: 3, answerTimeout: 5000 },
    });
    const calls = Array.from({ length: 8 }, () =>
      ask(...fetch).then(
        ({ status }) => status,
        ({ name }) => name as string,
      ),
    );
    await expect.poll(() => waiting.length).toBe(2);
    expect(live.inFlight()).toBe(5);
    expect(await Promise.all(calls.slice(5))).toEqual(Array(3).fill('UNDERSTUDY_BUSY'));
    while (live.inFlight() > 0) {
      waiting.splice(0).forEach((go) => go());
      await new Promise(setImmediate);
    }
    expect(await Promise.all(calls.slice(0, 5))).toEqual(Array(5).fill(200));
    expect(upstream.sockets.size).toBe(2);
  });

  test('a connection serves many requests', async () => {
    const { origin, sockets } = await startUpstream();
    const { ask } = createTestLive(origin);
    for (let call = 0; call < 20; call++) await ask(...fetch);
    // The first answer may still be on its way out of the pool when the second request asks for a connection.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test('a call ends when its caller goes away, and so does its connection', async () => {
    const { origin, seen, sockets } = await startUpstream(hang);
    const { ask, live } = createTestLive(origin, { limits: { answerTimeout: 60_000 } });
    const controller = new AbortController();
    const call = failureOf(ask(...fetch, { signal: controller.signal }));
    await expect.poll(() => seen.length).toBe(1);
    const [socket] = sockets;
    controller.abort();
    expect(await call).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(live.inFlight()).toBe(0);
    await expect.poll(() => socket?.destroyed).toBe(true);
  });

  test('a caller that has gone away before is not asked for', async () => {
    const { origin, seen } = await startUpstream();
    const { ask } = createTestLive(origin);
    expect(await failureOf(ask(...fetch, { signal: AbortSignal.abort() }))).toMatchObject({ status: 499 });
    expect(seen).toHaveLength(0);
  });

  test('a call that waits for a connection ends when its caller goes away, and is never sent', async () => {
    const waiting: (() => void)[] = [];
    const { origin, seen } = await startUpstream((response) => void waiting.push(() => response.end('{}')));
    const { ask, live } = createTestLive(origin, { limits: { connections: 1, answerTimeout: 60_000 } });
    const first = ask(...fetch);
    await expect.poll(() => waiting.length).toBe(1);
    const controller = new AbortController();
    const second = failureOf(ask(...create, { signal: controller.signal }));
    controller.abort();
    expect(await second).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(live.inFlight()).toBe(1);
    waiting.shift()?.();
    expect((await first).status).toBe(200);
    const third = ask(...fetch);
    await expect.poll(() => waiting.length).toBe(1);
    waiting.shift()?.();
    expect((await third).status).toBe(200);
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('a call ends when its caller goes away while it pauses before another attempt', async () => {
    const { origin, seen } = await startUpstream(answer(429, {}, { 'retry-after': '2' }));
    const { ask, log } = createTestLive(origin);
    const controller = new AbortController();
    const call = failureOf(ask(...fetch, { signal: controller.signal }));
    await expect.poll(() => log.some(({ message }) => message.includes('tried again'))).toBe(true);
    controller.abort();
    expect(await call).toMatchObject({ name: 'UNDERSTUDY_CANCELLED', status: 499 });
    expect(seen).toHaveLength(1);
  });

  test('a call that waits for a connection ends at its deadline', async () => {
    const { origin } = await startUpstream(hang);
    const { ask } = createTestLive(origin, {
      limits: { connections: 1, answerTimeout: 60_000, timeout: 200 },
    });
    const failures = await Promise.all([failureOf(ask(...fetch)), failureOf(ask(...create))]);
    expect(failures.map(({ status }) => status)).toEqual([504, 504]);
    expect(failures[1]).toBeInstanceOf(UpstreamFailure);
  });
});
