import { describe, expect, test } from 'vitest';
import { ACCOUNT, basic, createEchoUnderstudy, SERVICE } from '../helpers/understudy.js';

const roles = `/v1/Services/${SERVICE}/Roles`;
const form = 'application/x-www-form-urlencoded';

async function start(settings: Parameters<typeof createEchoUnderstudy>[0] = {}) {
  const { http, echo, log, capability } = await createEchoUnderstudy(settings);
  const post = (body: string | Buffer, type: string = form, url = roles) =>
    http.inject({ method: 'POST', url, headers: { ...basic(), 'content-type': type }, body });
  return { http, echo, log, post, capability };
}

async function ids(rngSeed: string) {
  const { http } = await start({ rngSeed });
  const answers = [await http.inject({ url: roles }), await http.inject({ url: roles, headers: basic() })];
  return answers.map(({ headers, body }) => [headers['twilio-request-id'], body]);
}

describe('operations', () => {
  test('each answers at its native path and method', async () => {
    const { http, capability } = await start();
    for (const { name, method, path } of capability.operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'X1');
      const response = await http.inject({ method, url, headers: basic() });
      const expected = method === 'DELETE' ? undefined : name;
      expect(response.body === '' ? undefined : response.json<{ operation: string }>().operation).toBe(expected);
      expect(response.statusCode).toBe({ GET: 200, POST: 201, DELETE: 204 }[method]);
    }
  });

  test('a form body arrives with dotted and repeated keys, decoded once', async () => {
    const { post } = await start();
    const url = `/v1/Services/${SERVICE}/Conversations/CH1/Webhooks`;
    const response = await post('Configuration.Url=a%2Bb+c&Configuration.Filters=x&Configuration.Filters=y', form, url);
    expect(response.json()).toMatchObject({
      form: { 'Configuration.Url': ['a+b c'], 'Configuration.Filters': ['x', 'y'] },
    });
  });

  test.each([`${form}; charset=UTF-8`, form.toUpperCase()])('a form may be called %s', async (type) => {
    const { post } = await start();
    expect((await post('FriendlyName=x', type)).json()).toMatchObject({ form: { FriendlyName: ['x'] } });
  });

  test('a part of the path is decoded once', async () => {
    const { http } = await start();
    const response = await http.inject({ url: `${roles}/a%2Fb%2525%20é`, headers: basic() });
    expect(response.json()).toMatchObject({ path: { Sid: 'a/b%25 é' } });
  });

  test('the query and the declared headers arrive', async () => {
    const { http } = await start();
    const list = await http.inject({ url: `${roles}?PageSize=2&PageToken=PT1`, headers: basic() });
    expect(list.json()).toMatchObject({ query: { PageSize: ['2'], PageToken: ['PT1'] } });
    const headers = { ...basic(), 'x-twilio-webhook-enabled': 'true' };
    const post = await http.inject({ method: 'POST', url: `/v1/Services/${SERVICE}/Users`, headers });
    expect(post.json()).toMatchObject({ headers: { 'X-Twilio-Webhook-Enabled': 'true' } });
  });

  test('a query cannot stand in for a part of the path, for the body or for a header', async () => {
    const { http } = await start();
    const url = `/v1/Services/${SERVICE}/Users/US1?Sid=US2&body=x&X-Twilio-Webhook-Enabled=true`;
    const response = await http.inject({ method: 'POST', url, headers: basic() });
    expect(response.json()).toMatchObject({ path: { Sid: 'US1' }, headers: {}, form: {} });
  });
});

describe('answers', () => {
  test('name the request and its duration as Twilio does', async () => {
    const { http } = await start();
    const { headers } = await http.inject({ url: roles, headers: basic() });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'twilio-request-id': expect.stringMatching(/^RQ[0-9a-f]{32}$/),
      'twilio-request-duration': '0.000',
    });
  });

  test('are the same bytes in two runs with one seed and a clock that stands still', async () => {
    expect(await ids('a')).toEqual(await ids('a'));
    expect(await ids('a')).not.toEqual(await ids('b'));
  });

  test('to a delete have no body and no content type', async () => {
    const { http } = await start();
    const { statusCode, body, headers } = await http.inject({
      method: 'DELETE',
      url: `${roles}/RL1`,
      headers: basic(),
    });
    expect({ statusCode, body, type: headers['content-type'] }).toEqual({ statusCode: 204, body: '', type: undefined });
  });

  test('begin their URLs with this server as the client named it', async () => {
    const { http } = await start();
    const origin = async (host: string) =>
      (await http.inject({ url: roles, headers: { ...basic(), host } })).json<{ origin: string }>().origin;
    expect(await origin('127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    expect(await origin('[::1]:8080')).toBe('http://[::1]:8080');
    expect(await origin('app.localhost:1')).toBe('http://app.localhost:1');
  });

  test('begin their URLs with the public URL, when there is one', async () => {
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
    ['none', {}],
    ['a bearer', { authorization: 'Bearer x' }],
    ['no base64', { authorization: 'Basic ????' }],
    ['no colon', { authorization: `Basic ${Buffer.from(ACCOUNT).toString('base64')}` }],
    ['another kind of user', basic('alice')],
    ['a SID that is too short', basic('AC123')],
    ['a SID of another kind', basic(SERVICE)],
  ])('%s: 401 with a challenge', async (_what, headers) => {
    const { http } = await start();
    for (const url of [roles, '/v1/Nowhere', '/v1']) {
      const response = await http.inject({ url, headers });
      expect(response.json()).toEqual(unauthenticated);
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Basic realm="Twilio API"');
    }
  });

  test('an account SID selects its world, an API key the default one', async () => {
    const { http } = await start();
    const account = async (headers: object) =>
      (await http.inject({ url: roles, headers: { ...headers } })).json<{ account: string | null }>().account;
    expect(await account(basic(ACCOUNT))).toBe(ACCOUNT);
    expect(await account(basic(`SK${'1'.repeat(32)}`))).toBeNull();
    expect(await account({ ...basic(`SK${'1'.repeat(32)}`), 'understudy-world': ACCOUNT })).toBe(ACCOUNT);
  });

  test('a malformed world is refused', async () => {
    const { http } = await start();
    const response = await http.inject({ url: roles, headers: { ...basic(), 'understudy-world': 'mine' } });
    expect(response.json()).toMatchObject({ status: 400, message: expect.stringContaining('Understudy-World') });
  });

  test('with an auth token, only that password is let in', async () => {
    const { http } = await start({ authToken: 'right' });
    const status = async (password: string) =>
      (await http.inject({ url: roles, headers: basic(ACCOUNT, password) })).statusCode;
    expect([await status('right'), await status('wrong'), await status('')]).toEqual([200, 401, 401]);
  });

  test('with a token, the token and the auth token are let in as passwords', async () => {
    const { http } = await start({ authToken: 'auth', token: 'token' });
    const status = async (password: string) =>
      (await http.inject({ url: roles, headers: basic(ACCOUNT, password) })).statusCode;
    expect([await status('auth'), await status('token'), await status('else')]).toEqual([200, 200, 401]);
  });
});

describe('refusals', () => {
  test.each([
    ['/v1/Nowhere?x=1', '/v1/Nowhere'],
    ['/v1/Services/', '/v1/Services/'],
    ['/v1/services', '/v1/services'],
    ['/v1/Services//Roles', '/v1/Services//Roles'],
    ['/v1/Conversations', '/v1/Conversations'],
  ])('%s is not found', async (url, named) => {
    const { http } = await start();
    const response = await http.inject({ url, headers: basic() });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      code: 20404,
      message: `The requested resource ${named} was not found`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
  });

  test.each(['PUT', 'PATCH', 'OPTIONS', 'DELETE', 'PROPFIND'])('%s where it is no method: 405', async (method) => {
    const { http } = await start();
    const response = await http.inject({ method: method as 'PUT', url: roles, headers: basic() });
    expect(response.statusCode).toBe(405);
    expect(response.headers['allow']).toBe('GET, POST');
    expect(response.json()).toMatchObject({ code: 20004, message: 'Method not allowed', status: 405 });
  });

  test('a body over 1 MiB: 413', async () => {
    const { post } = await start();
    expect((await post(`FriendlyName=${'x'.repeat(1024 * 1024 - 13)}`)).statusCode).toBe(201);
    const response = await post(`FriendlyName=${'x'.repeat(1024 * 1024 - 12)}`);
    expect(response.statusCode).toBe(413);
    expect(response.json()).toEqual({
      code: 20413,
      message: 'Request Entity Too Large',
      more_info: 'https://www.twilio.com/docs/errors/20413',
      status: 413,
    });
  });
});

describe('what Twilio ignores', () => {
  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a body of %s is read as no parameters, and the log says so',
    async (type) => {
      const { post, log } = await start();
      const response = await post('{"FriendlyName":"x"}', type);
      expect(response.json()).toMatchObject({ form: {} });
      expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
        { msg: expect.stringContaining(`ignored a body of type ${type}`) },
      ]);
    },
  );

  test('unknown fields are named in the log and in a header', async () => {
    const { post, log } = await start();
    const response = await post('FriendlyNam=x&Type=service&%0d%0aX=1&%2C=2');
    expect(response.headers['understudy-ignored']).toBe('FriendlyNam,%0D%0AX,%2C');
    expect(response.json()).toMatchObject({ form: { Type: ['service'] } });
    expect(log.find(({ level }) => level === 'warn')?.msg).toContain('FriendlyNam');
  });

  test('the header stays small, however many names were sent', async () => {
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
      message: '`createservicerole` does not know `FriendlyNam`. Did you mean `FriendlyName`?',
      more_info: 'urn:twilio-understudy:UNDERSTUDY_UNKNOWN_FIELD',
      status: 400,
    });
  });
});
