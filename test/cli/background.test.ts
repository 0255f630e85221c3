import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readSettings } from '../../src/cli/command-line.js';
import { backgroundFolder, claimPidFile, defaultPidFile, isAlive, readPid } from '../../src/cli/pid-file.js';
import { stop } from '../../src/cli/stop.js';
import { wait } from '../../src/cli/wait.js';
import { anyPorts, serve, start } from '../helpers/command.js';
import { startSim } from '../helpers/sim.js';
import { clearEnvironment } from './environment.js';

beforeEach(clearEnvironment);

/** A folder of its own for the pid files of a test, also of processes that it starts. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-background-'));
  vi.stubEnv('TMPDIR', folder);
  return folder;
}

const waitFor = (...args: string[]) => wait.run(readSettings(wait, args));
const stopAt = (...args: string[]) => stop.run(readSettings(stop, args));

function silenceOutput() {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  onTestFinished(() => void vi.restoreAllMocks());
  return lines;
}

async function startServer(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('serve --detach returns when the server is ready; status and stop find it by its port', async () => {
  const env = { TMPDIR: temporaryFolder() };
  for (let number = 10; number < 35; number++)
    writeFileSync(join(backgroundFolder(), `16000000000${number}-1.log`), '');
  const started = await start(['serve', ...anyPorts, '--detach'], env).finished;
  expect(started).toMatchObject({ code: 0, stderr: '' });
  const logs = readdirSync(backgroundFolder()).filter((name) => name.endsWith('.log'));
  expect(logs).toHaveLength(20);
  expect(logs).toContain('1600000000016-1.log');
  expect(logs).not.toContain('1600000000015-1.log');
  const [, url = ''] = /^  rest +(http:\/\/[^/]+)/m.exec(started.stdout) ?? [];
  const [, pid = ''] = /process (\d+), log/.exec(started.stdout) ?? [];
  onTestFinished(() => {
    if (isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL');
  });
  expect((await fetch(`${url}/__understudy/health`)).status).toBe(200);

  const shown = await start(['status', '--url', url], env).finished;
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(
    new RegExp(`^understudy \\S+ at ${url}: mode simulate, ready, up \\d+ s, in the background as process ${pid}\n$`),
  );

  const stopped = await start(['stop', '--url', url], env).finished;
  expect(stopped).toMatchObject({ code: 0, stdout: `understudy: stopped process ${pid}\n` });
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect((await start(['stop', '--url', url], env).finished).stdout).toContain(`no server is running for ${url}`);
  expect((await start(['status', '--url', url], env).finished).code).toBe(1);
});

test('serve --detach that cannot start prints the reason and fails', async () => {
  const env = { TMPDIR: temporaryFolder() };
  const port = new URL(await startServer(200, '')).port;
  const { code, stdout, stderr } = await start(['serve', '--detach', '--rest-port', port], env).finished;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^understudy: port ${port} on 127\\.0\\.0\\.1 is taken: [^\n]+\n$`));
});

test('--pid-file holds the process id until the server stops', async () => {
  const file = join(temporaryFolder(), 'server.pid');
  const { process: server, finished } = await serve(['--pid-file', file]);
  expect(readFileSync(file, 'utf8')).toBe(`${server.pid}\n`);
  const output = silenceOutput();
  expect(await stopAt('--pid-file', file)).toBe(0);
  expect(output.join('')).toContain(`stopped process ${server.pid}`);
  expect((await finished).code).toBe(0);
  expect(existsSync(file)).toBe(false);
});

describe('a pid file', () => {
  test('of a process that runs is not overwritten, one of a process that has ended is', () => {
    const file = join(temporaryFolder(), 'server.pid');
    writeFileSync(file, `${process.ppid}\n`);
    expect(() => claimPidFile(file)).toThrow(`names process ${process.ppid}, which is running`);
    writeFileSync(file, '2147483646\n');
    claimPidFile(file);
    expect(readPid(file)).toBe(process.pid);
  });

  test.each(['', 'x', '-1', '0', '1; rm'])('with the text %j names no process', (text) => {
    const file = join(temporaryFolder(), 'server.pid');
    writeFileSync(file, text);
    expect(readPid(file)).toBeUndefined();
  });

  test('in a folder that cannot be written is an error', () => {
    expect(() => claimPidFile('/nowhere/server.pid')).toThrow('--pid-file /nowhere/server.pid cannot be written');
  });
});

describe('stop', () => {
  test('does not stop a server that it cannot identify', async () => {
    temporaryFolder();
    silenceOutput();
    const { url } = await startSim();
    await expect(stopAt('--url', url)).rejects.toThrow(`the server at ${url} was not started with --detach`);
  });

  test('does not stop a process that does not serve: its id may have been used again', async () => {
    temporaryFolder();
    silenceOutput();
    const url = await startServer(200, 'something else');
    writeFileSync(defaultPidFile(url), `${process.pid}\n`);
    await expect(stopAt('--url', url)).rejects.toThrow(
      `process ${process.pid} was started for ${url}, but another program answers, with status 200`,
    );
  });
});

describe('wait', () => {
  test('returns when the server is ready', async () => {
    const { url } = await startSim();
    expect(await waitFor('--url', url)).toBe(0);
  });

  test.each([
    [200, 'something else', 'another program answers, with status 200'],
    [503, '{"ready":false,"reason":"the circuit breaker is open"}', 'the circuit breaker is open'],
  ])('fails after the timeout with what it found: %i %s', async (code, body, found) => {
    const url = await startServer(code, body);
    await expect(waitFor('--url', url, '--timeout', '0.2')).rejects.toThrow(`was not ready within 0.2 s: ${found}`);
  });

  test('fails if nothing answers', async () => {
    const url = 'http://127.0.0.1:9';
    await expect(waitFor('--url', url, '--timeout', '0.1')).rejects.toThrow(/no understudy answers \(\w+/);
  });
});
