import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import twilio from 'twilio';
import { anyPorts, run, serve, start } from '../helpers/command.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Something went wrong that the user can put right: one line, and nothing that looks like success. */
function expectOneLine({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>, line: RegExp): void {
  expect(stderr).toMatch(/^understudy: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
}

describe('the command line', () => {
  test('--help shows the commands, --version the version', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/serve.*mcp.*capability/s) });
    expect(await run('serve', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('UNDERSTUDY_HOST') });
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
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
      ['--host', '203.0.113.1', '--token', 'a-secret', '--rest-port', '0'],
      /203\.0\.113\.1 is no address of this machine/,
    ],
  ])('%j gives one clear line', async (args, line) => {
    expect.hasAssertions();
    expectOneLine(await run(...args), line);
  });

  test.each(['rest', 'mcp'])('a taken %s port gives one clear line', async (name) => {
    expect.hasAssertions();
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const args = ['serve', ...anyPorts, `--${name}-port`, String(port)];
    expectOneLine(await run(...args), new RegExp(`port ${port} on 127.0.0.1 is taken; .*--${name}-port`));
  });

  test('capability validate says how the file is read, and --strict fails on it', async () => {
    expect(await run('capability', 'validate')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('50 operations'),
    });
    expect(await run('capability', 'validate', '--strict')).toMatchObject({ code: 1 });
  });

  test('seed generate writes the same bytes for the same arguments', async () => {
    const args = ['seed', 'generate', '--conversations', '2', '--messages', '2', '--rng-seed', 's'];
    const [one, other] = [await run(...args), await run(...args)];
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('services:'), stderr: '' });
    expect(other).toEqual(one);
  });
});

describe('understudy serve', () => {
  test('prints where each surface really is', async () => {
    const { restUrl, mcpUrl, banner } = await serve();
    expect((await fetch(`${restUrl}/__understudy/health`)).status).toBe(200);
    expect((await fetch(`${restUrl}/v1/v1/services`)).status).toBe(200);
    expect((await fetch(`${mcpUrl}/mcp`)).status).toBe(405);
    const account = /^ {2}account +(AC[0-9a-f]{32})/m.exec(banner)?.[1];
    const { services } = (await (await fetch(`${restUrl}/v1/v1/services`)).json()) as { services: object[] };
    expect(services.every((service) => (service as { account_sid: string }).account_sid === account)).toBe(true);
  });

  test('prints a curl line that works', async () => {
    const { banner } = await serve();
    const [, url = '', user = '', data = ''] = /curl (\S+) -u (\S+) -d (\S+)/.exec(banner) ?? [];
    const headers = { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(data) });
    expect(await response.json()).toMatchObject({ friendly_name: 'Demo', url: expect.stringContaining(url) });
  });

  test('prints three lines that send the official SDK here', async () => {
    const { banner } = await serve();
    const lines = banner.slice(banner.indexOf('const httpClient'));
    expect(lines.trim().split('\n')).toHaveLength(3);
    const client = runInNewContext(`${lines}; client`, { twilio }) as ReturnType<typeof twilio>;
    const service = await client.conversations.v1.services.create({ friendlyName: 'From the SDK' });
    const roles = await client.conversations.v1.services(service.sid).roles.list({ pageSize: 1 });
    expect(service.friendlyName).toBe('From the SDK');
    expect(roles.length).toBeGreaterThan(1);
  });

  test('the same seed, moment and calls give the same bytes', async () => {
    expect(await bytesOfARun()).toEqual(await bytesOfARun());
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it, with idle and hanging connections open', async (signal) => {
    const { restUrl, process, finished } = await serve();
    await fetch(`${restUrl}/v1/v1/services`);
    await halfARequest(restUrl);
    process.kill(signal);
    expect(await finished).toMatchObject({ code: 0, stderr: '' });
  });

  test('a second signal does not wait', async () => {
    const { restUrl, process, finished } = await serve();
    await halfARequest(restUrl);
    process.kill('SIGTERM');
    process.kill('SIGINT');
    expect([130, 143]).toContain((await finished).code);
  });

  test('no secret is printed', async () => {
    const { banner, restUrl, process, finished } = await serve(['--token', 's3cret-token', '--log-level', 'trace']);
    await fetch(`${restUrl}/v1/v1/services?Nope=s3cret-token`, { headers: { 'understudy-token': 's3cret-token' } });
    process.kill('SIGTERM');
    expect(banner + (await finished).stderr).not.toContain('s3cret');
  });
});

test('understudy mcp speaks nothing but the protocol, until stdin closes', async () => {
  const { process, finished, printed } = start(['mcp', '--log-level', 'trace']);
  const say = (message: object) => process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  say({ id: 2, method: 'tools/list', params: {} });
  await printed('"id":2');
  process.stdin.end();
  const { code, stdout } = await finished;
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; result: { tools?: object[] } });
  expect(answers).toMatchObject([{ id: 1, result: { serverInfo: { version } } }, { id: 2 }]);
  expect(answers[1]?.result.tools).toHaveLength(50);
  expect(code).toBe(0);
});

async function bytesOfARun() {
  const { restUrl } = await serve(['--rng-seed', 's', '--clock', '2026-01-01T00:00:00Z']);
  const body = new URLSearchParams({ FriendlyName: 'x' });
  const response = await fetch(`${restUrl}/v1/v1/services`, { method: 'POST', body });
  return [response.headers.get('twilio-request-id'), (await response.text()).replaceAll(restUrl, '')];
}

async function halfARequest(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  // The server has begun the request when it says that the rest may come.
  socket.write('POST /v1/v1/services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
  socket.write('Content-Length: 10\r\nExpect: 100-continue\r\n\r\n');
  await once(socket, 'data');
}
