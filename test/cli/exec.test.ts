import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../helpers/command.js';
import { callOk, startSim } from '../helpers/sim.js';
import { startUpstream } from '../helpers/upstream.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the program with `register` preloaded, by `exec` or by Node's own flag. */
async function runApp(how: 'exec' | 'import') {
  const sim = await startSim();
  const elsewhere = await startUpstream((response) => void response.end('elsewhere'));
  const world = sim.world('register');
  for (const FriendlyName of ['one', 'two']) await callOk(world, 'createservice', { body: { FriendlyName } });
  const app = `${root}test/cli/register-app.mjs`;
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
  'with %s, every Node.js HTTP client reaches the simulator instead of Twilio, and other hosts as before',
  async (how) => {
    const { code, stdout, stderr } = await runApp(how);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // The default service, and the two that were created.
    expect(JSON.parse(stdout)).toEqual({
      sdk: 3,
      region: 3,
      paging: 3,
      fetch: 3,
      axios: 3,
      https: 3,
      namedImport: 3,
      http: 3,
      undici: 3,
      ownAgent: 3,
      media: 'media.us1.twilio.com a picture',
      origin: 'https://conversations.twilio.com',
      elsewhere: 'elsewhereelsewhere',
      otherTls: true,
    });
  },
);

test('exec exits with the exit code of its program, and passes flags on', async () => {
  const { url } = await startSim();
  const exec = (...args: string[]) => start(['exec', '--url', url, ...args]).finished;
  const seven = await exec('node', '-e', 'process.exit(7)');
  expect(seven.code).toBe(7);
  const echo = await exec('--', 'node', '-p', 'process.argv.slice(1).join()', '--', '--url', 'x');
  expect(echo.stdout.trim()).toBe('--url,x');
  const missing = await exec('--', 'no-such-program');
  expect({ code: missing.code, stderr: missing.stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('cannot start no-such-program'),
  });
});

const untilStopped = [
  '--',
  'node',
  '-e',
  'console.log("up " + process.env.UNDERSTUDY_URL); setInterval(() => {}, 1000)',
];

const sendSms = `require('twilio')('AC' + '0'.repeat(32), 'x').messages.create({ to: '+12025550123', from: '+12025550199', body: 'Hi' })
  .catch((error) => console.log(error.status, error.code, error.message))`;

test('exec refuses calls to other hosts of Twilio, with an error that says so', async () => {
  const { url } = await startSim();
  const { code, stdout } = await start(['exec', '--url', url, '--', 'node', '-e', sendSms]).finished;
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^501 990115 api\.twilio\.com\/2010-04-01\/.* was not sent to Twilio.*--allow-twilio api\.twilio\.com/,
  );
});

test('exec --allow-twilio lets a host of Twilio out', async () => {
  const { url } = await startSim();
  // Names of this kind have no address, so nothing leaves this machine.
  const lookUp = `fetch('https://nowhere.invalid.twilio.com/').catch(({ cause }) => console.log(require('util').inspect(cause)))`;
  const refused = await start(['exec', '--url', url, '--', 'node', '-e', lookUp]).finished;
  expect(refused.stdout).toBe('');
  const lookUpHook = `require('dns').lookup = (name, ...rest) => rest.at(-1)(Object.assign(new Error(name), { code: 'LOOKED_UP' }));`;
  const args = ['exec', '--url', url, '--allow-twilio', 'nowhere.invalid.twilio.com', '--', 'node', '-e'];
  // From Node.js 24 on, `fetch` uses the proxy, which then looks the name up.
  expect((await start([...args, lookUpHook + lookUp]).finished).stdout).toMatch(/LOOKED_UP|Proxy response \(502\)/);
});

test('exec forwards signals', async () => {
  const { url } = await startSim();
  const started = start(['exec', '--url', url, ...untilStopped]);
  await started.printed('up');
  started.process.kill('SIGTERM');
  expect((await started.finished).code).toBe(143);
});

test('exec --serve starts a server with the given flags for the program, and stops it afterwards', async () => {
  const started = start(['exec', '--serve', '--seed', 'support-desk', ...untilStopped]);
  const [, url = ''] = /up (\S+)/.exec(await started.printed('up')) ?? [];
  const services = await (await fetch(`${url}/v1/v1/services`)).json();
  expect(services).toMatchObject({ services: [{ friendly_name: 'Support desk' }] });
  started.process.kill('SIGTERM');
  const { code, stderr } = await started.finished;
  expect(code).toBe(143);
  expect(stderr).toBe(`understudy: serving at ${url}, inspector at ${url}/__understudy/\n`);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('without a server, exec says how to start one and does not start the program', async () => {
  const { code, stdout, stderr } = await start(['exec', '--url', 'http://127.0.0.1:1', '--', 'node', '-p', '1'])
    .finished;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^understudy: no understudy answers at http:\/\/127\.0\.0\.1:1: .*exec --serve -- COMMAND/);
});

test('exec refuses flags of a server that it does not start', async () => {
  const { code, stderr } = await start(['exec', '--seed', 'support-desk', '--', 'node', '-p', '1']).finished;
  expect(code).toBe(1);
  expect(stderr).toContain('--seed is a flag of the server: add --serve');
});
