import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { start } from '../helpers/command.js';
import { createClient, openDesk, sdks } from './harness.js';

it('`exec` and the hook redirect the WebSocket and the media of the SDK in Node.js, without any option', async () => {
  const desk = await openDesk();
  await desk.join('alice');
  const env = { ACCESS_TOKEN: desk.token('alice'), CONVERSATION: desk.conversation };
  const app = start(['exec', '--url', desk.world.url, '--', 'node', 'test/client/register-chat.mjs'], env);
  const hooked = promisify(execFile)(
    process.execPath,
    ['--import', 'twilio-understudy/register', 'test/client/register-chat.mjs'],
    { env: { ...process.env, ...env, UNDERSTUDY_URL: desk.world.url } },
  );
  for (const { stdout, stderr } of await Promise.all([app.finished, hooked])) {
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ body: 'hello', host: 'media.us1.twilio.com', text: 'a note' });
  }
});

it('`token` prints a token that a client can use', async () => {
  const desk = await openDesk();
  const common = ['token', '--url', desk.world.url, '--identity', 'alice'];
  const printed = await start([...common, '--service', desk.service, '--ttl', '90s']).finished;
  expect(printed.stderr).toBe('');
  const client = createClient(
    await (sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>)(),
    desk,
    printed.stdout.trim(),
  );
  await expect.poll(() => client.connectionState).toBe('connected');
  const refused = await start([...common, '--ttl', 'soon']).finished;
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('It must be a time such as 90s, 5m or 1h.');
});

it('a page loads a script that redirects the SDK, and nothing else', async () => {
  const { world } = await openDesk();
  const response = await fetch(`${world.url}/__understudy/client.js`);
  expect(response.headers.get('content-type')).toContain('text/javascript');
  const opened: string[] = [];
  class FakeSocket {
    readonly url: string;
    constructor(url: string) {
      this.url = url;
      opened.push(url);
    }
  }
  const window = { WebSocket: FakeSocket };
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as a page runs it
  new Function('window', await response.text())(window);
  const { WebSocket: Led } = window;
  for (const url of [
    'wss://tsock.us1.twilio.com/v3/wsconnect',
    'wss://tsock.dublin.ie1.twilio.com/v3/wsconnect',
    'wss://other.example.com/',
  ]) {
    expect(new Led(url)).toBeInstanceOf(Led);
  }
  const here = `${world.url.replace('http', 'ws')}/v3/wsconnect`;
  expect(opened).toEqual([here, here, 'wss://other.example.com/']);
});
