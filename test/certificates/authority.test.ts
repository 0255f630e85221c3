import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openAuthority, readAuthority, removeAuthority } from '../../src/certificates/authority.js';
import { issueAuthority, issueServer } from '../../src/certificates/issue.js';
import { issuedCertificates } from '../../src/certificates/server-certificates.js';
import { listen, temporaryFolder } from '../surfaces/proxy/harness.js';

const DAY = 24 * 3_600_000;
const forDays = (days: number) => ({ from: new Date(Date.now() - DAY), to: new Date(Date.now() + days * DAY) });
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test('the authority is made once, lasts two years, and only its owner can read the key', async () => {
  const folder = temporaryFolder();
  const created = await openAuthority(folder);
  expect(await openAuthority(folder)).toEqual(created);
  const years = (created.expires.getTime() - Date.now()) / (365 * DAY);
  expect(years).toBeGreaterThan(1.99);
  expect(years).toBeLessThanOrEqual(2);
  expect(modeOf(join(folder, 'ca'))).toBe('700');
  expect(modeOf(join(folder, 'ca', 'ca-key.pem'))).toBe('600');
});

test('processes that start at the same time get the same authority', async () => {
  const folder = temporaryFolder();
  const all = await Promise.all(Array.from({ length: 5 }, () => openAuthority(folder)));
  expect(new Set(all.map(({ certificate }) => certificate)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['ca']);
});

test('an authority near its end is replaced', async () => {
  const folder = temporaryFolder();
  const first = await openAuthority(folder);
  const { certificate, key } = await issueAuthority('old', 'twilio.com', forDays(50));
  writeFileSync(first.file, certificate);
  writeFileSync(join(folder, 'ca', 'ca-key.pem'), key);
  expect(readAuthority(folder)?.certificate).toBe(certificate);
  const renewed = await openAuthority(folder);
  expect(renewed.certificate).not.toBe(certificate);
  expect(renewed.expires.getTime() - Date.now()).toBeGreaterThan(700 * DAY);
});

test('a key that others can read is protected again', async () => {
  const folder = temporaryFolder();
  await openAuthority(folder);
  const key = join(folder, 'ca', 'ca-key.pem');
  chmodSync(key, 0o644);
  await openAuthority(folder);
  expect(modeOf(key)).toBe('600');
});

test.each([
  ['ca.pem', (file: string) => rmSync(file), 'is missing'],
  ['ca-key.pem', (file: string) => rmSync(file), 'is missing'],
  ['ca.pem', (file: string) => writeFileSync(file, 'nonsense'), 'not a certificate and a private key'],
  ['ca-key.pem', (file: string) => writeFileSync(file, ''), 'not a certificate and a private key'],
  ['ca-key.pem', (file: string) => (rmSync(file), mkdirSync(file)), 'ca-key.pem cannot be read'],
])('a damaged %s is an error that names the remedy', async (name, damage, reason) => {
  const folder = temporaryFolder();
  await openAuthority(folder);
  damage(join(folder, 'ca', name));
  await expect(openAuthority(folder)).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_CA' });
  await expect(openAuthority(folder)).rejects.toThrow(reason);
  await expect(openAuthority(folder)).rejects.toThrow('understudy ca remove');
  expect(removeAuthority(folder)).toBe(true);
  await expect(openAuthority(folder)).resolves.toBeDefined();
});

test('a key of another authority is an error', async () => {
  const [folder, other] = [temporaryFolder(), temporaryFolder()];
  await openAuthority(folder);
  const { key } = await openAuthority(other);
  writeFileSync(join(folder, 'ca', 'ca-key.pem'), key);
  await expect(openAuthority(folder)).rejects.toThrow('its key does not belong to its certificate');
});

test('a folder that cannot be written is an error that names UNDERSTUDY_STATE_DIR', async () => {
  const file = join(temporaryFolder(), 'a-file');
  writeFileSync(file, '');
  await expect(openAuthority(join(file, 'state'))).rejects.toThrow('set UNDERSTUDY_STATE_DIR');
});

/** How a client that trusts the authority sees a certificate for a name. */
async function verify(authority: { certificate: string; key: string }, name: string): Promise<string> {
  const { certificate, key } = await issueServer(authority, [name], forDays(10));
  const port = await listen(tls.createServer({ cert: certificate, key }));
  const socket = tls.connect({ port, servername: name, ca: authority.certificate });
  try {
    await once(socket, 'secureConnect');
    return 'trusted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
  }
}

test('clients trust the authority for names of Twilio and for nothing else', async () => {
  const authority = await openAuthority(temporaryFolder());
  expect(await verify(authority, 'conversations.twilio.com')).toBe('trusted');
  expect(await verify(authority, 'conversations.dublin.ie1.twilio.com')).toBe('trusted');
  for (const name of ['example.com', 'localhost', 'nottwilio.com', 'twilio.com.example.com'])
    expect(await verify(authority, name)).toBe('permitted subtree violation');
});

test('files of certificates contain no private key', async () => {
  const { file } = await openAuthority(temporaryFolder());
  expect(readFileSync(file, 'utf8')).not.toContain('PRIVATE');
});

test('a server that runs for months renews the certificate for clients that give no name', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { fallback } = issuedCertificates(await openAuthority(temporaryFolder()));
  const first = await fallback();
  vi.setSystemTime(Date.now() + 29 * DAY);
  expect(await fallback()).toBe(first);
  vi.setSystemTime(Date.now() + 2 * DAY);
  const { certificate } = await fallback();
  expect(Date.parse(new X509Certificate(certificate).validTo)).toBeGreaterThan(Date.now() + 80 * DAY);
});
