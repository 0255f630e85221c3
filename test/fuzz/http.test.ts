import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { ACCOUNT, basic } from '../helpers/understudy.js';
import { edited, editsWith, rounds } from './mutations.js';

const auth = `Authorization: ${basic(ACCOUNT).authorization}`;

function request(line: string, headers: readonly string[], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`${line} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', body].join('\r\n');
}

const form = 'Content-Type: application/x-www-form-urlencoded';
const json = 'Content-Type: application/json';
const multipart = [
  '--frontier',
  'Content-Disposition: form-data; name="f"; filename="a.png"',
  'Content-Type: image/png',
  '',
  'bytes',
  '--frontier--',
  '',
].join('\r\n');

/** Well-formed requests, on every surface of the first server. */
const requests = [
  request('GET /v1/Services?PageSize=2&PageToken=x', [auth]),
  request('POST /v1/Services', [auth, form], 'FriendlyName=a%20b&Other=1'),
  request(`DELETE /v1/Services/IS${'1'.repeat(32)}`, [auth]),
  request('POST /v1/v1/services', [json], '{"FriendlyName":"a"}'),
  request('GET /openapi.json', []),
  request('POST /__understudy/clock/advance', [json], '{"by":"PT1S"}'),
  request('GET /__understudy/journal/list?limit=1', []),
  request(
    `POST /mcs/v1/Services/IS${'1'.repeat(32)}/Media`,
    [auth, 'Content-Type: multipart/form-data; boundary=frontier'],
    multipart,
  ),
  `POST /v1/Services HTTP/1.1\r\nHost: localhost\r\n${auth}\r\n${form}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nFrien\r\n0\r\n\r\n`,
  request('GET /v1/Services', [auth]) + request('GET /__understudy/health', []),
];

const tokens = [
  '\r\n',
  '\n',
  '\0',
  '%00',
  '%zz',
  '\r\n\r\n',
  ' HTTP/1.1\r\n',
  'Content-Length: 3\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: evil.example\r\n',
  'Expect: 100-continue\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  'Understudy-Fault: status=200; cut=truncate\r\n',
  'Understudy-World: __proto__\r\n',
  '__proto__',
  '../',
  '\u00ff\u00fe',
  '{',
  '[',
  'x'.repeat(20_000),
];

/** Sends bytes, ends the client's side, and returns what arrives until the server ends its side. */
function send(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    // A server may reset a connection whose bytes it does not want.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.end(bytes, 'latin1');
  });
}

test('whatever bytes arrive, the server answers in HTTP or closes, reports no bug, and continues', async () => {
  const log: string[] = [];
  const server = await startUnderstudy(
    { restPort: 0, mcpPort: 0, logLevel: 'error' },
    { writeLog: (line) => void log.push(line) },
  );
  onTestFinished(server.close);
  const property = fc.asyncProperty(fc.constantFrom(...requests), editsWith(tokens), async (base, edits) => {
    const received = await send(server.restUrl, edited(base, edits));
    expect(received).toMatch(/^(?:$|HTTP\/1\.1 [1-5]\d\d )/);
    expect(received).not.toMatch(/^HTTP\/1\.1 500 /m);
    expect(log).toEqual([]);
  });
  await fc.assert(property, rounds(150));
  expect((await fetch(`${server.restUrl}/__understudy/health`)).status).toBe(200);
});
