import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../helpers/command.js';
import { temporaryFolder } from '../surfaces/proxy/harness.js';

const ca = (folder: string, ...args: string[]) => start(['ca', ...args], { UNDERSTUDY_STATE_DIR: folder }).finished;

test('ca shows, exports and removes the authority, and never its key', async () => {
  const folder = temporaryFolder();
  const none = await ca(folder, 'show');
  expect({ code: none.code, stdout: none.stdout }).toEqual({
    code: 1,
    stdout: expect.stringContaining('no certificate'),
  });
  expect(existsSync(join(folder, 'ca'))).toBe(false);

  const file = (await ca(folder, 'path')).stdout.trim();
  expect(file).toBe(join(folder, 'ca', 'ca.pem'));
  const certificate = readFileSync(file, 'utf8');
  const shown = (await ca(folder, 'show')).stdout;
  expect(shown).toMatch(/\nspki sha256 {2}[\w+/]{43}=\n/);
  expect(shown).toContain(`file         ${file}`);
  expect(shown).toContain('only for     twilio.com and its subdomains');

  expect((await ca(folder, 'export')).stdout).toBe(certificate);
  const out = join(folder, 'roots.pem');
  expect(await ca(folder, 'export', '--format', 'bundle', '--out', out)).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(out, 'utf8')).toContain(certificate.trim());
  expect(readFileSync(out, 'utf8').length).toBeGreaterThan(50_000);

  mkdirSync(join(folder, 'trust-0123'));
  expect((await ca(folder, 'remove')).stdout).toBe('Removed the certificate authority.\n');
  for (const name of ['ca', 'trust-0123']) expect(existsSync(join(folder, name))).toBe(false);
});

test('ca reports a damaged authority and a file that cannot be written', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'ca'));
  writeFileSync(join(folder, 'ca', 'ca.pem'), 'damaged');
  const damaged = await ca(folder, 'path');
  expect(damaged).toMatchObject({ code: 1, stdout: '' });
  expect(damaged.stderr).toMatch(/^understudy: the certificate authority in .* is damaged: .*`understudy ca remove`/);
  await ca(folder, 'remove');
  expect((await ca(folder, 'export', '--out', '/nowhere/ca.pem')).stderr).toContain(
    '--out /nowhere/ca.pem cannot be written',
  );
});
