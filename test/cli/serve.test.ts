import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import twilio from 'twilio';
import { main, serve } from '../helpers/command.js';

test('the banner shows the URL of each surface', async () => {
  const { restUrl, mcpUrl, banner } = await serve();
  expect((await fetch(`${restUrl}/__understudy/health`)).status).toBe(200);
  expect((await fetch(`${restUrl}/v1/v1/services`)).status).toBe(200);
  expect((await fetch(`${mcpUrl}/mcp`)).status).toBe(405);
  const account = /^ {2}account +(AC[0-9a-f]{32})/m.exec(banner)?.[1];
  const { services } = (await (await fetch(`${restUrl}/v1/v1/services`)).json()) as { services: object[] };
  expect(services.every((service) => (service as { account_sid: string }).account_sid === account)).toBe(true);
});

test('the banner shows a curl line that works', async () => {
  const { banner } = await serve();
  const [, url = '', user = '', data = ''] = /curl (\S+) -u (\S+) -d (\S+)/.exec(banner) ?? [];
  const headers = { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(data) });
  expect(await response.json()).toMatchObject({ friendly_name: 'Demo', url: expect.stringContaining(url) });
});

test('the banner shows three lines that point the official SDK at the server', async () => {
  const { banner } = await serve();
  const lines = banner.slice(banner.indexOf('const httpClient'));
  expect(lines.trim().split('\n')).toHaveLength(3);
  const client = runInNewContext(`${lines}; client`, { twilio }) as ReturnType<typeof twilio>;
  const service = await client.conversations.v1.services.create({ friendlyName: 'From the SDK' });
  const roles = await client.conversations.v1.services(service.sid).roles.list({ pageSize: 1 });
  expect(service.friendlyName).toBe('From the SDK');
  expect(roles.length).toBeGreaterThan(1);
});

test('the same seed, time and calls give the same bytes', async () => {
  expect(await bytesOfRun()).toEqual(await bytesOfRun());
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the server despite idle and unfinished requests',
  async (signal) => {
    const { restUrl, process, finished } = await serve();
    await fetch(`${restUrl}/v1/v1/services`);
    await sendHalfRequest(restUrl);
    process.kill(signal);
    expect(await finished).toMatchObject({ code: 0, stderr: '' });
  },
);

test('a second signal stops the server at once', async () => {
  const { restUrl, process, finished } = await serve();
  await sendHalfRequest(restUrl);
  process.kill('SIGTERM');
  process.kill('SIGINT');
  expect([130, 143]).toContain((await finished).code);
});

test('secrets appear neither in the banner nor in the log', async () => {
  const { banner, restUrl, process, finished } = await serve(['--token', 's3cret-token', '--log-level', 'trace']);
  await fetch(`${restUrl}/v1/v1/services?Nope=s3cret-token`, { headers: { 'understudy-token': 's3cret-token' } });
  process.kill('SIGTERM');
  expect(banner + (await finished).stderr).not.toContain('s3cret');
});

async function bytesOfRun() {
  const { restUrl } = await serve(['--rng-seed', 's', '--clock', '2026-01-01T00:00:00Z']);
  const body = new URLSearchParams({ FriendlyName: 'x' });
  const response = await fetch(`${restUrl}/v1/v1/services`, { method: 'POST', body });
  return [response.headers.get('twilio-request-id'), (await response.text()).replaceAll(restUrl, '')];
}

async function sendHalfRequest(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  // The server has started to read the request once it sends 100 Continue.
  socket.write('POST /v1/v1/services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
  socket.write('Content-Length: 10\r\nExpect: 100-continue\r\n\r\n');
  await once(socket, 'data');
}

test('a server that npx started stops when npx is killed', async () => {
  // As npx does, a shell starts the server, and does not pass SIGTERM on.
  const script = `'${process.execPath}' '${main}' serve --rest-port 0 --mcp-port 0; true`;
  const shell = spawn('sh', ['-c', script], { env: { ...process.env, npm_lifecycle_script: 'understudy' } });
  const closed = once(shell.stdout, 'close');
  let banner = '';
  for await (const chunk of shell.stdout.iterator({ destroyOnReturn: false })) {
    banner += String(chunk);
    if (banner.includes('const client')) break;
  }
  const [, url = ''] = /^  rest +(http:\/\/[^/]+)/m.exec(banner) ?? [];
  expect((await fetch(`${url}/__understudy/health`)).status).toBe(200);
  shell.kill('SIGTERM');
  // The server has the same stdout, which closes when it ends.
  shell.stdout.resume();
  await closed;
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
