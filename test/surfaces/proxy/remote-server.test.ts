import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { openInterception } from '../../../src/app/interception.js';
import { openAuthority } from '../../../src/certificates/authority.js';
import { remoteServer } from '../../../src/surfaces/proxy/twilio-server.js';
import { startSim } from '../../helpers/sim.js';
import { AUTHORIZATION, listen, openTls, openTunnel, portOf, send, silentLog, temporaryFolder } from './harness.js';

const HOST = 'conversations.twilio.com';
const services = { path: '/v1/Services', headers: { host: HOST, authorization: AUTHORIZATION } };

/** A proxy in front of a server that runs elsewhere, as `exec` opens it. */
async function startInFrontOf(origin: string) {
  const stateFolder = temporaryFolder();
  const { proxyUrl = '', close } = await openInterception(
    { host: '127.0.0.1', proxyPort: 0, offline: false, stateFolder },
    { twilio: remoteServer(origin), ownPorts: () => [], log: silentLog },
  );
  onTestFinished(() => close(0));
  const { certificate } = await openAuthority(stateFolder);
  return { proxy: new URL(proxyUrl), ca: certificate };
}

async function openHost({ proxy, ca }: Awaited<ReturnType<typeof startInFrontOf>>) {
  const { socket } = await openTunnel(proxy, `${HOST}:443`);
  return openTls({ socket, servername: HOST, ca });
}

test('the proxy of exec passes requests on to a server that runs elsewhere', async () => {
  const started = await startInFrontOf((await startSim()).url);
  const connection = await openHost(started);
  for (let i = 0; i < 2; i += 1) {
    const { json } = await send({ connection, ...services });
    expect(json()['meta']).toMatchObject({ url: `https://${HOST}/v1/Services?PageSize=50&Page=0` });
  }
  const path = `https://${HOST}/v1/Services`;
  expect((await send({ ...services, path, port: portOf(started.proxy) })).status).toBe(200);
});

test('a request for another host than that of its TLS connection is misdirected', async () => {
  const connection = await openHost(await startInFrontOf((await startSim()).url));
  const headers = { ...services.headers, host: 'conversations.ie1.twilio.com' };
  expect((await send({ connection, ...services, headers })).json()).toMatchObject({
    status: 421,
    message: expect.stringContaining(`is not the name of the TLS handshake, "${HOST}"`),
  });
  expect((await send({ connection, ...services })).status).toBe(200);
});

test('WebSockets reach a server that runs elsewhere', async () => {
  const socket = await openHost(await startInFrontOf((await startSim()).url));
  const client = new WebSocket(`wss://${HOST}/v3/wsconnect`, { createConnection: () => socket });
  await once(client, 'open');
  expect(client.readyState).toBe(WebSocket.OPEN);
  client.close();
  await once(client, 'close');
});

test('a server that does not answer is a 502 that names it', async () => {
  const closed = createServer();
  const port = await listen(closed);
  await new Promise((resolve) => void closed.close(resolve));
  const started = await startInFrontOf(`http://127.0.0.1:${port}`);
  const expected = {
    status: 502,
    message: expect.stringContaining(`the understudy at http://127.0.0.1:${port} does not`),
  };
  expect((await send({ connection: await openHost(started), ...services })).json()).toMatchObject(expected);
  const path = `http://${HOST}/v1/Services`;
  expect((await send({ ...services, path, port: portOf(started.proxy) })).json()).toMatchObject(expected);
});

test('a client that goes away in the middle of a response does no harm', async () => {
  const server = http.createServer((_request, response) => void response.write('the beginning'));
  const closed = new Promise((resolve) => void server.on('connection', (socket) => socket.once('close', resolve)));
  const started = await startInFrontOf(`http://127.0.0.1:${await listen(server)}`);
  const connection = await openHost(started);
  connection.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await new Promise((resolve) => void connection.once('data', resolve));
  connection.destroy();
  await expect(closed).resolves.toBe(false);
});
