import twilio from 'twilio';
import { expect, test } from 'vitest';
import { ACCOUNT, createTestUnderstudy } from '../../helpers/understudy.js';

const PLANTED = 'planted-sdk-password-6b2e';

test("Twilio's own client turns pages through live mode, and every request of it stays here", async () => {
  const upstream = await createTestUnderstudy({ authToken: PLANTED, defaultAccount: ACCOUNT });
  const live = await createTestUnderstudy({
    mode: 'live',
    upstream: await upstream.http.listen({ host: '127.0.0.1', port: 0 }),
    credentials: { user: ACCOUNT, password: PLANTED },
  });
  const here = await live.http.listen({ host: '127.0.0.1', port: 0 });
  const asked: string[] = [];
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => {
    asked.push(new URL(request.uri).origin);
    return send({ ...request, uri: request.uri.replace('https://conversations.twilio.com', here) });
  };
  const client = twilio(ACCOUNT, 'whatever the app has', { httpClient });

  const names = Array.from({ length: 7 }, (_, place) => `service ${place}`);
  for (const friendlyName of names) await client.conversations.v1.services.create({ friendlyName });
  const listed = await client.conversations.v1.services.list({ pageSize: 2 });
  expect(listed.map(({ friendlyName }) => friendlyName).sort()).toEqual(names);
  // The first page is asked for at Twilio's name, the further ones where the page before said: here.
  expect(asked.slice(-3)).toEqual(Array(3).fill(here));
  await expect(client.conversations.v1.services(`IS${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
    status: 404,
    code: 20404,
  });
});
