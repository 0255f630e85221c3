/** The packed package, installed by npm as a user does it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { npm, userEnvironment } from '../packaging/pack.js';

const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
};
const home = mkdtempSync(join(tmpdir(), 'understudy-installed-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(async () => {
  // Without a package.json here, npm would install into the nearest parent folder that has one.
  writeFileSync(join(home, 'package.json'), '{}\n');
  // Fails if a dependency does not support this version of Node.js.
  await npm(home, 'install', inject('tarball'), '--engine-strict');
});

test('provides an executable command', () => {
  for (const name of Object.keys(manifest.bin)) {
    expect(() => accessSync(join(home, 'node_modules/.bin', name), constants.X_OK)).not.toThrow();
  }
});

test('starts with npx, answers, and stops on SIGINT', async () => {
  // A process group of its own, so that a signal reaches npx, its shell and the server, as Ctrl-C does.
  const command = ['twilio-understudy', 'serve', '--rest-port', '0', '--mcp-port', '0', '--seed', 'support-desk'];
  const child = spawn('npx', command, { cwd: home, env: userEnvironment(), detached: true });
  const group = -(child.pid ?? 0);
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, 'SIGKILL');
  });
  const closed = once(child, 'close');
  let banner = '';
  for await (const chunk of child.stdout) {
    banner += String(chunk);
    if (banner.includes('const client')) break;
  }
  expect(banner).toContain(`understudy ${manifest.version}`);
  const address = (name: string) => new RegExp(`^  ${name} +(http:[^\\s…]+)`, 'm').exec(banner)?.[1] ?? '';
  const response = await fetch(`${address('rest')}services`);
  expect(await response.json()).toMatchObject({ services: [{ friendly_name: 'Support desk' }] });
  expect((await fetch(address('control'))).status).toBe(200);

  process.kill(group, 'SIGINT');
  await closed;
  await expect(fetch(address('control'))).rejects.toThrow('fetch failed');
});
