import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/app/settings.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../../helpers/understudy.js';
import { exchange } from '../../helpers/socket.js';
import { answer, inTurn, reset } from '../../helpers/upstream.js';
import { PASSWORD, start } from './passthrough-harness.js';

const TOKEN = 'the-token-of-this-server';

describe('a path that no capability file covers', () => {
  test('is forwarded with its method, query, headers and body unchanged, and so is the answer', async () => {
    const sent = answer(207, '{ "spaced" :1}', {
      'content-type': 'application/json;charset=utf-8',
      'x-home-region': 'us1',
      location: 'https://conversations.twilio.com/v2/Other',
      'set-cookie': 'a=b',
    });
    const { http, upstream, journal } = await start({}, sent);
    const body = '{"Unread": [1, 2],\n"x": "é"}';
    const response = await http.inject({
      method: 'PUT',
      url: '/v2/Things/a%2Fb%20c?B=2&A=1&A=%2B',
      headers: {
        ...basic(),
        'content-type': 'application/json',
        'x-custom': 'kept',
        'user-agent': 'app/1',
        cookie: 'c=d',
      },
      payload: body,
    });
    expect(upstream.seen).toMatchObject([{ method: 'PUT', url: '/v2/Things/a%2Fb%20c?B=2&A=1&A=%2B', body }]);
    const { headers = {} } = upstream.seen[0] ?? {};
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-custom': 'kept', 'user-agent': 'app/1' });
    expect(headers.authorization).toBe(basic(ACCOUNT, PASSWORD).authorization);
    expect(headers.host).toBe(new URL(upstream.origin).host);
    expect(headers.cookie).toBeUndefined();
    expect(response.statusCode).toBe(207);
    expect(response.body).toBe('{ "spaced" :1}');
    expect(response.headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'x-home-region': 'us1',
      location: 'https://conversations.twilio.com/v2/Other',
    });
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(journal.entries()).toMatchObject([
      {
        operation: 'passthrough',
        surface: 'twilio',
        account: ACCOUNT,
        method: 'PUT',
        url: '/v2/Things/a%2Fb%20c?B=2&A=1&A=%2B',
        input: { A: ['1', '+'], B: '2', body: { '(text)': body } },
        status: 207,
        answer: { spaced: 1 },
      },
    ]);
  });

  test.each([
    ['GET', '/v1/Nowhere'],
    ['POST', '/v1/Services/IS1/Unknown'],
    ['DELETE', '/v2/Services/IS1'],
    ['PATCH', '/v3/Things'],
    ['GET', '/2010-04-01/Accounts.json'],
    ['POST', '/'],
  ] as const)('is forwarded: %s %s', async (method, url) => {
    const { http, upstream } = await start();
    const response = await http.inject({
      method,
      url,
      headers: { ...basic(), 'content-type': 'a/strange+type' },
      payload: 'x',
    });
    expect(response.json()).toEqual({ ok: true });
    expect(upstream.seen).toMatchObject([{ method, url, body: 'x' }]);
  });

  test('with HEAD is answered without a body', async () => {
    const { http, upstream } = await start({}, (response) => response.writeHead(204, { etag: '"1"' }).end());
    const response = await http.inject({ method: 'HEAD', url: '/v2/Things', headers: basic() });
    expect([response.statusCode, response.headers['etag'], response.body]).toEqual([204, '"1"', '']);
    expect(upstream.seen[0]?.method).toBe('HEAD');
  });

  test('may have bodies that are not text, in both directions', async () => {
    const bytes = gzipSync('compressed');
    const { http, upstream } = await start({}, (response) =>
      response.writeHead(200, { 'content-type': 'application/gzip' }).end(bytes),
    );
    const response = await http.inject({ method: 'POST', url: '/v2/Files', headers: basic(), payload: bytes });
    expect(gunzipSync(response.rawPayload).toString()).toBe('compressed');
    expect(upstream.seen[0]?.headers['content-length']).toBe(String(bytes.length));
  });

  test.each([
    ['a control', '/__understudy/nope', 404],
    ['a route of the REST surface', '/v1/v1/nope', 404],
    ['media', '/mcs/v1/Services/IS1/Nope', 404],
    ['a path without a SID', '/v1/Services//Roles', 404],
  ])('is not forwarded: %s', async (_, url, status) => {
    const { http, upstream } = await start();
    const response = await http.inject({ method: 'DELETE', url, headers: basic() });
    expect([response.statusCode, upstream.seen]).toEqual([status, []]);
  });

  test.each([
    ['dot segments, which would name another resource', '/v1/Services/IS1/Users/../'],
    ['encoded dot segments', '/v2/a/%2e%2E/b'],
    ['dot segments between encoded slashes', '/v2/a%2f..%5Cb'],
    ['an absolute URL', 'http://127.0.0.1/v2/x'],
  ])('is not forwarded: %s', async (_, target) => {
    const { http, upstream } = await start();
    const url = await http.listen({ host: '127.0.0.1', port: 0 });
    const head = `DELETE ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${basic().authorization}\r\n\r\n`;
    const { status, body } = await exchange(url, head);
    expect([status, upstream.seen]).toEqual([400, []]);
    expect(body).toContain('was not forwarded');
  });

  test('with a method that a covered path lacks is refused here, as by Twilio', async () => {
    const { http, upstream } = await start();
    const response = await http.inject({ method: 'PUT', url: '/v1/Services', headers: basic() });
    expect([response.statusCode, upstream.seen]).toEqual([405, []]);
  });

  test('at another host of Twilio is refused', async () => {
    const { http, upstream } = await start();
    const response = await http.inject({ url: '/v2/Things', headers: { ...basic(), host: 'api.twilio.com' } });
    expect([response.statusCode, upstream.seen]).toEqual([501, []]);
  });

  test('needs the credentials that an operation needs, and sends no header of ours', async () => {
    const { http, upstream, journal } = await start({ token: TOKEN });
    const status = async (headers: Record<string, string>) =>
      (await http.inject({ url: '/v2/Things', headers })).statusCode;
    expect([await status({}), await status(basic(ACCOUNT, 'else'))]).toEqual([401, 401]);
    expect([upstream.seen.length, journal.total()]).toEqual([0, 0]);
    expect(await status({ 'understudy-token': TOKEN, 'understudy-world': ACCOUNT })).toBe(200);
    expect(JSON.stringify(upstream.seen)).not.toContain('understudy-');
    expect(JSON.stringify(upstream.seen)).not.toContain(TOKEN);
  });

  test('sends the credentials of the caller with --pass-credentials', async () => {
    const { http, upstream } = await start({ passCredentials: true });
    await http.inject({ url: '/v2/Things', headers: basic(ACCOUNT, 'the-callers-own') });
    expect(upstream.seen[0]?.headers.authorization).toBe(basic(ACCOUNT, 'the-callers-own').authorization);
  });

  test('with a body over 1 MiB is a 413, and nothing is sent', async () => {
    const { http, upstream } = await start();
    const payload = 'x'.repeat(1024 * 1024 + 1);
    const response = await http.inject({ method: 'POST', url: '/v2/Things', headers: basic(), payload });
    expect([response.statusCode, upstream.seen]).toEqual([413, []]);
  });

  test('shows secrets neither in the journal nor in the log', async () => {
    const { http, journal, log } = await start({ logLevel: 'trace' }, answer(200, { echo: PASSWORD }));
    const payload = new URLSearchParams({ PrivateKey: 'a-private-key', AuthToken: 'an-auth-token', Body: PASSWORD });
    const headers = { ...basic(), 'content-type': 'application/x-www-form-urlencoded' };
    await http.inject({ method: 'POST', url: `/v2/Credentials?x=${PASSWORD}`, headers, payload: payload.toString() });
    const shown = JSON.stringify([journal.entries(), log]);
    expect(shown).toContain('[redacted]');
    expect(shown).not.toMatch(new RegExp(`${PASSWORD}|a-private-key|an-auth-token`));
  });

  test('is repeated only if that is safe', async () => {
    const { http, upstream } = await start({}, inTurn(reset, answer(200, { ok: true })));
    expect((await http.inject({ url: '/v2/Things', headers: basic() })).statusCode).toBe(200);
    upstream.behave(inTurn(reset, answer(200, { ok: true })));
    const response = await http.inject({ method: 'PUT', url: '/v2/Things', headers: basic() });
    expect(response.json()).toMatchObject({ code: 990202, message: expect.stringContaining('`PUT /v2/Things`') });
    expect(response.headers['understudy-error']).toBe('UNDERSTUDY_UPSTREAM_BROKE_OFF');
  });
});

async function statusesWith(settings: Partial<Settings>) {
  const { http, upstream, journal } = await start(settings);
  const status = async (method: 'GET' | 'HEAD' | 'POST' | 'PUT') =>
    (await http.inject({ method, url: '/v2/Things', headers: basic() })).statusCode;
  return {
    statuses: [await status('GET'), await status('HEAD'), await status('POST'), await status('PUT')],
    sent: upstream.seen.map(({ method }) => method),
    journal,
  };
}

describe('the guards', () => {
  test('--read-only lets only GET and HEAD pass', async () => {
    const { statuses: found, sent } = await statusesWith({ readOnly: true });
    expect(found).toEqual([200, 200, 403, 403]);
    expect(sent).toEqual(['GET', 'HEAD']);
  });

  test('--allow refuses them all', async () => {
    const { statuses: found, sent } = await statusesWith({ allow: ['listservice'] });
    expect({ found, sent }).toEqual({ found: [403, 403, 403, 403], sent: [] });
  });

  test('--no-passthrough refuses them all, with a code of ours, and the journal has them', async () => {
    const { statuses: found, sent, journal } = await statusesWith({ passthrough: false });
    expect({ found, sent }).toEqual({ found: [403, 403, 403, 403], sent: [] });
    expect(journal.entries()[2]).toMatchObject({
      operation: 'passthrough',
      method: 'POST',
      url: '/v2/Things',
      status: 403,
      answer: {
        code: 990208,
        message:
          '`POST /v2/Things` was refused: no capability file covers the path, and this understudy was started with ' +
          '--no-passthrough. Nothing was sent.',
      },
    });
  });

  test('--dry-run shows what would be sent', async () => {
    const { http, upstream } = await start({ dryRun: true });
    const headers = { ...basic(), 'content-type': 'application/x-www-form-urlencoded' };
    const response = await http.inject({
      method: 'PUT',
      url: '/v2/Things?a=1',
      headers,
      payload: 'Secret=abcdefgh&B=2',
    });
    expect(response.json()).toMatchObject({
      code: 990209,
      message: `Dry run, nothing was sent. The request would be: PUT ${upstream.origin}/v2/Things?a=1 with Secret=%5Bredacted%5D&B=2`,
    });
    expect(upstream.seen).toEqual([]);
  });
});

test('simulate mode forwards nothing', async () => {
  const { http } = await createTestUnderstudy({});
  expect((await http.inject({ url: '/v2/Things', headers: basic() })).statusCode).toBe(501);
});

test('a fault rule applies to these paths as to operations', async () => {
  const { http, upstream } = await start();
  const headers = { ...basic(), 'understudy-fault': 'status=429' };
  expect((await http.inject({ url: '/v2/Things', headers })).statusCode).toBe(429);
  expect(upstream.seen).toEqual([]);
});
