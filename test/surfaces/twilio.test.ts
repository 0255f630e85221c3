import { describe, expect, test } from 'vitest';
import { ACCOUNT, basic, createEchoUnderstudy, SERVICE } from '../helpers/understudy.js';

const roles = `/v1/Services/${SERVICE}/Roles`;
const form = 'application/x-www-form-urlencoded';

async function start(settings: Parameters<typeof createEchoUnderstudy>[0] = {}) {
  const { http, journal, echo, log, capability } = await createEchoUnderstudy(settings);
  const post = (body: string | Buffer, type: string = form, url = roles) =>
    http.inject({ method: 'POST', url, headers: { ...basic(), 'content-type': type }, body });
  return { http, journal, echo, log, post, capability };
}

async function requestIds(rngSeed: string) {
  const { http } = await start({ rngSeed });
  const responses = [await http.inject({ url: roles }), await http.inject({ url: roles, headers: basic() })];
  return responses.map(({ headers, body }) => [headers['twilio-request-id'], body]);
}

describe('operations', () => {
  test('each is served at its native path and method', async () => {
    const { http, capability } = await start();
    for (const { name, method, path } of capability.operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'X1');
      const response = await http.inject({ method, url, headers: basic() });
      const expected = method === 'DELETE' ? undefined : name;
      expect(response.body === '' ? undefined : response.json<{ operation: string }>().operation).toBe(expected);
      expect(response.statusCode).toBe({ GET: 200, POST: 201, DELETE: 204 }[method]);
    }
  });

  test('a form body reaches the operation with dotted and repeated keys, decoded once', async () => {
    const { post } = await start();
    const url = `/v1/Services/${SERVICE}/Conversations/CH1/Webhooks`;
    const response = await post('Configuration.Url=a%2Bb+c&Configuration.Filters=x&Configuration.Filters=y', form, url);
    expect(response.json()).toMatchObject({
      form: { 'Configuration.Url': ['a+b c'], 'Configuration.Filters': ['x', 'y'] },
    });
  });

  test.each([`${form}; charset=UTF-8`, form.toUpperCase()])('a form may have the content type %s', async (type) => {
    const { post } = await start();
    expect((await post('FriendlyName=x', type)).json()).toMatchObject({ form: { FriendlyName: ['x'] } });
  });

  test('a path parameter is decoded once', async () => {
    const { http } = await start();
    const response = await http.inject({ url: `${roles}/a%2Fb%2525%20é`, headers: basic() });
    expect(response.json()).toMatchObject({ path: { Sid: 'a/b%25 é' } });
  });

  test('the query and the declared headers reach the operation', async () => {
    const { http } = await start();
    const list = await http.inject({ url: `${roles}?PageSize=2&PageToken=PT1`, headers: basic() });
    expect(list.json()).toMatchObject({ query: { PageSize: ['2'], PageToken: ['PT1'] } });
    const headers = { ...basic(), 'x-twilio-webhook-enabled': 'true' };
    const post = await http.inject({ method: 'POST', url: `/v1/Services/${SERVICE}/Users`, headers });
    expect(post.json()).toMatchObject({ headers: { 'X-Twilio-Webhook-Enabled': 'true' } });
  });

  test('a query parameter cannot replace a path parameter, the body or a header', async () => {
    const { http } = await start();
    const url = `/v1/Services/${SERVICE}/Users/US1?Sid=US2&body=x&X-Twilio-Webhook-Enabled=true`;
    const response = await http.inject({ method: 'POST', url, headers: basic() });
    expect(response.json()).toMatchObject({ path: { Sid: 'US1' }, headers: {}, form: {} });
  });
});

describe('responses', () => {
  test('have headers with the request id and duration, as on Twilio', async () => {
    const { http } = await start();
    const { headers } = await http.inject({ url: roles, headers: basic() });
    expect(headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'twilio-request-id': expect.stringMatching(/^RQ[0-9a-f]{32}$/),
      'twilio-request-duration': '0.000',
    });
  });

  test('have the same bytes in two runs with the same seed and a stopped clock', async () => {
    expect(await requestIds('a')).toEqual(await requestIds('a'));
    expect(await requestIds('a')).not.toEqual(await requestIds('b'));
  });

  test('to a delete have neither a body nor a content type', async () => {
    const { http } = await start();
    const { statusCode, body, headers } = await http.inject({
      method: 'DELETE',
      url: `${roles}/RL1`,
      headers: basic(),
    });
    expect({ statusCode, body, type: headers['content-type'] }).toEqual({ statusCode: 204, body: '', type: undefined });
  });

  test('have URLs that begin with this server as the client addressed it', async () => {
    const { http } = await start();
    const origin = async (host: string) =>
      (await http.inject({ url: roles, headers: { ...basic(), host } })).json<{ origin: string }>().origin;
    expect(await origin('127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    expect(await origin('[::1]:8080')).toBe('http://[::1]:8080');
    expect(await origin('app.localhost:1')).toBe('http://app.localhost:1');
  });

  test('have URLs that begin with the public URL if there is one', async () => {
    const { http } = await start({ publicUrl: 'https://twilio.example.com' });
    expect((await http.inject({ url: roles, headers: basic() })).json()).toMatchObject({
      origin: 'https://twilio.example.com',
    });
  });
});

describe('credentials', () => {
  const unauthenticated = {
    code: 20003,
    message: 'Authenticate',
    more_info: 'https://www.twilio.com/docs/errors/20003',
    status: 401,
  };

  test.each([
    ['no header', {}],
    ['a bearer token', { authorization: 'Bearer x' }],
    ['invalid base64', { authorization: 'Basic ????' }],
    ['no colon', { authorization: `Basic ${Buffer.from(ACCOUNT).toString('base64')}` }],
    ['a user that is not a SID', basic('alice')],
    ['a SID that is too short', basic('AC123')],
    ['a SID of another resource', basic(SERVICE)],
    ['an empty password, as an app with an unset token sends it', basic(ACCOUNT, '')],
    ['an empty password of an API key', basic(`SK${'1'.repeat(32)}`, '')],
  ])('with %s are refused with 401 and a challenge', async (_what, headers) => {
    const { http } = await start();
    for (const url of [roles, '/v1/Nowhere', '/v1']) {
      const response = await http.inject({ url, headers });
      expect(response.json()).toEqual(unauthenticated);
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Basic realm="Twilio API"');
    }
  });

  test('with an account SID select its world, with an API key the world of the account used first', async () => {
    const { http } = await start();
    const account = async (headers: object) =>
      (await http.inject({ url: roles, headers: { ...headers } })).json<{ account: string | null }>().account;
    expect(await account(basic(ACCOUNT))).toBe(ACCOUNT);
    expect(await account(basic(`SK${'1'.repeat(32)}`))).toBe(ACCOUNT);
    const other = `AC${'d'.repeat(32)}`;
    expect(await account({ ...basic(`SK${'1'.repeat(32)}`), 'understudy-world': other })).toBe(other);
  });

  test('with a malformed Understudy-World header are refused', async () => {
    const { http } = await start();
    const response = await http.inject({ url: roles, headers: { ...basic(), 'understudy-world': 'mine' } });
    expect(response.json()).toMatchObject({ status: 400, message: expect.stringContaining('Understudy-World') });
  });

  test('must have the auth token as password if one is set', async () => {
    const { http } = await start({ authToken: 'right' });
    const status = async (password: string) =>
      (await http.inject({ url: roles, headers: basic(ACCOUNT, password) })).statusCode;
    expect([await status('right'), await status('wrong'), await status('')]).toEqual([200, 401, 401]);
  });

  test('may have the token or the auth token as password if both are set', async () => {
    const { http } = await start({ authToken: 'auth', token: 'token' });
    const status = async (password: string) =>
      (await http.inject({ url: roles, headers: basic(ACCOUNT, password) })).statusCode;
    expect([await status('auth'), await status('token'), await status('else')]).toEqual([200, 200, 401]);
  });
});

describe('headers', () => {
  test.each([
    ['an operation', roles, 200],
    ['a path without a SID', '/v1/Services//Roles', 404],
  ])('of the response to %s are those recorded on the host of Twilio', async (_, url, status) => {
    const { http } = await start();
    const { statusCode, headers } = await http.inject({ url, headers: { ...basic(), origin: 'http://localhost' } });
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      vary: 'Accept-Encoding, Origin',
      'strict-transport-security': 'max-age=31536000',
      'twilio-request-id': expect.stringMatching(/^RQ[0-9a-f]{32}$/),
      'twilio-request-duration': expect.stringMatching(/^\d+\.\d{3}$/),
      'twilio-concurrent-requests': '1',
      'x-home-region': 'us1',
      'x-api-domain': 'conversations.twilio.com',
      'x-powered-by': 'AT-5000',
      'x-shenanigans': 'none',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('what Twilio ignores', () => {
  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a body of type %s has no parameters, and the log warns about it',
    async (type) => {
      const { post, log } = await start();
      const response = await post('{"FriendlyName":"x"}', type);
      expect(response.json()).toMatchObject({ form: {} });
      expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
        { msg: expect.stringContaining(`ignored a body of type ${type}`) },
      ]);
    },
  );

  test('unknown fields are listed in the log and in a header', async () => {
    const { post, log } = await start();
    const response = await post('FriendlyNam=x&Type=service&%0d%0aX=1&%2C=2');
    expect(response.headers['understudy-ignored']).toBe('FriendlyNam,%0D%0AX,%2C');
    expect(response.json()).toMatchObject({ form: { Type: ['service'] } });
    expect(log.find(({ level }) => level === 'warn')?.msg).toContain('FriendlyNam');
  });

  test('the header stays short, however many unknown fields were sent', async () => {
    const { post } = await start();
    const response = await post(Array.from({ length: 1000 }, (_, n) => `${'n'.repeat(100)}${n}=1`).join('&'));
    expect(String(response.headers['understudy-ignored']).length).toBeLessThanOrEqual(1000);
  });

  test('strict mode refuses unknown fields', async () => {
    const { post } = await start({ strict: true });
    const response = await post('FriendlyNam=x');
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      code: 990103,
      message: '`createservicerole` has no field or parameter `FriendlyNam`. Did you mean `FriendlyName`?',
      more_info: 'urn:twilio-understudy:UNDERSTUDY_UNKNOWN_FIELD',
      status: 400,
    });
  });
});
