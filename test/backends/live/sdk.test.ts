import twilio from 'twilio';
import { expect, test } from 'vitest';
import { ACCOUNT, createTestUnderstudy } from '../../helpers/understudy.js';

const SECRET = 'planted-sdk-password-6b2e';

test("Twilio's own client follows page URLs in live mode, and all of its requests go to understudy", async () => {
  const upstream = await createTestUnderstudy({ authToken: SECRET, defaultAccount: ACCOUNT });
  const live = await createTestUnderstudy({
    mode: 'live',
    upstream: await upstream.http.listen({ host: '127.0.0.1', port: 0 }),
    credentials: { user: ACCOUNT, password: SECRET },
  });
  const here = await live.http.listen({ host: '127.0.0.1', port: 0 });
  const origins: string[] = [];
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => {
    origins.push(new URL(request.uri).origin);
    return send({ ...request, uri: request.uri.replace('https://conversations.twilio.com', here) });
  };
  const client = twilio(ACCOUNT, 'any password', { httpClient });

  const names = Array.from({ length: 7 }, (_, i) => `service ${i}`);
  for (const friendlyName of names) await client.conversations.v1.services.create({ friendlyName });
  const listed = await client.conversations.v1.services.list({ pageSize: 2 });
  expect(listed.map(({ friendlyName }) => friendlyName).sort()).toEqual(['Default Conversations Service', ...names]);
  // The client requests the first page from Twilio's host name, and further pages from the URL in the page before.
  expect(origins.slice(-3)).toEqual(Array(3).fill(here));
  await expect(client.conversations.v1.services(`IS${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
    status: 404,
    code: 20404,
  });
});
