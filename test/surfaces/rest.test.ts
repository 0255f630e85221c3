import { describe, expect, test } from 'vitest';
import { ACCOUNT, basic, createEchoUnderstudy, createTestUnderstudy, SERVICE } from '../helpers/understudy.js';

const roles = `/v1/v1/services/${SERVICE}/roles`;

async function start(settings: Parameters<typeof createEchoUnderstudy>[0] = {}) {
  const understudy = await createEchoUnderstudy(settings);
  const post = (body: string, type = 'application/json', headers: object = {}) =>
    understudy.http.inject({ method: 'POST', url: roles, headers: { ...headers, 'content-type': type }, body });
  return { ...understudy, post };
}

test('every operation has a route, which calls it', async () => {
  const { http, capability } = await start();
  for (const { method, path, operation } of capability.routes) {
    const url = path.replaceAll(/\{\w+\}/g, 'X1');
    const response = await http.inject({ method, url });
    const expected = method === 'DELETE' ? undefined : operation.name;
    expect(response.body === '' ? undefined : response.json<{ operation: string }>().operation).toBe(expected);
  }
  expect(capability.routes.map(({ operation }) => operation.name).sort()).toEqual(
    capability.operations.map(({ name }) => name).sort(),
  );
});

describe('bodies', () => {
  const expected = { FriendlyName: ['x'], Permission: ['a', 'b'] };

  test('JSON and a form are equivalent', async () => {
    const { post } = await start();
    const json = await post('{"FriendlyName":"x","Permission":["a","b"]}', 'application/json; charset=utf-8');
    const form = await post('FriendlyName=x&Permission=a&Permission=b', 'application/x-www-form-urlencoded');
    expect(json.json()).toMatchObject({ form: expected });
    expect(form.json()).toEqual(json.json());
  });

  test('an empty JSON body has no fields', async () => {
    const { post } = await start();
    expect((await post('')).json()).toMatchObject({ form: {} });
  });

  test.each(['{', '[]', 'null', '"text"', '1', '{"a":1}}', '\u0000'])('the JSON body %j is refused', async (body) => {
    const { post } = await start();
    const response = await post(body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 990104, status: 400 });
  });

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', ';;;'])(
    'a body of type %s is refused',
    async (type) => {
      const { post } = await start();
      const response = await post('x', type);
      expect(response.statusCode).toBe(415);
      expect(response.json()).toMatchObject({ message: expect.any(String), status: 415 });
    },
  );

  test('a body over 1 MiB is a 413', async () => {
    const { post } = await start();
    const response = await post(JSON.stringify({ FriendlyName: 'x'.repeat(1024 * 1024) }));
    expect(response.json()).toMatchObject({ code: 20413, status: 413 });
  });

  test('a deeply nested body is refused', async () => {
    const { post } = await start();
    const response = await post(`{"FriendlyName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(response.json()).toMatchObject({ code: 990104, status: 400 });
  });

  test('unknown fields are listed in a header with dotted names, and refused in strict mode', async () => {
    const body = '{"Friendlyname":"x","__proto__":{"Type":"service"}}';
    const { post } = await start();
    expect((await post(body)).headers['understudy-ignored']).toBe('Friendlyname,__proto__');
    const strict = await start({ strict: true });
    expect((await strict.post(body)).json()).toMatchObject({ code: 990103, status: 400 });
  });
});

test('the query and the webhook header reach the operation', async () => {
  const { http } = await start();
  const list = await http.inject({ url: `${roles}?PageSize=2&Nope=1` });
  expect(list.json()).toMatchObject({ query: { PageSize: ['2'] }, path: { ChatServiceSid: SERVICE } });
  expect(list.headers['understudy-ignored']).toBe('Nope');
  const url = `/v1/v1/services/${SERVICE}/users`;
  const users = await http.inject({ method: 'POST', url, headers: { 'X-Twilio-Webhook-Enabled': 'true' } });
  expect(users.json()).toMatchObject({ headers: { 'X-Twilio-Webhook-Enabled': 'true' } });
});

test('responses have the headers of the Twilio surface', async () => {
  const { http } = await start();
  const { headers } = await http.inject({ url: roles });
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'twilio-request-id': expect.stringMatching(/^RQ[0-9a-f]{32}$/),
    'twilio-request-duration': '0.000',
  });
});

test('another method of a path is a 405, and an unknown path is a 404', async () => {
  const { http } = await start();
  const put = await http.inject({ method: 'PUT', url: roles });
  expect(put.headers['allow']).toBe('GET, POST');
  expect(put.json()).toMatchObject({ code: 20004, status: 405 });
  const unknown = await http.inject({ url: '/v1/v1/nowhere' });
  expect(unknown.json()).toMatchObject({
    code: 20404,
    message: 'The requested resource /v1/v1/nowhere was not found',
    status: 404,
  });
});

describe('callers', () => {
  test('need no credentials and may select a world', async () => {
    const { http } = await start();
    const account = async (headers: object) =>
      (await http.inject({ url: roles, headers: { ...headers } })).json<{ account: string | null }>().account;
    expect(await account({})).toBeNull();
    expect(await account(basic())).toBe(ACCOUNT);
    expect(await account({ 'understudy-world': ACCOUNT })).toBe(ACCOUNT);
    expect(await account(basic('alice'))).toBeNull();
  });

  test('must send the token if there is one, in any of three ways', async () => {
    const { http } = await start({ token: 'right' });
    const status = async (headers: object) => (await http.inject({ url: roles, headers: { ...headers } })).statusCode;
    expect(await status({ authorization: 'Bearer right' })).toBe(200);
    expect(await status({ 'understudy-token': 'right' })).toBe(200);
    expect(await status(basic(ACCOUNT, 'right'))).toBe(200);
    expect(await status({ authorization: 'Bearer wrong' })).toBe(401);
    expect(await status({ 'understudy-token': 'wrong' })).toBe(401);
    expect(await status(basic('right', 'wrong'))).toBe(401);
    const refused = await http.inject({ url: '/v1/v1/nowhere' });
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="understudy"');
    expect(refused.json()).toMatchObject({ code: 990105, status: 401 });
  });
});

test('the surface has an OpenAPI description, which requires the token', async () => {
  const { http, capability } = await start({ token: 'right' });
  expect((await http.inject({ url: '/openapi.json' })).statusCode).toBe(401);
  const response = await http.inject({ url: '/openapi.json', headers: { 'understudy-token': 'right' } });
  expect(response.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  const paths = new Set(capability.routes.map(({ path }) => path));
  expect(Object.keys(response.json<{ paths: object }>().paths)).toEqual([...paths]);
});

test('the page URLs of a list lead to the surface itself, so that they can be followed without credentials', async () => {
  const { http } = await createTestUnderstudy();
  const url = '/v1/v1/services';
  for (const FriendlyName of ['one', 'two', 'three'])
    await http.inject({ method: 'POST', url, payload: { FriendlyName } });
  interface List {
    readonly services: readonly { readonly friendly_name: string }[];
    readonly meta: Readonly<Record<string, string | null>>;
  }
  const first = await http.inject({ url: `${url}?PageSize=2`, headers: { host: '127.0.0.1:8080' } });
  const { meta } = first.json<List>();
  expect(meta['first_page_url']).toBe('http://127.0.0.1:8080/v1/v1/services?PageSize=2&Page=0');
  expect(meta['next_page_url']).toMatch(/^http:\/\/127\.0\.0\.1:8080\/v1\/v1\/services\?PageSize=2&Page=1&PageToken=/);
  const second = await http.inject(String(meta['next_page_url']).replace('http://127.0.0.1:8080', ''));
  expect(second.statusCode).toBe(200);
  const names = [first, second].flatMap((page) => page.json<List>().services.map((each) => each.friendly_name));
  expect(names).toEqual(expect.arrayContaining(['one', 'two', 'three']));
});
