import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../../helpers/command.js';
import { startUpstream } from '../../helpers/upstream.js';
import { ask, startSim } from '../../helpers/sim.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('`control` alone lists what can be done; with a name it does it and prints JSON', async () => {
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

test('a value comes from a file by key@file, such as a world that was exported', async () => {
  const sim = await startSim({ seed: 'support-desk' });
  const world = sim.world('file');
  const on = ['--url', sim.url, '--world', world.accountSid];
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'world.json');
  writeFileSync(file, (await start(['control', 'worlds.export', ...on]).finished).stdout);
  const before = await world.call('listservice');
  await world.reset({ seed: 'empty' });
  expect(await start(['control', 'worlds.import', `document@${file}`, ...on]).finished).toMatchObject({ code: 0 });
  expect(await world.call('listservice')).toEqual(before);
  expect(readFileSync(file, 'utf8')).toContain('\n  "format": "understudy-worlds"');
});

test.each([
  [['clock.advance'], '`clock.advance`: `by` is needed. (UNDERSTUDY_BAD_REQUEST)'],
  [['clock.advence'], 'There is no control `clock.advence`. Did you mean `clock.advance`?'],
  [['clock.advance', 'PT1H'], '"PT1H" is no value: write key=value'],
  [['clock.advance', 'by@nowhere'], 'nowhere cannot be read'],
  [['clock.advance', 'by=PT1H', '--world', 'me'], 'Understudy-World must be an account SID'],
])('`control` %o fails in one line', async (args, message) => {
  const sim = await startSim();
  const { code, stderr } = await start(['control', ...args, '--url', sim.url]).finished;
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('where no understudy is, `control` says how to start one', async () => {
  const { code, stderr } = await start(['control', '--url', 'http://127.0.0.1:9']).finished;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('start one by `understudy serve`') });
});

test('`control` shows the token', async () => {
  const sim = await startSim({ token: 's3cret' });
  const shown = await start(['control', 'clock.show', '--url', sim.url], { UNDERSTUDY_TOKEN: 's3cret' }).finished;
  expect(shown.code).toBe(0);
  expect((await start(['control', 'clock.show', '--url', sim.url]).finished).stderr).toContain('wants its token');
});

/** What a program prints that was started with `register` in one of the ways. */
async function printed(how: 'exec' | 'import') {
  const sim = await startSim();
  const elsewhere = await startUpstream((response) => void response.end('elsewhere'));
  const world = sim.world('register');
  for (const FriendlyName of ['one', 'two']) await ask(world, 'createservice', { body: { FriendlyName } });
  const app = `${root}test/control/register-app.mjs`;
  const env = {
    TWILIO_ACCOUNT_SID: world.accountSid,
    TWILIO_AUTH_TOKEN: world.authToken,
    ELSEWHERE: elsewhere.origin,
    UNDERSTUDY_URL: sim.url,
  };
  if (how === 'exec') return start(['exec', '--', 'node', app], env).finished;
  const own = Object.entries(process.env).filter(([name]) => !/^(UNDERSTUDY|TWILIO)_/.test(name));
  const child = spawn(process.execPath, ['--import', 'twilio-understudy/register', app], {
    cwd: root,
    env: { ...Object.fromEntries(own), ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
}

test.each(['exec', 'import'] as const)(
  'by %s every Node client reaches the simulator, and nothing else does',
  async (how) => {
    const { code, stdout, stderr } = await printed(how);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      sdk: 2,
      region: 2,
      paging: 2,
      fetch: 2,
      axios: 2,
      https: 2,
      named: 2,
      http: 2,
      undici: 2,
      ownAgent: 2,
      origin: 'https://conversations.twilio.com',
      elsewhere: 'elsewhereelsewhere',
      otherTls: true,
    });
  },
);

test('`exec` ends as its program ends, and hands its flags on', async () => {
  const seven = await start(['exec', 'node', '-e', 'process.exit(7)']).finished;
  expect(seven.code).toBe(7);
  const echo = await start(['exec', '--', 'node', '-p', 'process.argv.slice(1).join()', '--', '--url', 'x']).finished;
  expect(echo.stdout.trim()).toBe('--url,x');
  const missing = await start(['exec', '--', 'no-such-program']).finished;
  expect({ code: missing.code, stderr: missing.stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('no-such-program cannot be started'),
  });
});

test('`exec` passes a signal on', async () => {
  const started = start(['exec', '--', 'node', '-e', 'console.log("up"); setInterval(() => {}, 1000)']);
  await started.printed('up');
  started.process.kill('SIGTERM');
  expect((await started.finished).code).toBe(143);
});
