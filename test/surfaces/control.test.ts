import { expect, test } from 'vitest';
import { basic, createEchoUnderstudy, SERVICE } from '../helpers/understudy.js';

const services = `/v1/Services/${SERVICE}`;

test('health returns the mode, the version, the uptime and whether the server is ready', async () => {
  const { http } = await createEchoUnderstudy();
  expect((await http.inject({ url: '/__understudy/health' })).json()).toEqual({
    mode: 'simulate',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    uptime: expect.any(Number),
    ready: true,
  });
});

test('the journal shows input, status and the violations that were found after the response', async () => {
  const { http } = await createEchoUnderstudy({ checkAnswers: true });
  await http.inject({ url: services, headers: basic() });
  const { exchanges } = (await http.inject({ url: '/__understudy/journal/list' })).json<{ exchanges: object[] }>();
  expect(exchanges).toMatchObject([
    { id: 1, surface: 'twilio', operation: 'fetchservice', input: { Sid: SERVICE }, status: 200 },
  ]);
  expect(exchanges).toMatchObject([{ violations: expect.arrayContaining([{ path: '/sid', message: 'is missing' }]) }]);
});

test('the journal is paged by limit and id, and can be cleared', async () => {
  const { http } = await createEchoUnderstudy();
  for (let n = 0; n < 3; n++) await http.inject({ url: services, headers: basic() });
  const ids = async (query: string) => {
    const response = await http.inject({ url: `/__understudy/journal/list${query}` });
    return response.json<{ exchanges: { id: number }[] }>().exchanges.map(({ id }) => id);
  };
  expect(await ids('?limit=2')).toEqual([2, 3]);
  expect(await ids('?after=1&limit=1')).toEqual([2]);
  expect((await http.inject({ method: 'POST', url: '/__understudy/journal/clear', payload: {} })).statusCode).toBe(200);
  expect(await ids('')).toEqual([]);
  expect((await http.inject({ url: '/__understudy/journal/list?limit=x' })).json()).toMatchObject({
    status: 400,
    message: '`journal.list`: `limit` must be integer.',
  });
});

test('neither the journal nor the log contains a secret', async () => {
  const { http, log } = await createEchoUnderstudy({
    token: 's3cret-token',
    authToken: 's3cret-auth',
    logLevel: 'trace',
  });
  const url = `${services}/Users/s3cret-token?Nope=s3cret-auth`;
  await http.inject({ url, headers: basic(undefined, 's3cret-auth') });
  const headers = { 'understudy-token': 's3cret-token' };
  const { body } = await http.inject({ url: '/__understudy/journal/list', headers });
  expect(body).toContain('[redacted]');
  expect(body + JSON.stringify(log)).not.toContain('s3cret');
});

test('health and journal require the token', async () => {
  const { http } = await createEchoUnderstudy({ token: 'right' });
  for (const url of ['/__understudy/health', '/__understudy/journal/list']) {
    expect((await http.inject({ url })).statusCode).toBe(401);
    expect((await http.inject({ url, headers: { authorization: 'Bearer right' } })).statusCode).toBe(200);
  }
});
