import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import { newAccount, redirectTo, startSdk } from './harness.js';

const { RestException } = twilio;
const UNKNOWN_SERVICE = `IS${'f'.repeat(32)}`;

/** The error that a refused call is rejected with. */
async function rejectionOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RestException);
  return error as InstanceType<typeof RestException>;
}

describe('the SDK rejects with a RestException that has status, code and moreInfo for', () => {
  test('an unknown SID', async () => {
    const { client } = await startSdk();
    const error = await rejectionOf(client.conversations.v1.services(UNKNOWN_SERVICE).fetch());
    expect(error).toMatchObject({
      status: 404,
      code: 20404,
      moreInfo: 'https://www.twilio.com/docs/errors/20404',
      message: expect.stringContaining(UNKNOWN_SERVICE),
    });
  });

  test('a duplicate and an invalid value', async () => {
    const { client } = await startSdk();
    const { services } = client.conversations.v1;
    const { users, conversations } = services((await services.create({ friendlyName: 'x' })).sid);
    await users.create({ identity: 'alice' });
    const duplicate = users.create({ identity: 'alice' });
    expect(await rejectionOf(duplicate)).toMatchObject({ status: 409, code: 50201 });
    const invalid = conversations.create({ state: 'asleep' as 'active' });
    expect(await rejectionOf(invalid)).toMatchObject({
      status: 400,
      moreInfo: expect.stringMatching(/errors\/\d{5}$/),
    });
  });

  test('a wrong auth token', async () => {
    const { understudy } = await startSdk({ authToken: 'the right one' });
    const httpClient = redirectTo(understudy.restUrl);
    const list = (token: string) => twilio(newAccount(), token, { httpClient }).conversations.v1.services.list();
    expect(await rejectionOf(list('another'))).toMatchObject({ status: 401, code: 20003 });
    expect(await list('the right one')).toMatchObject([{ friendlyName: 'Default Conversations Service' }]);
  });

  test('an invalid page token', async () => {
    const { client, understudy } = await startSdk();
    const { services } = client.conversations.v1;
    const url = `${understudy.restUrl}/v1/Services?PageSize=50&Page=1&PageToken=PTnonsense`;
    expect(await rejectionOf(services.getPage(url))).toMatchObject({ status: 400 });
  });
});
