import { describe, expect, test } from 'vitest';
import { ACCOUNT, basic, createEchoUnderstudy, SERVICE } from '../helpers/understudy.js';

const roles = `/v1/Services/${SERVICE}/Roles`;
const form = 'application/x-www-form-urlencoded';

async function start(settings: Parameters<typeof createEchoUnderstudy>[0] = {}) {
  const { http, journal, log } = await createEchoUnderstudy(settings);
  const post = (body: string | Buffer, type: string = form, url = roles) =>
    http.inject({ method: 'POST', url, headers: { ...basic(), 'content-type': type }, body });
  return { http, journal, log, post };
}

describe('refusals', () => {
  test.each(['/v2', '/v2/Services/IS1?x=1', '/2010-04-01/Accounts.json'])(
    '%s is not simulated, and the error says so',
    async (url) => {
      const { http } = await start();
      for (const method of ['GET', 'POST'] as const) {
        const response = await http.inject({ method, url, headers: { ...basic(), 'content-type': 'text/plain' } });
        expect(response.statusCode).toBe(501);
        expect(response.json()).toEqual({
          code: 990115,
          message: expect.stringContaining(`${url.split('?', 1)[0]} is not simulated`),
          more_info: 'urn:twilio-understudy:UNDERSTUDY_NOT_SIMULATED',
          status: 501,
        });
      }
    },
  );

  test.each([
    ['/v1/Nowhere?x=1', '127.0.0.1', '/v1/Nowhere'],
    ['/v1/services', '127.0.0.1', '/v1/services'],
    ['/Services', '127.0.0.1', '/Services'],
    ['/v3/Services', '127.0.0.1', '/v3/Services'],
    ['/v1/Conversation', 'conversations.twilio.com', '/v1/Conversation'],
    ['/v1/Services', 'sync.twilio.com', 'sync.twilio.com/v1/Services'],
    [
      '/2010-04-01/Accounts/AC1/Messages.json',
      'api.twilio.com:443',
      'api.twilio.com/2010-04-01/Accounts/AC1/Messages.json',
    ],
    ['/', 'api.twilio.com', 'api.twilio.com/'],
  ])('%s at %s is not simulated: refused, logged and in the journal', async (url, host, named) => {
    const { http, journal } = await start();
    const response = await http.inject({ url, headers: { ...basic(), host } });
    expect(response.statusCode).toBe(501);
    expect(response.headers['understudy-error']).toBe('UNDERSTUDY_NOT_SIMULATED');
    expect(response.json()).toMatchObject({
      code: 990115,
      message: expect.stringContaining(`${named} is not simulated`),
      more_info: 'urn:twilio-understudy:UNDERSTUDY_NOT_SIMULATED',
    });
    expect(journal.entries()).toMatchObject([
      {
        operation: '(none)',
        surface: 'twilio',
        method: 'GET',
        url,
        status: 501,
        account: ACCOUNT,
        answer: { code: 990115 },
      },
    ]);
  });

  test.each([
    ['/v1/Services', 'api.twilio.com'],
    ['/v2/Services', '127.0.0.1'],
  ])('a request to %s at %s is reported only if the caller has the token', async (url, host) => {
    const { http, journal, log } = await start({ token: 'a-long-token' });
    const statusWith = async (headers: Record<string, string>) =>
      (await http.inject({ url, headers: { ...headers, host } })).statusCode;
    expect([await statusWith({}), await statusWith(basic(ACCOUNT, 'else'))]).toEqual([501, 501]);
    expect(journal.total()).toBe(0);
    expect(JSON.stringify(log)).not.toContain('is not simulated');
    expect(await statusWith(basic(ACCOUNT, 'a-long-token'))).toBe(501);
    expect(journal.total()).toBe(1);
    expect(JSON.stringify(log)).toContain('is not simulated');
  });

  test.each(['/favicon.ico', '/Services'])('%s without credentials of Twilio is a plain 404', async (url) => {
    const { http, journal } = await start();
    expect((await http.inject({ url })).statusCode).toBe(404);
    expect(journal.total()).toBe(0);
  });

  test.each([
    ['/v1/Services/', '/v1/Services/'],
    ['/v1/Services//Roles', '/v1/Services//Roles'],
  ])('%s is a 404', async (url, named) => {
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

  test.each(['PUT', 'PATCH', 'OPTIONS', 'DELETE', 'PROPFIND'])(
    '%s on a path without that method is a 405',
    async (method) => {
      const { http } = await start();
      const response = await http.inject({ method: method as 'PUT', url: roles, headers: basic() });
      expect(response.statusCode).toBe(405);
      expect(response.headers['allow']).toBe('GET, POST');
      expect(response.json()).toMatchObject({ code: 20004, message: 'Method not allowed', status: 405 });
    },
  );

  test('a body over 1 MiB is a 413', async () => {
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
