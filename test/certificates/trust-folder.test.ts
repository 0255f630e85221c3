import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { javaTrustStore } from '../../src/certificates/java-trust-store.js';
import { certificatesOf, readPem, systemRoots } from '../../src/certificates/roots.js';
import { removeTrustFolders, writeTrustFolder } from '../../src/certificates/trust-folder.js';
import { temporaryFolder } from '../surfaces/proxy/harness.js';

const [one = '', two = '', three = ''] = tls.rootCertificates;

test('a bundle has every certificate once, whatever surrounds it', () => {
  const { bundle, phpIni } = writeTrustFolder(temporaryFolder(), [`# one\r\n${one}`, `${two}\n${one}`, '', three]);
  expect(readFileSync(bundle, 'utf8')).toBe(`${one}\n${two}\n${three}\n`);
  expect(readFileSync(join(phpIni, 'understudy.ini'), 'utf8')).toBe(
    `curl.cainfo="${bundle}"\nopenssl.cafile="${bundle}"\n`,
  );
});

test('the same certificates share a folder, and other ones do not disturb it', () => {
  const folder = temporaryFolder();
  const first = writeTrustFolder(folder, [one]);
  expect(writeTrustFolder(folder, [one])).toEqual(first);
  expect(writeTrustFolder(folder, [one, two]).bundle).not.toBe(first.bundle);
  expect(readFileSync(first.bundle, 'utf8')).toBe(`${one}\n`);
  expect(readdirSync(folder)).toHaveLength(2);
  removeTrustFolders(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('folders that nobody has used for a month are removed', () => {
  const folder = temporaryFolder();
  const old = dirname(writeTrustFolder(folder, [one]).bundle);
  const past = new Date(Date.now() - 31 * 24 * 3_600_000);
  utimesSync(old, past, past);
  const { bundle } = writeTrustFolder(folder, [two]);
  expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([dirname(bundle)]);
});

test('a folder that cannot be written is an error that names UNDERSTUDY_STATE_DIR', () => {
  const file = join(temporaryFolder(), 'a-file');
  writeFileSync(file, '');
  expect(() => writeTrustFolder(file, [one])).toThrow('set UNDERSTUDY_STATE_DIR');
});

test("the system's roots are certificates, and files without certificates count as absent", () => {
  expect(certificatesOf(systemRoots()).length).toBeGreaterThan(50);
  const file = join(temporaryFolder(), 'empty.pem');
  writeFileSync(file, 'nothing');
  expect([readPem(file), readPem('/nowhere'), readPem('')]).toEqual([undefined, undefined, undefined]);
});

test('keytool reads the trust store for Java, without a password', (context) => {
  if (spawnSync('keytool', ['-help']).error !== undefined) {
    const reason = 'keytool is not installed (Debian: apt-get install default-jre-headless)';
    process.stderr.write(`skipped the trust store for Java: ${reason}\n`);
    context.skip(reason);
    return;
  }
  const file = join(temporaryFolder(), 'trust.jks');
  writeFileSync(file, javaTrustStore([one, two]));
  const options = { encoding: 'utf8', input: '\n' } as const;
  const listed = spawnSync('keytool', ['-J-XX:TieredStopAtLevel=1', '-list', '-keystore', file], options);
  expect(listed.stdout).toContain('Your keystore contains 2 entries');
  const checked = spawnSync('keytool', ['-list', '-keystore', file, '-storepass', 'changeit'], options);
  expect(checked.stdout).toContain('understudy-1');
});
