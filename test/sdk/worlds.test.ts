import twilio from 'twilio';
import { expect, test } from 'vitest';
import { newAccount, redirectTo, sidsOf, startSdk } from './harness.js';

test('two accounts never see each other’s records, even if they work at the same time', async () => {
  const { clientOf } = await startSdk();
  const accounts = [newAccount(), newAccount()];
  const created = await Promise.all(
    accounts.map(async (account) => {
      const { services } = clientOf(account).conversations.v1;
      const all = await Promise.all([1, 2, 3].map((i) => services.create({ friendlyName: `${account} ${i}` })));
      return { account, services, sids: sidsOf(all) };
    }),
  );
  for (const { account, services, sids } of created) {
    const listed = await services.list();
    expect(listed.every(({ accountSid }) => accountSid === account)).toBe(true);
    expect(sidsOf(listed)).toEqual(expect.arrayContaining(sids));
    for (const other of created.filter((each) => each.account !== account)) {
      expect(sidsOf(listed).filter((sid) => other.sids.includes(sid))).toEqual([]);
      await expect(services(other.sids[0] ?? '').fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    }
  }
});

test('an API key works in the default world', async () => {
  const { understudy } = await startSdk();
  const { defaultAccount } = understudy.settings;
  const httpClient = redirectTo(understudy.restUrl);
  const key = twilio(`SK${'1'.repeat(32)}`, 'secret', { httpClient, accountSid: defaultAccount });
  const { sid, accountSid } = await key.conversations.v1.services.create({ friendlyName: 'by key' });
  expect(accountSid).toBe(defaultAccount);
  const byAccount = twilio(defaultAccount, 'any', { httpClient });
  expect((await byAccount.conversations.v1.services(sid).fetch()).friendlyName).toBe('by key');
});

test('of two clients that create the same unique name at the same time, one is refused', async () => {
  const { client } = await startSdk();
  const { services } = client.conversations.v1;
  const { conversations } = services((await services.create({ friendlyName: 'race' })).sid);
  const race = await Promise.allSettled([1, 2].map(() => conversations.create({ uniqueName: 'one' })));
  expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(race.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { status: 409 } });
});
