import { describe, expect, test } from 'vitest';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';
import type { Settings } from '../../src/app/settings.js';

const KEY = `SK${'1'.repeat(32)}`;
const OTHER_KEY = `SK${'2'.repeat(32)}`;
const OTHER_ACCOUNT = `AC${'b'.repeat(32)}`;
const keyNumber = (n: number) => `SK${String(n).padStart(32, '0')}`;
const SECRET = 'the-secret-of-the-key';
const TOKEN = 'the-token-of-the-server';

type Headers = Record<string, string>;

async function start(settings: Partial<Settings> = {}) {
  const { http, log } = await createTestUnderstudy({ ...settings, logLevel: 'warn' });
  const status = async (headers: Headers) => (await http.inject({ url: '/v1/Services', headers })).statusCode;
  const account = async (headers: Headers) =>
    (await http.inject({ method: 'GET', url: '/v1/Configuration', headers })).json<{ account_sid: string }>()
      .account_sid;
  return { http, log, status, account };
}

describe('the token of the server', () => {
  test('is accepted on the Twilio surface in the three ways of the other surfaces', async () => {
    const { status } = await start({ token: TOKEN });
    const statuses = [
      await status(basic(ACCOUNT, TOKEN)),
      await status({ authorization: `Bearer ${TOKEN}` }),
      await status({ 'understudy-token': TOKEN }),
      await status({ ...basic(ACCOUNT, 'any'), 'understudy-token': TOKEN }),
    ];
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  test.each<[string, Headers]>([
    ['a wrong bearer token', { authorization: 'Bearer else' }],
    ['a wrong header', { 'understudy-token': 'else' }],
    ['a wrong password', basic(ACCOUNT, 'else')],
    ['an empty password beside the right header', { ...basic(ACCOUNT, ''), 'understudy-token': TOKEN }],
    ['a user that Twilio would refuse, beside the right header', { ...basic('ann', 'any'), 'understudy-token': TOKEN }],
  ])('%s is a 401', async (_, headers) => {
    const { status } = await start({ token: TOKEN });
    expect(await status(headers)).toBe(401);
  });

  test('in its header does not replace the auth token of a caller with Basic credentials', async () => {
    const { status } = await start({ token: TOKEN, authToken: 'the-auth-token' });
    const withHeader = (password: string) => status({ ...basic(ACCOUNT, password), 'understudy-token': TOKEN });
    expect([await withHeader('the-auth-token'), await withHeader('else')]).toEqual([200, 401]);
  });
});

describe('an API key', () => {
  test('belongs to the account that the settings name', async () => {
    const { account } = await start({ apiKeys: { [KEY]: { account: OTHER_ACCOUNT }, [OTHER_KEY]: ACCOUNT } });
    expect(await account(basic(KEY))).toBe(OTHER_ACCOUNT);
    expect(await account(basic(OTHER_KEY))).toBe(ACCOUNT);
  });

  test('without an entry belongs to the account that was used first, and the log says so once', async () => {
    const { account, log } = await start();
    await account(basic(ACCOUNT));
    await account(basic(OTHER_ACCOUNT));
    expect([await account(basic(KEY)), await account(basic(KEY))]).toEqual([ACCOUNT, ACCOUNT]);
    expect(log.map(({ msg }) => msg)).toEqual([
      `API key ${KEY} now belongs to ${ACCOUNT}, the first account that was used here. To choose another one, list the ` +
        'key in the file of --api-keys.',
    ]);
  });

  test('belongs to the account whose world its first request names', async () => {
    const { account } = await start();
    await account(basic(ACCOUNT));
    expect(await account({ ...basic(KEY), 'understudy-world': OTHER_ACCOUNT })).toBe(OTHER_ACCOUNT);
    expect(await account(basic(KEY))).toBe(OTHER_ACCOUNT);
    expect(await account({ ...basic(KEY), 'understudy-world': ACCOUNT })).toBe(ACCOUNT);
  });

  test('that is used before any account belongs to the default account, and stays there', async () => {
    const { account, log } = await start({ defaultAccount: OTHER_ACCOUNT });
    expect(await account(basic(KEY))).toBe(OTHER_ACCOUNT);
    await account(basic(ACCOUNT));
    expect(await account(basic(KEY))).toBe(OTHER_ACCOUNT);
    expect(log[0]?.msg).toContain(`API key ${KEY} now belongs to ${OTHER_ACCOUNT}, the default account.`);
  });

  test('selects the same world on every surface', async () => {
    const { http } = await start({ apiKeys: { [KEY]: { account: ACCOUNT } } });
    const create = { method: 'POST', url: '/v1/Services', headers: basic(ACCOUNT) } as const;
    const { sid } = (
      await http.inject({
        ...create,
        payload: 'FriendlyName=Desk',
        headers: { ...create.headers, 'content-type': 'application/x-www-form-urlencoded' },
      })
    ).json<{ sid: string }>();
    const rest = await http.inject({ url: `/v1/v1/services/${sid}`, headers: basic(KEY) });
    const twilio = await http.inject({ url: `/v1/Services/${sid}`, headers: basic(KEY) });
    const control = await http.inject({ url: '/__understudy/clock/show', headers: basic(KEY) });
    expect([rest.statusCode, twilio.statusCode, control.statusCode]).toEqual([200, 200, 200]);
  });

  test('with a known secret must send it as its password', async () => {
    const { status } = await start({ apiKeys: { [KEY]: { account: ACCOUNT, secret: SECRET } } });
    expect([await status(basic(KEY, SECRET)), await status(basic(KEY, 'else'))]).toEqual([200, 401]);
    expect(await status(basic(OTHER_KEY, 'any'))).toBe(200);
  });

  test('with a known secret may use it in place of the token and the auth token', async () => {
    const { status } = await start({
      token: TOKEN,
      authToken: 'the-auth-token',
      apiKeys: { [KEY]: { secret: SECRET } },
    });
    expect(await status(basic(KEY, SECRET))).toBe(200);
    expect(await status(basic(KEY, TOKEN))).toBe(200);
    expect(await status(basic(KEY, 'the-auth-token'))).toBe(401);
    expect(await status(basic(OTHER_KEY, SECRET))).toBe(401);
  });

  test('never shows its secret', async () => {
    const { http, log } = await start({ apiKeys: { [KEY]: { account: ACCOUNT, secret: SECRET } } });
    await http.inject({ url: `/v1/Services/${SECRET}?Nope=${SECRET}`, headers: basic(KEY, SECRET) });
    const journal = await http.inject({ url: '/__understudy/journal/list', headers: basic(KEY, SECRET) });
    expect(journal.json<{ exchanges: unknown[] }>().exchanges).toHaveLength(1);
    expect(journal.body + JSON.stringify(log)).not.toContain(SECRET);
  });

  test('is bounded in number: strangers cannot fill the memory', async () => {
    const { account } = await start();
    await account(basic(ACCOUNT));
    for (let n = 0; n < 1001; n += 1) await account(basic(keyNumber(n)));
    expect(await account(basic(keyNumber(2000)))).toBe(ACCOUNT);
  });

  test.each<[object, string]>([
    [{ SK1: ACCOUNT }, 'entry 1 is not named by the SID of an API key'],
    [{ [KEY]: 'AC1' }, `the account of ${KEY} must be an account SID`],
    [{ [KEY]: { account: ACCOUNT, secrt: 'x' } }, `${KEY} has the unknown field "secrt"`],
    [{ [KEY]: { secret: 'short' } }, `the secret of ${KEY} must have at least 8 characters`],
    [{ [KEY]: 7 }, `${KEY} must be an account SID, or an object with \`account\` and \`secret\``],
  ])('%j is refused with a clear error', async (apiKeys, message) => {
    const settings = { apiKeys } as Partial<Settings>;
    await expect(createTestUnderstudy(settings)).rejects.toThrow(message);
  });
});
