import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { javaTrustStore } from '../../src/certificates/java-trust-store.js';
import { certificatesOf } from '../../src/certificates/roots.js';
import { readOwnTrustStore } from '../../src/cli/java-options.js';
import { temporaryFolder } from '../surfaces/proxy/harness.js';

test('options without a trust store name no certificates', () => {
  expect(readOwnTrustStore()).toBeUndefined();
  expect(readOwnTrustStore('-Xmx1g -Djavax.net.ssl.trustStoreType=JKS')).toBeUndefined();
});

test('a trust store that cannot be read is a problem that names it', () => {
  const { certificates, problem } = readOwnTrustStore('-Djavax.net.ssl.trustStore=/nowhere/own.jks -Xmx1g') ?? {};
  expect(certificates).toBe('');
  expect(problem).toMatch(/^Java programs do not trust the certificates of \/nowhere\/own\.jks, .*keytool/);
});

test('the certificates of the user’s own trust store are read', (context) => {
  if (spawnSync('keytool', ['-help']).error !== undefined) {
    const reason = 'keytool is not installed (Debian: apt-get install default-jre-headless)';
    process.stderr.write(`skipped the user's own trust store for Java: ${reason}\n`);
    context.skip(reason);
    return;
  }
  const [certificate = ''] = tls.rootCertificates;
  const file = join(temporaryFolder(), 'my own.jks');
  writeFileSync(file, javaTrustStore([certificate]));
  const options = `-Xmx1g "-Djavax.net.ssl.trustStore=${file}" -Djavax.net.ssl.trustStorePassword=changeit`;
  const { certificates = '', problem } = readOwnTrustStore(options) ?? {};
  expect({ problem, count: certificatesOf(certificates).length }).toEqual({ problem: undefined, count: 1 });
});
