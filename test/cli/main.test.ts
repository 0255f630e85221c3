import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { packageVersion } from '../../src/util/version.js';
import { anyPorts, run } from '../helpers/command.js';

/** Expects an error that the user can fix: one line on stderr and nothing on stdout. */
function expectOneLine({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>, line: RegExp): void {
  expect(stderr).toMatch(/^understudy: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
}

test('--help lists the commands and --version prints the version', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/serve.*mcp.*capability/s) });
  expect(await run('serve', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('UNDERSTUDY_HOST') });
  expect(await run('--version')).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
});

test.each([
  [['--rest-prot', '1'], /unknown option '--rest-prot' \(Did you mean --rest-port\?\)/],
  [['sreve'], /no command "sreve"/],
  [['capability'], /a command is missing/],
  [['--rest-port', 'x'], /--rest-port.*0 to 65535/],
  [['--host', '0.0.0.0'], /set --token/],
  [['--token', 'short'], /--token .*at least 8 characters/],
  [['--seed', 'nowhere.yaml'], /nowhere\.yaml/],
  [
    ['seed', 'generate', '--conversations', '100000', '--messages', '14', '--rng-seed', 's'],
    /at least 1,700,000 entries .*: lower --conversations or --messages/,
  ],
  [
    ['--host', '203.0.113.1', '--token', 'a-secret', '--rest-port', '0'],
    /203\.0\.113\.1 is not an address of this machine/,
  ],
])('%j fails with one line on stderr', async (args, line) => {
  expect.hasAssertions();
  expectOneLine(await run(...args), line);
});

test.each(['rest', 'mcp'])('a taken %s port fails with one line on stderr', async (name) => {
  expect.hasAssertions();
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const args = ['serve', ...anyPorts, `--${name}-port`, String(port)];
  expectOneLine(await run(...args), new RegExp(`port ${port} on 127.0.0.1 is taken: .*--${name}-port`));
});

test('capability validate prints how the file is interpreted, and --strict fails if it is', async () => {
  const { code, stdout } = await run('capability', 'validate');
  expect(code).toBe(0);
  for (const { operations } of loadCapability().files) expect(stdout).toContain(`${operations.length} operations`);
  expect(stdout.match(/not simulated: none/g)).toHaveLength(loadCapability().files.length);
  expect(await run('capability', 'validate', '--strict')).toMatchObject({ code: 1 });
});

test('seed generate writes the same bytes for the same arguments', async () => {
  const args = ['seed', 'generate', '--conversations', '2', '--messages', '2', '--rng-seed', 's'];
  const [one, other] = [await run(...args), await run(...args)];
  expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('services:'), stderr: '' });
  expect(other).toEqual(one);
});
