import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../helpers/command.js';
import { startSim } from '../helpers/sim.js';

test('without a name it lists the controls; with a name it runs one and prints JSON', async () => {
  const sim = await startSim();
  const world = sim.world('cli');
  const control = (...args: string[]) => start(['control', ...args, '--url', sim.url]).finished;
  const { stdout } = await control();
  expect(stdout).toMatch(/^clock\.show\n {4}Shows/);
  expect(stdout).toContain('clock.advance by=…\n');
  expect(stdout).toContain('clock.set [mode=…] [now=…]\n');
  const moved = await control('clock.advance', 'by=PT1H', '--world', world.accountSid);
  expect(JSON.parse(moved.stdout)).toMatchObject({ now: '2026-01-01T01:00:00.000Z' });
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  await control('receipts.set-rules', '--world', world.accountSid, 'rules=[{"address":"*","steps":[]}]');
  expect(await world.control('receipts.rules')).toEqual({ rules: [{ address: '*', steps: [] }] });
});

test('key@file reads a value from a file, such as an exported world', async () => {
  const sim = await startSim({ seed: 'support-desk' });
  const world = sim.world('file');
  const on = ['--url', sim.url, '--world', world.accountSid];
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'world.json');
  writeFileSync(file, (await start(['control', 'worlds.export', ...on]).finished).stdout);
  // More than a form can have.
  appendFileSync(file, ' '.repeat(65 * 1024 * 1024));
  const before = await world.call('listservice');
  await world.reset({ seed: 'empty' });
  expect(await start(['control', 'worlds.import', `document@${file}`, ...on]).finished).toMatchObject({ code: 0 });
  expect(await world.call('listservice')).toEqual(before);
  expect(readFileSync(file, 'utf8')).toContain('\n  "format": "understudy-worlds"');
});

test.each([
  [['clock.advance'], '`clock.advance`: `by` is required. (UNDERSTUDY_BAD_REQUEST)'],
  [['clock.advence'], 'There is no control `clock.advence`. Did you mean `clock.advance`?'],
  [['clock.advance', 'PT1H'], 'cannot read "PT1H": write key=value'],
  [['clock.advance', 'by@nowhere'], 'cannot read nowhere'],
  [['clock.advance', 'by=PT1H', '--world', 'me'], 'Understudy-World must be an account SID'],
])('%o fails with one line on stderr', async (args, message) => {
  const sim = await startSim();
  const { code, stderr } = await start(['control', ...args, '--url', sim.url]).finished;
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('without an understudy at --url, it says how to start one', async () => {
  const { code, stderr } = await start(['control', '--url', 'http://127.0.0.1:9']).finished;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('start one with `understudy serve`') });
});

test('it sends the token', async () => {
  const sim = await startSim({ token: 's3cret' });
  const shown = await start(['control', 'clock.show', '--url', sim.url], { UNDERSTUDY_TOKEN: 's3cret' }).finished;
  expect(shown.code).toBe(0);
  expect((await start(['control', 'clock.show', '--url', sim.url]).finished).stderr).toContain('requires a token');
});
