import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.js';
import { init } from '../../src/cli/init.js';
import { serve } from '../../src/cli/serve.js';
import { root } from '../docs/pages.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

/** A folder with the package installed. */
function project(packageJson: object | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-init-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/twilio-understudy'));
  if (packageJson !== undefined) writeFileSync(join(folder, 'package.json'), JSON.stringify(packageJson));
  return folder;
}

async function initIn(folder: string, ...args: string[]): Promise<string> {
  let output = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => (output += String(text)) !== '');
  const { command, settings } = readCommandLine(['init', folder, ...args], [serve, init]);
  expect(await command.run(settings)).toBe(0);
  write.mockRestore();
  return output;
}

/** Runs Node.js in a folder, and returns what it prints. */
function node(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

test('init writes a config file, a seed and a test that runs with nothing but Node.js', async () => {
  const folder = project(undefined);
  const output = await initIn(folder);
  expect(output).toContain('npm install --save-dev twilio-understudy\n  node --test\n');
  expect(readdirSync(folder).filter((name) => name.startsWith('understudy'))).toEqual([
    'understudy.config.yaml',
    'understudy.seed.yaml',
    'understudy.test.mjs',
  ]);
  expect(await node(folder, '--test')).toMatchObject({ code: 0, output: expect.stringMatching(/pass 1\n/) });
});

test('the config file that it writes starts the server with the seed', async () => {
  const folder = project(undefined);
  await initIn(folder);
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  onTestFinished(() => void vi.restoreAllMocks());
  const { settings } = readCommandLine([], [serve, init]);
  expect(settings).toMatchObject({ seed: join(folder, 'understudy.seed.yaml') });
});

test('in a project with Jest and the SDK, the test uses both, as CommonJS', async () => {
  const folder = project({ devDependencies: { jest: '30', twilio: '6', 'twilio-understudy': '1' } });
  const output = await initIn(folder);
  expect(output).not.toContain('npm install');
  expect(output).toContain('npx jest');
  // Jest is not installed here: these are the two globals that the test needs.
  const globals = `globalThis.test = require('node:test').test;
    globalThis.expect = (actual) => ({ toBe: (expected) => require('node:assert').equal(actual, expected) });`;
  writeFileSync(join(folder, 'globals.cjs'), globals);
  expect(await node(folder, '--require', './globals.cjs', 'understudy.test.js')).toMatchObject({ code: 0 });
});

test.each([
  [{ devDependencies: { vitest: '4' } }, [], 'understudy.test.mjs', "from 'vitest'"],
  [{ type: 'module', devDependencies: { jest: '30' } }, [], 'understudy.test.cjs', 'require('],
  [{ devDependencies: { jest: '30' } }, ['--test', 'node'], 'understudy.test.mjs', "from 'node:test'"],
])('in a project with %j and the flags %j, the test is %s', async (packageJson, args, name, text) => {
  const folder = project(packageJson);
  await initIn(folder, ...args);
  expect(readFileSync(join(folder, name), 'utf8')).toContain(text);
});

test('files that exist are kept', async () => {
  const folder = project(undefined);
  writeFileSync(join(folder, 'understudy.seed.yaml'), 'mine');
  const output = await initIn(folder);
  expect(output).toContain('kept   understudy.seed.yaml\n');
  expect(output).toContain('wrote  understudy.config.yaml\n');
  expect(readFileSync(join(folder, 'understudy.seed.yaml'), 'utf8')).toBe('mine');
});

test('a package.json that cannot be read is an error, and nothing is written', async () => {
  const folder = project(undefined);
  writeFileSync(join(folder, 'package.json'), '{');
  await expect(async () => initIn(folder)).rejects.toThrow('package.json is not valid JSON');
  vi.restoreAllMocks();
  expect(readdirSync(folder)).toEqual(['node_modules', 'package.json']);
});
