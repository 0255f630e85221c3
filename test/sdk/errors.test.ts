import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import { newAccount, sentTo, startSdk } from './harness.js';

const { RestException } = twilio;
const nowhere = `IS${'f'.repeat(32)}`;

/** What a refused call is rejected with. */
async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RestException);
  return error as InstanceType<typeof RestException>;
}

describe('a refusal is a RestException with status, code and where to read more:', () => {
  test('what is not there', async () => {
    const { client } = await startSdk();
    const error = await refusalOf(client.conversations.v1.services(nowhere).fetch());
    expect(error).toMatchObject({
      status: 404,
      code: 20404,
      moreInfo: 'https://www.twilio.com/docs/errors/20404',
      message: expect.stringContaining(nowhere),
    });
  });

  test('what is there already, and what is not allowed', async () => {
    const { client } = await startSdk();
    const { services } = client.conversations.v1;
    const { users, conversations } = services((await services.create({ friendlyName: 'x' })).sid);
    await users.create({ identity: 'alice' });
    const again = users.create({ identity: 'alice' });
    expect(await refusalOf(again)).toMatchObject({ status: 409, code: 50201 });
    const strange = conversations.create({ state: 'asleep' as 'active' });
    expect(await refusalOf(strange)).toMatchObject({ status: 400, moreInfo: expect.stringMatching(/errors\/\d{5}$/) });
  });

  test('a wrong auth token', async () => {
    const { understudy } = await startSdk({ authToken: 'the right one' });
    const httpClient = sentTo(understudy.restUrl);
    const list = (token: string) => twilio(newAccount(), token, { httpClient }).conversations.v1.services.list();
    expect(await refusalOf(list('another'))).toMatchObject({ status: 401, code: 20003 });
    expect(await list('the right one')).toEqual([]);
  });

  test('a page of another list', async () => {
    const { client, understudy } = await startSdk();
    const { services } = client.conversations.v1;
    const url = `${understudy.restUrl}/v1/Services?PageSize=50&Page=1&PageToken=PTnonsense`;
    expect(await refusalOf(services.getPage(url))).toMatchObject({ status: 400 });
  });
});
