import { describe, expect, onTestFinished, test } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { exchange, type RawResponse } from '../helpers/socket.js';
import { ACCOUNT, basic, testSettings } from '../helpers/understudy.js';

const { authorization } = basic();
const FORM = 'Content-Type: application/x-www-form-urlencoded';
const JSON_BODY = 'Content-Type: application/json';
const caller = `Authorization: ${authorization}`;

/** A request on the wire. The host is the same for every server, because responses name it. */
function request(method: string, path: string, headers: readonly string[] = [caller], body?: string): string {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`];
  return [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', body ?? ''].join('\r\n');
}

const create = (path: string, body: string, ...headers: string[]) =>
  request('POST', path, [caller, FORM, ...headers], body);

/** The requests that a server answers without Fastify unless they are refused, in order. */
const requests: readonly (readonly [string, string])[] = [
  ['a create', create('/v1/Services', 'FriendlyName=One')],
  ['a create with an encoded body', create('/v1/Services', 'FriendlyName=Caf%C3%A9+%F0%9F%98%80')],
  ['a type with a parameter', request('POST', '/v1/Services', [caller, `${FORM}; charset=UTF-8`], 'FriendlyName=x')],
  ['a body of another type', request('POST', '/v1/Services', [caller, JSON_BODY], '{"FriendlyName":"x"}')],
  ['no body', request('POST', '/v1/Services')],
  ['an empty body', create('/v1/Services', '')],
  ['a field that is unknown', create('/v1/Services', 'FriendlyName=x&Colour=red')],
  ['a field that is missing', create('/v1/Services', 'Colour=red')],
  ['a body that is too large', create('/v1/Services', `FriendlyName=${'x'.repeat(1024 * 1024)}`)],
  ['a page', request('GET', '/v1/Services?PageSize=1')],
  ['a page with a bad size', request('GET', '/v1/Services?PageSize=x')],
  ['an unknown parameter', request('GET', '/v1/Services?Colour=red&Page=0')],
  ['a record that does not exist', request('GET', `/v1/Services/IS${'0'.repeat(32)}`)],
  ['a path without a SID', request('GET', '/v1/Services/')],
  ['an unknown path', request('GET', '/v1/Servants')],
  ['a path below the base of another surface', request('GET', '/v1/v1/servants')],
  ['another method', request('PUT', '/v1/Services')],
  ['an escaped path', request('GET', '/v1/Serv%69ces?PageSize=1')],
  ['a whole URL', request('GET', 'http://localhost/v1/Services?PageSize=1')],
  ['no credentials', request('GET', '/v1/Services', [])],
  ['credentials of another form', request('GET', '/v1/Services', ['Authorization: Bearer x'])],
  ['a bad world', request('GET', '/v1/Services', [caller, 'Understudy-World: x'])],
  ['another world', request('GET', '/v1/Services', [caller, `Understudy-World: AC${'b'.repeat(32)}`])],
  ['a page of another site', request('GET', '/v1/Services', [caller, 'Origin: https://example.com'])],
  ['a fault', request('GET', '/v1/Services', [caller, 'Understudy-Fault: status=503'])],
  ['a bad fault', request('GET', '/v1/Services', [caller, 'Understudy-Fault: colour=red'])],
  ['a delete of nothing', request('DELETE', `/v1/Services/IS${'0'.repeat(32)}`)],
  ['a delete with a body', request('DELETE', `/v1/Services/IS${'0'.repeat(32)}`, [caller, FORM], 'A=1')],
  ['another host of Twilio', request('GET', '/v1/Services').replace('localhost', 'api.twilio.com')],
  ['a host of media', request('GET', '/v1/Services').replace('localhost', 'mcs.us1.twilio.com')],
  ['another host', request('GET', '/v1/Services').replace('localhost', 'example.com')],
  ['JSON', request('POST', '/v1/v1/services', [caller, JSON_BODY], '{"FriendlyName":"Two"}')],
  ['JSON that is none', request('POST', '/v1/v1/services', [caller, JSON_BODY], '{')],
  ['JSON that is no object', request('POST', '/v1/v1/services', [caller, JSON_BODY], '[]')],
  ['a form on the REST surface', request('POST', '/v1/v1/services', [caller, FORM], 'FriendlyName=Three')],
  ['a text on the REST surface', request('POST', '/v1/v1/services', [caller, 'Content-Type: text/plain'], 'x')],
  ['a page of the REST surface', request('GET', '/v1/v1/services?PageSize=1')],
  ['a create with Expect', create('/v1/Services', 'FriendlyName=Four', 'Expect: 100-continue')],
];

async function start(settings: object, viaFastify: boolean) {
  const understudy = await startUnderstudy(
    { ...testSettings, logLevel: 'warn', restPort: 0, mcpPort: 0, ...settings },
    { writeLog: () => undefined },
  );
  onTestFinished(understudy.close);
  if (viaFastify) understudy.http.direct.close();
  return understudy;
}

/** Without what depends on the time. */
const comparable = ({ head, body }: RawResponse) => [
  ...head
    .split('\r\n')
    .filter((line) => !/^date:/i.test(line))
    .toSorted(),
  body,
];

describe('a request that is answered without Fastify', () => {
  test.each([
    ['any caller', {}],
    ['a token', { token: 'secret' }],
    ['strict', { strict: true }],
  ])('gets the same response as one that Fastify answers: %s', async (_, settings) => {
    const [one, other] = await Promise.all([start(settings, false), start(settings, true)]);
    for (const [what, bytes] of requests) {
      // oxlint-disable-next-line no-await-in-loop -- each may change what the next one finds
      const [got, expected] = await Promise.all([one, other].map(({ restUrl }) => exchange(restUrl, bytes, true)));
      expect([what, ...comparable(got as RawResponse)]).toEqual([what, ...comparable(expected as RawResponse)]);
    }
  });

  test('is in the journal like any other', async () => {
    const entries = await Promise.all(
      [false, true].map(async (viaFastify) => {
        const understudy = await start({}, viaFastify);
        await exchange(understudy.restUrl, create('/v1/Services', 'FriendlyName=One'));
        await exchange(understudy.restUrl, request('GET', '/v1/Services', [caller, 'Understudy-Fault: status=503']));
        const read = await fetch(`${understudy.restUrl}/__understudy/journal/list`);
        return JSON.stringify(await read.json())
          .replaceAll(/"(started|milliseconds|time)":[^,}]+/g, '')
          .replaceAll(/"date":"[^"]+"/g, '');
      }),
    );
    expect(entries[0]).toBe(entries[1]);
    expect(entries[0]).toContain(ACCOUNT);
  });
});
