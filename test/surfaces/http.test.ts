import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../src/app/settings.js';
import { UnderstudyError } from '../../src/core/errors.js';
import type { Backend } from '../../src/core/operation.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { createEcho } from '../helpers/echo.js';
import { exchange, type RawResponse } from '../helpers/socket.js';
import { basic, createEchoUnderstudy, SERVICE } from '../helpers/understudy.js';

const { authorization } = basic();

async function startServer(backend: Backend = createEcho(), timeoutMs?: number) {
  const createBackend = () => Promise.resolve({ ...backend, close: () => Promise.resolve() });
  const understudy = await startUnderstudy(
    { restPort: 0, mcpPort: 0, checkAnswers: false },
    { createBackend, writeLog: () => undefined, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  );
  onTestFinished(understudy.close);
  return understudy;
}

function head(method: string, path: string, ...headers: string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: localhost', `Authorization: ${authorization}`, ...headers, '', ''].join(
    '\r\n',
  );
}

function form(body: string, ...headers: string[]): string {
  const type = 'Content-Type: application/x-www-form-urlencoded';
  return head('POST', '/v1/Services', type, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`, ...headers) + body;
}

/** The status of a well-formed refusal: Twilio's four keys, the same status in the body, and no stack trace. */
function refusalStatus({ status, body }: RawResponse): number | string {
  const value = JSON.parse(body) as { status: number };
  const isComplete = Object.keys(value).join(' ') === 'code message more_info status' && value.status === status;
  return isComplete && !/\.js:|node_modules/.test(body) ? status : `${status} ${body}`;
}

describe('malformed input on the wire', () => {
  test.each([
    ['an invalid percent-encoding', head('GET', '/v1/Services/%zz'), 400],
    ['an incomplete percent-encoding', head('GET', '/v1/Services/%'), 400],
    ['invalid UTF-8', head('GET', '/v1/Services/%ff%fe'), 400],
    ['an encoded surrogate', head('GET', `/v1/Services/${SERVICE}/Users/%ed%a0%80`), 400],
    ['text that is not HTTP', 'hello\r\n\r\n', 400],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown method', head('FETCH', '/v1/Services'), 400],
    ['a method that no route has', head('PURGE', '/v1/Services'), 405],
    ['CONNECT', head('CONNECT', 'localhost:80'), 405],
    ['an unknown transfer encoding', head('POST', '/v1/Services', 'Transfer-Encoding: magic'), 400],
    ['OPTIONS *', head('OPTIONS', '*'), 404],
    ['no Host', `GET /v1/Services HTTP/1.1\r\nAuthorization: ${authorization}\r\n\r\n`, 403],
    ['a Host that is not a host name', `GET /v1/Services HTTP/1.1\r\nHost: a b\r\n\r\n`, 403],
    ['a Host that is too long', `GET / HTTP/1.1\r\nHost: ${'a'.repeat(300)}\r\n\r\n`, 403],
    ['two content lengths', form('A=1', 'Content-Length: 4'), 400],
    ['a content length that is not a number', head('POST', '/v1/Services', 'Content-Length: x'), 400],
    ['both a content length and chunks', form('A=1', 'Transfer-Encoding: chunked'), 400],
    ['headers that are too large', head('GET', '/v1/Services', `X: ${'x'.repeat(20_000)}`), 431],
    ['a path that is too long', head('GET', `/v1/Services/${'x'.repeat(20_000)}`), 431],
    ['a NUL in a header', head('GET', '/v1/Services', 'X: a\u0000b'), 400],
    ['an unknown Expect header', head('GET', '/v1/Services', 'Expect: magic'), 417],
    ['a malformed content type', form('A=1').replace('application/x-www-form-urlencoded', ';;;'), 415],
  ])('%s is refused with the four error keys', async (_what, bytes, status) => {
    const { restUrl } = await startServer();
    expect(refusalStatus(await exchange(restUrl, bytes))).toBe(status);
  });

  test.each([
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a%00b', 'a\u0000b'],
    ['..%2f..', '../..'],
    ['%F0%9F%8E%AD'.repeat(256), '🎭'.repeat(256)],
    ['x'.repeat(5000), 'x'.repeat(5000)],
  ])('the identity %s in a path reaches the operation unchanged', async (encoded, identity) => {
    const { restUrl } = await startServer();
    const { status, body } = await exchange(restUrl, head('GET', `/v1/Services/${SERVICE}/Users/${encoded}`));
    expect(status).toBe(200);
    expect(JSON.parse(Buffer.from(body, 'latin1').toString())).toMatchObject({ path: { Sid: identity } });
  });

  test('a request target may be an absolute URL', async () => {
    const { restUrl } = await startServer();
    expect((await exchange(restUrl, head('GET', 'http://localhost/v1/Services?PageSize=1'))).status).toBe(200);
  });

  test('raw bytes in a path get a response', async () => {
    const { restUrl } = await startServer();
    const response = await exchange(restUrl, head('GET', `/v1/Services/${SERVICE}/Users/\u00ff\u00fe`));
    expect([200, 400, 404]).toContain(response.status);
  });

  test.each([
    ['NUL bytes', 'FriendlyName=a%00b', { FriendlyName: ['a\u0000b'] }],
    ['an invalid percent-encoding', 'FriendlyName=%zz%', { FriendlyName: ['%zz%'] }],
    ['bytes that are not UTF-8', 'FriendlyName=%ff\u00ff', { FriendlyName: ['\ufffd\ufffd'] }],
    ['prototype keys', '__proto__=x&constructor=y&FriendlyName=z', { FriendlyName: ['z'] }],
    ['separators only', '&&==&;', {}],
    ['a thousand parameters', Array.from({ length: 1000 }, (_, n) => `F${n}=x`).join('&'), {}],
    ['a parameter repeated a thousand times', 'FriendlyName=x&'.repeat(1000), { FriendlyName: Array(1000).fill('x') }],
  ])('a form with %s is parsed', async (_what, body, expected) => {
    const { restUrl } = await startServer();
    const response = await exchange(restUrl, form(body));
    expect(response.status).toBe(201);
    expect((JSON.parse(Buffer.from(response.body, 'latin1').toString()) as { form: object }).form).toEqual(expected);
  });

  test.each([
    ['with a content length', ['Content-Length: 20971520'], (chunk: Buffer) => chunk],
    [
      'in chunks',
      ['Transfer-Encoding: chunked'],
      (chunk: Buffer) => Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
    ],
  ])('a body of 20 MB %s is refused, and its sender can read the refusal', async (_how, headers, encode) => {
    const { restUrl } = await startServer();
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const chunk = encode(Buffer.alloc(1024 * 1024, 'x'));
    const chunks = [Buffer.from(head('POST', '/v1/Services', type, ...headers)), ...Array<Buffer>(20).fill(chunk)];
    const last = headers[0]?.startsWith('Transfer') ? [Buffer.from('0\r\n\r\n')] : [];
    expect(refusalStatus(await exchange(restUrl, [...chunks, ...last]))).toBe(413);
  });

  test('chunks that end early are refused', async () => {
    const { restUrl } = await startServer();
    const start = head(
      'POST',
      '/v1/Services',
      'Content-Type: application/x-www-form-urlencoded',
      'Transfer-Encoding: chunked',
    );
    expect(refusalStatus(await exchange(restUrl, `${start}5\r\nFrien`, true))).toBe(400);
    expect(refusalStatus(await exchange(restUrl, `${start}zz\r\n`))).toBe(400);
  });

  test('a request that does not end is refused after the timeout', async () => {
    const { restUrl } = await startServer(createEcho(), 100);
    const start = head('POST', '/v1/Services', 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 10');
    expect(refusalStatus(await exchange(restUrl, `${start}Frien`))).toBe(408);
    expect(refusalStatus(await exchange(restUrl, 'GET /v1/Services HTTP/1.1\r\n'))).toBe(408);
  });

  test('the server still responds after many malformed requests', async () => {
    const { restUrl } = await startServer();
    await Promise.all(Array.from({ length: 50 }, () => exchange(restUrl, 'garbage\r\n\r\n')));
    expect((await exchange(restUrl, form('FriendlyName=x'))).status).toBe(201);
  });
});

async function statusOf(headers: object, settings: Partial<Settings> = {}): Promise<number> {
  const { http } = await createEchoUnderstudy(settings);
  const url = '/v1/v1/services';
  const response = await http.inject({ url, headers: { host: 'localhost:8080', ...headers } });
  return response.statusCode;
}

describe('the host guard', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '128.0.0.1', 'twilio.com', '[::2]'])(
    'refuses the Host %s on a loopback address',
    async (host) => {
      expect(await statusOf({ host })).toBe(403);
    },
  );

  test.each([
    'localhost',
    'LOCALHOST:8080',
    'app.localhost:1',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]:8080',
    'conversations.twilio.com',
    'conversations.dublin.ie1.twilio.com',
  ])('accepts the Host %s', async (host) => {
    expect(await statusOf({ host })).toBe(200);
  });

  test.each(['conversations.twilio.com', 'api.twilio.com'])('refuses the Host %s on the port of MCP', async (host) => {
    const { mcp } = await createEchoUnderstudy();
    expect((await mcp.inject({ url: '/mcp', headers: { host } })).statusCode).toBe(403);
    expect((await mcp.inject({ url: '/mcp', headers: { host: 'localhost' } })).statusCode).toBe(405);
  });

  test('accepts the host of the public URL', async () => {
    expect(await statusOf({ host: 'twilio.example.com' }, { publicUrl: 'https://twilio.example.com' })).toBe(200);
  });

  test('accepts any Host on an address that other machines can reach', async () => {
    const settings = { host: '0.0.0.0', token: 'right' };
    expect(await statusOf({ host: 'understudy:8080', 'understudy-token': 'right' }, settings)).toBe(200);
  });

  test.each(['http://evil.example', 'null', 'http://localhost.evil.example', 'file://', 'not an origin'])(
    'refuses the Origin %s',
    async (origin) => {
      expect(await statusOf({ origin })).toBe(403);
    },
  );

  test.each(['http://localhost:8080', 'http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:80'])(
    'accepts the Origin %s',
    async (origin) => {
      expect(await statusOf({ origin })).toBe(200);
    },
  );
});

test('an internal failure is a 500 with the four keys, and only the log has the details', async () => {
  const backend: Backend = {
    answer: () => {
      throw new Error('private detail');
    },
  };
  const { restUrl } = await startServer(backend);
  const { status, body } = await exchange(restUrl, form('FriendlyName=x'));
  expect(status).toBe(500);
  expect(JSON.parse(body)).toEqual({
    code: 990199,
    message: expect.not.stringContaining('private'),
    more_info: 'urn:twilio-understudy:UNDERSTUDY_INTERNAL',
    status: 500,
  });
});

test('a temporary failure has a Retry-After header', async () => {
  const backend: Backend = {
    answer: () => {
      throw new UnderstudyError('UNDERSTUDY_NOT_SAVED', 'the disk is full', { retryAfter: 1.5 });
    },
  };
  const { restUrl } = await startServer(backend);
  const { status, head: responseHead } = await exchange(restUrl, form('FriendlyName=x'));
  expect(status).toBe(503);
  expect(responseHead).toContain('retry-after: 2');
});

test('a closing server finishes a request in flight and does not wait for idle connections', async () => {
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const echo = createEcho();
  const understudy = await startServer({ answer: (call) => released.then(() => echo.answer(call)) });
  const { hostname, port } = new URL(understudy.restUrl);
  const idle = connect(Number(port), hostname);
  await once(idle, 'connect');
  const response = exchange(understudy.restUrl, form('FriendlyName=x'));
  await once(understudy.http.server, 'request');
  const closed = understudy.close();
  release?.();
  expect((await response).status).toBe(201);
  await closed;
  idle.destroy();
});

test('a closing server closes the connection of a request that hangs', async () => {
  const understudy = await startServer({ answer: () => new Promise(() => undefined) });
  const response = exchange(understudy.restUrl, form('FriendlyName=x'));
  await once(understudy.http.server, 'request');
  await Promise.all([understudy.close(), expect(response).rejects.toThrow('closed without a response')]);
});

test('a port that is in use is reported with the flag that changes it', async () => {
  const { restUrl } = await startServer();
  const restPort = Number(new URL(restUrl).port);
  await expect(startUnderstudy({ restPort })).rejects.toMatchObject({
    name: 'UNDERSTUDY_PORT_TAKEN',
    message: expect.stringMatching(`port ${restPort} on 127.0.0.1 is taken: .*--rest-port`),
  });
});
