import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openAuthority } from '../../src/certificates/authority.js';
import type { StartOptions } from '../../src/index.js';
import { openDesk, uriOf, type Desk } from '../client/harness.js';
import { start } from '../helpers/command.js';
import { findChromium, flags } from './chromium.js';
import { type StoryCall, tellStory } from './client-story.js';

const sdkFile = join(
  dirname(createRequire(import.meta.url).resolve('conversations-sdk-3')),
  'twilio-conversations.min.js',
);

/** What the story of an app needs. The default role of participants permits less. */
const PERMISSIONS = [
  'sendMessage',
  'sendMediaMessage',
  'editOwnMessage',
  'editOwnMessageAttributes',
  'deleteOwnMessage',
  'leaveConversation',
  'addParticipant',
  'addNonChatParticipant',
  'removeParticipant',
  'editAnyParticipantAttributes',
  'editNotificationLevel',
];

let browser: Browser;
beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) });
});
afterAll(() => browser.close());

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A page of an app that loads the SDK, after the given markup. */
async function openApp(markup = '', within = browser): Promise<Page> {
  const sdk = readFileSync(sdkFile);
  const origin = await listen((request, response) => {
    if (request.url === '/sdk.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(sdk);
    else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><title>app</title>${markup}<script src="/sdk.js"></script>`);
    }
  });
  const page = await within.newPage();
  onTestFinished(() => void page.close());
  await page.goto(origin);
  return page;
}

/** What an app in a browser does: reads, sends a text and a file, and receives. */
async function chat(page: Page, desk: Desk, options: object) {
  return page.evaluate(
    async ([token, settings, sid]) => {
      const { Client } = (globalThis as unknown as { Twilio: { Conversations: typeof import('conversations-sdk-3') } })
        .Twilio.Conversations;
      const client = new Client(token, settings);
      await new Promise((resolve) => void client.on('initialized', () => resolve(undefined)));
      const conversation = await client.getConversationBySid(sid);
      const before = (await conversation.getMessages()).items.map(({ body }) => body);
      const received: (string | null)[] = [];
      conversation.on('messageAdded', ({ body }) => void received.push(body));
      await conversation.sendMessage('from the page');
      const form = new FormData();
      form.append('file', new Blob(['a note'], { type: 'text/plain' }), 'note.txt');
      await conversation.prepareMessage().setBody('with a file').addMedia(form).build().send();
      while (received.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      const last = (await conversation.getMessages()).items.at(-1);
      const url = (await last?.attachedMedia?.[0]?.getContentTemporaryUrl()) ?? '';
      const text = await (await fetch(url)).text();
      await client.shutdown();
      return { before, received, text };
    },
    [desk.token('alice'), { logLevel: 'silent', ...options }, desk.conversation] as const,
  );
}

const expected = { before: ['hello'], received: ['from the page', 'with a file'], text: 'a note' };

async function openDeskWithMessage(options: StartOptions = {}): Promise<Desk> {
  const desk = await openDesk(options);
  await desk.join('alice');
  await desk.rest('createserviceconversationmessage', { body: { Body: 'hello' } });
  return desk;
}

describe('the client SDK 3.0.1 in Chromium', () => {
  it('is led to the simulator by an option', async () => {
    const desk = await openDeskWithMessage();
    expect(await chat(await openApp(), desk, { Twilsock: { uri: uriOf(desk.world) } })).toEqual(expected);
  });

  it('is led to the simulator by a script tag', async () => {
    const desk = await openDeskWithMessage();
    const page = await openApp(`<script src="${desk.world.url}/__understudy/client.js"></script>`);
    expect(await chat(page, desk, {})).toEqual(expected);
  });

  it('is led to the simulator by a script of the test', async () => {
    const desk = await openDeskWithMessage();
    const page = await browser.newPage();
    onTestFinished(() => void page.close());
    const script = await (await fetch(`${desk.world.url}/__understudy/client.js`)).text();
    await page.addInitScript({ content: script });
    await page.goto(new URL((await openApp()).url()).href);
    expect(await chat(page, desk, {})).toEqual(expected);
  });
});

describe('the client SDK 3.0.1 in Chromium', () => {
  it('does everything that it does in Node.js', async () => {
    const desk = await openDesk({ clock: '2026-01-01T00:00:00Z' });
    const { world, rest, token } = desk;
    await rest('updateserviceconfiguration', { body: { ReachabilityEnabled: true } });
    const { sid: host } = await rest('createservicerole', {
      body: { FriendlyName: 'host', Type: 'conversation', Permission: PERMISSIONS },
    });
    await rest('createserviceconversationparticipant', { body: { Identity: 'alice', RoleSid: host } });
    await desk.join('bob');
    for (let i = 0; i < 54; i += 1) {
      const { sid } = await rest('createserviceconversation', { body: {} });
      await rest('createserviceconversationparticipant', { ConversationSid: sid, body: { Identity: 'alice' } });
    }
    for (let i = 0; i < 45; i += 1) await rest('createserviceconversationmessage', { body: { Body: `m${i}` } });
    const phone = { 'MessagingBinding.Address': '+15005550002', 'MessagingBinding.ProxyAddress': '+15557654321' };
    await rest('createserviceconversationparticipant', { body: phone });

    const page = await openApp();
    await page.exposeFunction('call', (async (name, input) => {
      if (name === 'advance') return { ...(await world.clock.advance((input as { duration: string }).duration)) };
      if (name === 'inbound') return { ...(await world.inbound(input as never)) };
      return rest(name, input);
    }) satisfies StoryCall);
    const saw = await page.evaluate(tellStory, {
      tokens: {
        alice: token('alice'),
        brief: token('alice', { ttl: 10 }),
        bob: token('bob'),
        expiring: token('dave', { ttl: 5 }),
      },
      options: { logLevel: 'silent', Twilsock: { uri: uriOf(world) } },
      conversation: desk.conversation,
    });
    expect(saw).toMatchObject({
      connection: 'connected',
      expired: ['connecting', 'connected', 'disconnecting', 'disconnected'],
      'subscribed conversations': 55,
      conversations: [true, 'Yours', 'yours'],
      pages: [
        ['m35', 'm44'],
        ['m25', 'm34'],
        ['m35', 'm44'],
        ['m12', 'm21'],
      ],
      counts: [45, 3],
      message: ['alice', ['read']],
      media: ['look', { by: 'builder' }, 'a note'],
      participants: ['carol', null, 'RL'],
      users: ['bob', 'Bob', true],
      push: [{ identity: 'alice', binding_type: 'fcm', endpoint: 'device-1' }],
      changes: ['by REST', 'by SMS'],
    });
  });
});

describe('the client SDK 3.0.1 in Chromium, without a change', () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'understudy-authority-'));
  afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

  /** A browser that trusts our authority alone, by the hash of its key. */
  async function launch(...args: readonly string[]): Promise<Browser> {
    const { certificate } = await openAuthority(stateFolder);
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    const trust = `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
    const executablePath = findChromium();
    const launched = await chromium.launch({
      args: [...flags, trust, ...args],
      ...(executablePath === undefined ? {} : { executablePath }),
    });
    onTestFinished(() => void launched.close());
    return launched;
  }

  it('reaches the TLS port, to which the names of Twilio’s hosts lead', async () => {
    const port = await freePort();
    const desk = await openDeskWithMessage({ tlsPort: port, stateFolder });
    const led = await launch(`--host-resolver-rules=MAP *.twilio.com 127.0.0.1:${port}`);
    expect(await chat(await openApp('', led), desk, {})).toEqual(expected);
  });

  it('reaches the proxy', async () => {
    const desk = await openDeskWithMessage({ proxyPort: 0, stateFolder });
    const led = await launch(`--proxy-server=${desk.world.proxyUrl}`);
    expect(await chat(await openApp('', led), desk, {})).toEqual(expected);
    expect(await desk.world.journal({ surface: 'client' })).not.toEqual([]);
  });
});

describe('the demo app', () => {
  it('lets a person in a browser chat with a phone', async () => {
    const desk = await openDesk();
    const app = start(['exec', '--url', desk.world.url, '--', 'node', 'fixtures/chat-demo/server.mjs'], { PORT: '0' });
    const printed = await app.printed('/conversations/CH');
    const [address = ''] = /http:\S+user=alice/.exec(printed) ?? [];
    const page = await browser.newPage();
    onTestFinished(() => void page.close());
    await page.goto(address);
    await page.waitForSelector('[data-ready]');
    await page.getByLabel('Message').fill('Hello from Alice');
    await page.keyboard.press('Enter');
    await desk.world.inbound({ from: '+15557770101', to: '+15558880001', body: 'Hello from a phone' });
    await expect
      .poll(() => page.locator('#messages li').allTextContents())
      .toEqual([expect.stringMatching(/^Hello from Alice/), '+15557770101: Hello from a phone']);
    app.process.kill();
  });
});
