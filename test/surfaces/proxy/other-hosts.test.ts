import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { issueAuthority, issueServer } from '../../../src/certificates/issue.js';
import { createOutside } from '../../../src/surfaces/proxy/outside.js';
import { connectTls } from '../../../src/surfaces/proxy/tls-client.js';
import { listen, openTls, openTunnel, portOf, readAll, send, startIntercepting } from './harness.js';

/** A server that returns every byte. */
const echo = () => listen(createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket)));

test('a host that is not Twilio’s gets and sends every byte as it is', async () => {
  const { proxy } = await startIntercepting();
  const { socket } = await openTunnel(proxy, `127.0.0.1:${await echo()}`);
  const bytes = randomBytes(300_000);
  socket.end(bytes);
  expect((await readAll(socket)).equals(bytes)).toBe(true);
});

/** A certificate of another authority for `localhost`. */
async function otherCertificate() {
  const day = 24 * 3_600_000;
  const validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + day) };
  const authority = await issueAuthority('somebody else', 'localhost', validity);
  return { authority, server: await issueServer(authority, ['localhost'], validity) };
}

/** An HTTPS server with that certificate, which reports the connection it sees. */
async function startSecure() {
  const { authority, server } = await otherCertificate();
  const secure = tls.createServer({ key: server.key, cert: server.certificate }, (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX-Server: other\r\n\r\nelsewhere');
  });
  return { ca: authority.certificate, port: await listen(secure) };
}

test('the certificate of another host is its own', async () => {
  const { ca, port } = await startSecure();
  const { proxy } = await startIntercepting();
  const { socket } = await openTunnel(proxy, `localhost:${port}`);
  const secure = await openTls({ socket, servername: 'localhost', ca });
  expect(secure.getPeerCertificate().issuer.CN).toBe('somebody else');
  expect(String(await readAll(secure))).toContain('elsewhere');
});

test('a plain request to another host passes with its body, and so does the response', async () => {
  const seen: http.IncomingMessage[] = [];
  const other = http.createServer((request, response) => {
    seen.push(request);
    response.writeHead(201, 'Made', ['X-One', '1', 'x-two', '2', 'Connection', 'X-Hop', 'X-Hop', 'gone']);
    request.pipe(response);
  });
  const port = await listen(other);
  const { proxy } = await startIntercepting();
  const path = `http://127.0.0.1:${port}/a%20b?c=d`;
  const headers = { Host: `127.0.0.1:${port}`, 'X-Case': 'Kept', 'Proxy-Authorization': 'Basic eDp5', TE: 'trailers' };
  const response = await send({ port: portOf(proxy), method: 'PUT', path, headers }, 'a body');
  expect(response.text).toBe('a body');
  expect(response.status).toBe(201);
  expect(response.headers).toMatchObject({ 'x-one': '1', 'x-two': '2' });
  expect(response.headers).not.toHaveProperty('x-hop');
  expect(seen[0]).toMatchObject({ method: 'PUT', url: '/a%20b?c=d' });
  expect(seen[0]?.rawHeaders).toContain('X-Case');
  expect(seen[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test('a request with a whole https URL is sent with TLS, whose certificate is checked', async () => {
  const { port } = await startSecure();
  const { proxy } = await startIntercepting();
  const { status, json } = await send({ port: portOf(proxy), path: `https://localhost:${port}/` });
  expect(status).toBe(502);
  expect(json()['message']).toMatch(/cannot connect to localhost:\d+: (unable to verify|self-signed certificate)/);
});

test('a host that does not answer is a 502 with the reason', async () => {
  const { proxy } = await startIntercepting();
  const closed = createServer();
  const port = await listen(closed);
  closed.close();
  await once(closed, 'close');
  const { status, message } = await openTunnel(proxy, `127.0.0.1:${port}`);
  expect({ status, message }).toEqual({ status: 502, message: expect.stringContaining('ECONNREFUSED') });
  const plain = await send({ port: portOf(proxy), path: `http://127.0.0.1:${port}/` });
  expect(plain.json()).toMatchObject({ status: 502, message: expect.stringContaining('ECONNREFUSED') });
});

test('with --offline, the proxy connects to no other host', async () => {
  const { proxy } = await startIntercepting({ offline: true });
  const { status, message } = await openTunnel(proxy, 'example.com:443');
  expect({ status, message }).toEqual({ status: 403, message: expect.stringContaining('--offline') });
  const plain = await send({ port: portOf(proxy), path: 'http://example.com/' });
  expect(plain.json()).toMatchObject({ status: 403, message: expect.stringContaining('example.com') });
});

/** Another proxy, which notes what it is asked for. */
async function startParent() {
  const asked: string[] = [];
  const parent = http.createServer((request, response) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    response.end('from the parent');
  });
  parent.on('connect', (request, socket: Socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    if (request.url === 'refused.example:443') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\nfrom the parent');
    socket.pipe(socket);
  });
  const url = `http://user:pass%20word@127.0.0.1:${await listen(parent)}`;
  return { asked, url };
}

test('a proxy of another kind in the environment is an error that names it', async () => {
  vi.stubEnv('https_proxy', 'socks5://user:secret@127.0.0.1:1080');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { proxy } = await startIntercepting();
  const { status, message } = await openTunnel(proxy, 'example.com:443');
  expect({ status, message }).toEqual({ status: 502, message: expect.stringContaining('socks5://127.0.0.1:1080') });
  expect(message).not.toContain('secret');
});

test('a proxy of the environment that does not answer is an error after the timeout', async () => {
  const port = await listen(createServer((socket) => void socket.resume()));
  vi.stubEnv('https_proxy', `http://127.0.0.1:${port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const outside = createOutside({ offline: false, isExposed: false, ownPorts: () => [], timeoutMs: 200 });
  const tunnel = outside.tunnel({ host: 'example.com', port: 443 });
  await expect(tunnel).rejects.toMatchObject({ message: expect.stringContaining('no answer within 0.2 seconds') });
});

test('a TLS connection names the host in its handshake, unless it is an IP address', async () => {
  const { server } = await otherCertificate();
  const names: string[] = [];
  const SNICallback: tls.TlsOptions['SNICallback'] = (name, done) => {
    names.push(name);
    done(null);
  };
  const port = await listen(tls.createServer({ key: server.key, cert: server.certificate, SNICallback }));
  for (const host of ['127.0.0.1', 'localhost']) {
    const socket = connectTls(host, { port });
    // No client trusts the certificate.
    await once(socket, 'error');
  }
  expect(names).toEqual(['localhost']);
});

test('the proxy of the environment is used for other hosts', async () => {
  const { asked, url } = await startParent();
  for (const name of ['https_proxy', 'http_proxy']) vi.stubEnv(name, url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { proxy } = await startIntercepting();
  const { socket } = await openTunnel(proxy, 'example.com:443');
  socket.end(' and back');
  expect(String(await readAll(socket))).toBe('from the parent and back');
  expect((await send({ port: portOf(proxy), path: 'http://example.com/path' })).text).toBe('from the parent');
  expect((await openTunnel(proxy, 'refused.example:443')).message).toContain('it responded with 403');
  const credentials = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
  expect(asked).toEqual([
    `example.com:443 ${credentials}`,
    `http://example.com/path ${credentials}`,
    `refused.example:443 ${credentials}`,
  ]);
});
