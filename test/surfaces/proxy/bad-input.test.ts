import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { issueAuthority, issueServer } from '../../../src/certificates/issue.js';
import { createCallerCheck } from '../../../src/surfaces/proxy/caller-check.js';
import { createOutside } from '../../../src/surfaces/proxy/outside.js';
import { createProxy } from '../../../src/surfaces/proxy/proxy.js';
import { exchange } from '../../helpers/socket.js';
import {
  AUTHORIZATION,
  listen,
  openTls,
  openTunnel,
  portOf,
  send,
  silentLog,
  startIntercepting,
  temporaryFolder,
} from './harness.js';

const HOST = 'conversations.twilio.com';
const services = { path: '/v1/Services', headers: { host: HOST, authorization: AUTHORIZATION } };

test.each(['--proxy-port', '--tls-port'])('a port that is taken is an error that names %s', async (flag) => {
  const taken = await listen(createServer());
  const settings = flag === '--proxy-port' ? { proxyPort: taken } : { tlsPort: taken };
  await expect(startIntercepting(settings)).rejects.toMatchObject({
    name: 'UNDERSTUDY_PORT_TAKEN',
    message: expect.stringContaining(`another port with ${flag}`),
  });
});

test('the proxy does not connect to the ports of its own server', async () => {
  const { proxy, tls: secure, understudy } = await startIntercepting();
  const ports = [understudy.restUrl, understudy.mcpUrl, proxy.href, secure.href].map((url) => new URL(url).port);
  for (const port of ports) {
    for (const host of ['127.0.0.1', 'localhost', '0.0.0.0']) {
      const { status, message } = await openTunnel(proxy, `${host}:${port}`);
      expect({ status, message }).toEqual({
        status: 403,
        message: expect.stringContaining('a port of understudy itself'),
      });
    }
    const plain = await send({ port: portOf(proxy), path: `http://127.0.0.1:${port}/` });
    expect(plain.json()).toMatchObject({ status: 403 });
  }
});

test.each(['nowhere', 'host:0', 'host:70000', 'bad host:1', '[::1:443', 'user@host:443'])(
  'CONNECT %s is a bad request',
  async (target) => {
    const { proxy } = await startIntercepting();
    const { status, body } = await exchange(proxy.href, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect({ status, body }).toEqual({
      status: 400,
      body: expect.stringMatching(/needs a host and a port|well-formed/),
    });
  },
);

test('a request to the proxy itself says what the port is for', async () => {
  const { proxy } = await startIntercepting();
  expect((await send({ port: portOf(proxy), path: '/' })).json()).toMatchObject({
    status: 400,
    message: expect.stringContaining('HTTPS_PROXY'),
  });
  expect(await exchange(proxy.href, 'nonsense\r\n\r\n')).toMatchObject({ status: 400 });
});

/** A proxy that behaves as if other machines could reach it. */
async function startExposed(): Promise<URL> {
  const proxy = createProxy({
    twilio: { connection: (socket) => void socket.end('HTTP/1.1 204 No Content\r\n\r\n'), request: () => undefined },
    acceptTls: () => undefined,
    isRedirected: (host) => host === HOST,
    outside: createOutside({ offline: false, isExposed: true, ownPorts: () => [], timeoutMs: 5000 }),
    checkCaller: createCallerCheck({ isExposed: true, token: 'a-long-token' }),
    timeoutMs: 5000,
    log: silentLog,
  });
  return new URL(`http://127.0.0.1:${await listen(proxy)}`);
}

const basic = (password: string) => `Basic ${Buffer.from(`understudy:${password}`).toString('base64')}`;

test('a proxy that other machines can reach requires the token', async () => {
  const proxy = await startExposed();
  const allowed = [basic('a-long-token'), 'Bearer a-long-token'];
  for (const authorization of allowed) {
    expect((await openTunnel(proxy, `${HOST}:443`, { 'proxy-authorization': authorization })).status).toBe(200);
  }
  for (const headers of [{}, { 'proxy-authorization': basic('another-token') }, { authorization: allowed[0] }]) {
    const refused = await openTunnel(proxy, `${HOST}:443`, headers);
    expect(refused).toMatchObject({ status: 407, message: expect.stringContaining('requires the token') });
    expect(refused.headers['proxy-authenticate']).toMatch(/^Basic /);
    expect((await send({ port: portOf(proxy), path: 'http://example.com/', headers })).status).toBe(407);
  }
});

test('callers on other machines do not reach what listens on the machine of the proxy', async () => {
  const proxy = await startExposed();
  const port = await listen(createServer());
  const refused = await openTunnel(proxy, `localhost:${port}`, { 'proxy-authorization': basic('a-long-token') });
  expect(refused).toMatchObject({ status: 403, message: expect.stringContaining('on the machine of the proxy') });
});

/** A request of a caller with this address. */
const from = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as never;

test('a proxy for this machine alone refuses callers from elsewhere', () => {
  const check = createCallerCheck({ isExposed: false });
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(() => check(from(address))).not.toThrow();
  expect(() => check(from('192.0.2.7'))).toThrow('serves only its own machine, not 192.0.2.7');
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'clients that do not trust the certificate are reported once, with the remedy (%s)',
  async (maxVersion) => {
    const { tls: secure, log, stateFolder } = await startIntercepting();
    for (let i = 0; i < 3; i += 1)
      await once(tls.connect({ port: portOf(secure), servername: HOST, maxVersion }), 'error');
    await expect.poll(() => log).toHaveLength(1);
    expect(log[0]).toContain('a client does not seem to trust our certificate');
    expect(log[0]).toContain(`or let it trust ${join(stateFolder, 'ca', 'ca.pem')}`);
  },
);

test('clients without TLS 1.2 are refused and reported once', async () => {
  const { tls: secure, log, ca } = await startIntercepting();
  for (let i = 0; i < 2; i += 1) {
    const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const socket = tls.connect({ port: portOf(secure), servername: HOST, ca, ...options });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/protocol version/);
  }
  await expect.poll(() => log).toHaveLength(1);
  expect(log[0]).toContain('refused a client that supports no TLS version from 1.2 on');
});

test('a request for another host than that of its TLS connection is misdirected', async () => {
  const { tls: secure, ca } = await startIntercepting();
  const connection = await openTls({ port: portOf(secure), servername: HOST, ca });
  const headers = { ...services.headers, host: 'conversations.ie1.twilio.com' };
  expect((await send({ connection, ...services, headers })).json()).toMatchObject({
    status: 421,
    message: expect.stringContaining(`is not the name of the TLS handshake, "${HOST}"`),
  });
  // The connection goes on.
  expect((await send({ connection, ...services })).status).toBe(200);
});

test('plain HTTP on the port for HTTPS is answered with an explanation', async () => {
  const { tls: secure } = await startIntercepting();
  const { status, body } = await exchange(`http://127.0.0.1:${secure.port}`, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  expect({ status, body }).toEqual({ status: 400, body: expect.stringContaining('This port speaks HTTPS') });
});

test('nonsense after the first byte of TLS closes the connection, and the server stays up', async () => {
  const { tls: secure, ca } = await startIntercepting();
  const socket = connect(portOf(secure), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume().write(Buffer.from([0x16, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  await once(socket, 'close');
  const connection = await openTls({ port: portOf(secure), servername: HOST, ca });
  expect((await send({ connection, ...services })).status).toBe(200);
});

const DAY = 24 * 3_600_000;
const validity = { from: new Date(Date.now() - DAY), to: new Date(Date.now() + DAY) };

test('a client with a certificate of its own is served like any other', async () => {
  const { tls: secure, ca } = await startIntercepting();
  const { certificate, key } = await issueAuthority('a client', 'example.com', validity);
  const connection = await openTls({ port: portOf(secure), servername: HOST, ca, cert: certificate, key });
  expect((await send({ connection, ...services })).status).toBe(200);
});

/** Writes a certificate for `api.example.com` and its key. */
async function ownFiles() {
  const folder = temporaryFolder();
  const authority = await issueAuthority('own authority', 'example.com', validity);
  const { certificate, key } = await issueServer(authority, ['api.example.com'], validity);
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(tlsCert, certificate);
  writeFileSync(tlsKey, key);
  return { tlsCert, tlsKey, ca: authority.certificate };
}

test('--tls-cert and --tls-key replace our certificates on the port for HTTPS', async () => {
  const { ca, ...files } = await ownFiles();
  const { tls: secure } = await startIntercepting({ ...files, publicUrl: 'https://api.example.com' });
  const connection = await openTls({ port: portOf(secure), servername: 'api.example.com', ca });
  const headers = { ...services.headers, host: 'api.example.com' };
  expect((await send({ connection, ...services, headers })).status).toBe(200);
});

test('unusable files for --tls-cert and --tls-key are errors that name them', async () => {
  const files = await ownFiles();
  const others = await ownFiles();
  const start = (settings: object) => startIntercepting({ tlsCert: files.tlsCert, tlsKey: files.tlsKey, ...settings });
  await expect(start({ tlsCert: '/nowhere/cert.pem' })).rejects.toThrow('--tls-cert /nowhere/cert.pem cannot be read');
  await expect(start({ tlsKey: files.tlsCert })).rejects.toThrow(`--tls-key ${files.tlsCert} is not a private key`);
  await expect(start({ tlsKey: others.tlsKey })).rejects.toThrow('does not belong to the certificate');
  await expect(start({ tlsKey: undefined })).rejects.toThrow('--tls-cert has no effect without --tls-key');
  await expect(startIntercepting({ offline: true, proxyPort: undefined })).rejects.toThrow(
    '--offline has no effect without --proxy-port',
  );
});

test('a damaged authority is an error that says how to replace it', async () => {
  const { stateFolder } = await startIntercepting();
  writeFileSync(join(stateFolder, 'ca', 'ca.pem'), 'damaged');
  await expect(startIntercepting({ stateFolder })).rejects.toMatchObject({
    name: 'UNDERSTUDY_BAD_CA',
    message: expect.stringContaining('Remove it with `understudy ca remove`'),
  });
});
