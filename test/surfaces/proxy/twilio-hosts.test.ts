import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openAuthority } from '../../../src/certificates/authority.js';
import { startSim } from '../../helpers/sim.js';
import { AUTHORIZATION, openTls, openTunnel, portOf, send, startIntercepting, temporaryFolder } from './harness.js';

const HOST = 'conversations.twilio.com';

/** Opens a TLS connection to a host of Twilio through the proxy. */
async function openHost({ proxy, ca }: { proxy: URL; ca: string }, servername = HOST) {
  const { socket } = await openTunnel(proxy, `${servername}:443`);
  return openTls({ socket, servername, ca });
}

const services = { path: '/v1/Services', headers: { host: HOST, authorization: AUTHORIZATION } };

test.each([HOST, 'conversations.dublin.ie1.twilio.com', 'mcs.us1.twilio.com'])(
  'the proxy answers for %s with a certificate for that name',
  async (name) => {
    const socket = await openHost(await startIntercepting(), name);
    expect(socket.authorized).toBe(true);
    expect(socket.alpnProtocol).toBe('http/1.1');
    expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${name}`);
    const headers = { host: name, authorization: AUTHORIZATION };
    const { status } = await send({ connection: socket, path: '/v1/Services', headers });
    // The hosts of media have no list of services.
    expect(status).toBe(name.startsWith('mcs') ? 404 : 200);
  },
);

test('several requests use one connection, and the URLs of pages lead to the host of Twilio', async () => {
  const connection = await openHost(await startIntercepting());
  const headers = { ...services.headers, 'content-type': 'application/x-www-form-urlencoded' };
  const created = await send({ connection, ...services, method: 'POST', headers }, 'FriendlyName=Demo');
  expect(created.status).toBe(201);
  const list = await send({ connection, ...services, path: '/v1/Services?PageSize=1' });
  expect(list.headers.connection).toBe('keep-alive');
  expect(list.json()['meta']).toMatchObject({
    next_page_url: expect.stringMatching(/^https:\/\/conversations\.twilio\.com\/v1\/Services\?PageSize=1&Page=1/),
  });
});

test('the proxy refuses other hosts of Twilio', async () => {
  const connection = await openHost(await startIntercepting(), 'api.twilio.com');
  const refused = await send({ connection, path: '/2010-04-01/Accounts.json', headers: { host: 'api.twilio.com' } });
  expect(refused.json()).toMatchObject({ code: 990115, status: 501 });
});

test('--allow-twilio lets a host of Twilio out', async () => {
  const { proxy } = await startIntercepting({ allowTwilio: ['nowhere.invalid.twilio.com'] });
  // Names of this kind have no address.
  const { status, message } = await openTunnel(proxy, 'nowhere.invalid.twilio.com:443');
  expect({ status, message }).toEqual({
    status: 502,
    message: expect.stringContaining('cannot connect to nowhere.invalid.twilio.com:443'),
  });
});

test.each(['http', 'https'])('the proxy answers requests with a whole URL that begins with %s', async (scheme) => {
  const { proxy } = await startIntercepting();
  const path = `${scheme}://${HOST}/v1/Services?PageSize=1`;
  const headers = { host: 'somewhere.else', authorization: AUTHORIZATION, 'proxy-authorization': 'Basic eDp5' };
  const { status, json } = await send({ port: portOf(proxy), path, headers });
  expect(status).toBe(200);
  expect(json()['meta']).toMatchObject({ first_page_url: `https://${HOST}/v1/Services?PageSize=1&Page=0` });
});

test('a tunnel to a host of Twilio may carry plain HTTP', async () => {
  const { proxy } = await startIntercepting();
  const { socket } = await openTunnel(proxy, `${HOST}:80`);
  expect((await send({ connection: socket, ...services })).status).toBe(200);
  expect((await send({ connection: socket, ...services })).status).toBe(200);
});

test('WebSockets of client SDKs pass through the proxy', async () => {
  const name = 'tsock.us1.twilio.com';
  const socket = await openHost(await startIntercepting(), name);
  const client = new WebSocket(`wss://${name}/v3/wsconnect`, { createConnection: () => socket });
  await once(client, 'open');
  expect(client.readyState).toBe(WebSocket.OPEN);
  client.close();
  await once(client, 'close');
});

test('the port for HTTPS answers with the certificate of the name that the client asks for', async () => {
  const { tls, ca } = await startIntercepting();
  const connection = await openTls({ port: portOf(tls), servername: HOST, ca });
  const host = `${HOST}:${tls.port}`;
  const { json } = await send({ connection, ...services, headers: { host, authorization: AUTHORIZATION } });
  expect(json()['meta']).toMatchObject({ url: `https://${host}/v1/Services?PageSize=50&Page=0` });
});

test('the library tells where its proxy and its port for HTTPS are', async () => {
  const stateFolder = temporaryFolder();
  const { proxyUrl, tlsUrl } = await startSim({ proxyPort: 0, tlsPort: 0, stateFolder });
  const { certificate: ca } = await openAuthority(stateFolder);
  const connection = await openHost({ proxy: new URL(proxyUrl ?? ''), ca });
  expect((await send({ connection, ...services })).status).toBe(200);
  expect(tlsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(await startSim()).toMatchObject({ proxyUrl: undefined, tlsUrl: undefined });
});

test('a client that gives no name gets the certificate of the conversations host', async () => {
  const { tls, ca } = await startIntercepting();
  const socket = await openTls({ port: portOf(tls), host: '127.0.0.1', ca, checkServerIdentity: () => undefined });
  expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${HOST}, DNS:*.twilio.com`);
});

test('the server closes although tunnels and connections are open', async () => {
  const started = await startIntercepting({ drain: 50 });
  const port = await new Promise<number>((resolve) => {
    const other = createServer().listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    other.unref();
  });
  await openTunnel(started.proxy, `127.0.0.1:${port}`);
  await send({ connection: await openHost(started), ...services });
  await expect(started.understudy.close()).resolves.toBeUndefined();
});
