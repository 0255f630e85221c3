import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newFile } from '../cassette/harness.js';
import { createTestLive, failureOf, SERVICE } from './harness.js';

/** A self-signed certificate; `undefined` where openssl is not installed. */
function selfSigned(): { key: Buffer; cert: Buffer } | undefined {
  const folder = dirname(newFile());
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=127.0.0.1'];
  try {
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, '-days', '1'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test('a self-signed certificate is refused, even with NODE_TLS_REJECT_UNAUTHORIZED=0', async ({ skip }) => {
  const certificate = selfSigned();
  if (certificate === undefined) skip('openssl is not installed');
  let requests = 0;
  const server = createServer({ ...certificate }, (_, response) => {
    requests += 1;
    response.end('{}');
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { port } = server.address() as AddressInfo;
  const { call } = createTestLive(`https://127.0.0.1:${port}`);
  const failure = await failureOf(call('fetchservice', { Sid: SERVICE }));
  expect(failure).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_UNREACHABLE', status: 502 });
  expect(failure.message).toMatch(/certificate or TLS .* cannot be trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  expect(requests).toBe(0);
});
