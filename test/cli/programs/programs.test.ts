/** Programs that know nothing of understudy, each started by `exec` alone. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueAuthority, issueServer } from '../../../src/certificates/issue.js';
import { type Sim, startUnderstudy } from '../../../src/index.js';
import { start } from '../../helpers/command.js';
import { startWebhookTarget } from '../../helpers/webhook-target.js';

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Runtime {
  readonly name: string;
  /** Exits with 0 if the runtime is there. */
  readonly probe: readonly string[];
  /** How to get it. */
  readonly install: string;
  readonly command: () => readonly string[];
}

const runtimes: readonly Runtime[] = [
  {
    name: 'python3-twilio',
    probe: ['/usr/bin/python3', '-c', 'import twilio.rest, requests'],
    install: 'apt-get install python3-twilio',
    command: () => ['/usr/bin/python3', fileOf('app.py')],
  },
  {
    name: "Node.js's twilio and axios",
    probe: [process.execPath, '--version'],
    install: 'npm ci',
    command: () => [process.execPath, fileOf('app.mjs')],
  },
  {
    name: 'curl',
    probe: ['curl', '--version'],
    install: 'apt-get install curl',
    command: () => ['sh', fileOf('app.sh')],
  },
  {
    name: "PHP's curl",
    probe: ['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'],
    install: 'apt-get install php-cli php-curl',
    command: () => ['php', fileOf('app.php')],
  },
  {
    name: "Ruby's Net::HTTP",
    probe: ['ruby', '-rnet/http', '-e', ''],
    install: 'apt-get install ruby',
    command: () => ['ruby', fileOf('app.rb')],
  },
  {
    name: "Go's net/http",
    probe: ['go', 'version'],
    install: 'apt-get install golang-go',
    command() {
      const program = join(folder, 'app');
      execFileSync('go', ['build', '-o', program, fileOf('app.go')], { cwd: folder });
      return [program];
    },
  },
  {
    name: "Java's HttpClient",
    probe: ['javac', '-version'],
    install: 'apt-get install default-jdk-headless',
    command: () => ['java', '-XX:TieredStopAtLevel=1', fileOf('App.java')],
  },
];

let folder: string;
let sim: Sim;
let proxy: string;
const open: (Server | tls.Server)[] = [];

/** A user's own proxy, and behind it a host whose certificate only the user's own variables make trusted. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-programs-'));
  sim = await startUnderstudy({ logLevel: 'silent' });
  const day = 24 * 3_600_000;
  const validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + day) };
  const authority = await issueAuthority("the user's own authority", 'other.example', validity);
  writeFileSync(join(folder, 'own-ca.pem'), authority.certificate);
  const { certificate, key } = await issueServer(authority, ['other.example'], validity);
  const other = tls.createServer({ cert: certificate, key }, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nelsewhere'));
    socket.on('error', () => undefined);
  });
  const otherPort = await listen(other);
  const parent = createServer();
  parent.on('connect', ({ url }, socket: Socket) => {
    if (url !== 'other.example:443') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const upstream = connect(otherPort, '127.0.0.1');
    for (const each of [socket, upstream]) each.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });
  proxy = `http://127.0.0.1:${await listen(parent)}`;
});

async function listen(server: Server | tls.Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterAll(async () => {
  for (const server of open) server.close();
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

test('two exec --serve run side by side, each with a server of its own, also when they create the authority', async () => {
  const state = join(folder, 'state');
  const program = `const authorization = 'Basic ' + btoa(process.env.ACCOUNT + ':any');
    const body = new URLSearchParams({ FriendlyName: 'x' });
    fetch('https://conversations.twilio.com/v1/Services', { method: 'POST', headers: { authorization }, body })
      .then((response) => response.text())
      .then(console.log);`;
  const env = { ACCOUNT: sim.accountSid, UNDERSTUDY_STATE_DIR: state };
  const both = [1, 2].map(() => start(['exec', '--serve', '--', process.execPath, '-e', program], env).finished);
  const sids = (await Promise.all(both)).map(({ stdout }) => /"sid":"(IS\w+)"/.exec(stdout)?.[1]);
  expect(sids).toEqual([expect.any(String), expect.any(String)]);
  expect(sids[0]).not.toBe(sids[1]);
  // One authority, and one folder of certificates.
  expect(readdirSync(state)).toEqual(['ca', expect.stringMatching(/^trust-\w+$/)]);
});

test.for(runtimes)(
  '$name creates, pages, receives a signed webhook and reaches another host, with no line changed',
  async ({ name, probe: [probe = '', ...args], install, command }, context) => {
    if (spawnSync(probe, args, { stdio: 'ignore' }).status !== 0) {
      const reason = `the runtime is not installed (${install})`;
      process.stderr.write(`skipped the program for ${name}: ${reason}\n`);
      context.skip(reason);
      return;
    }
    const world = sim.world(name);
    const target = await startWebhookTarget(world.authToken);
    const env = {
      ACCOUNT: world.accountSid,
      PASSWORD: world.authToken,
      WEBHOOK: `${target.origin}/webhook`,
      HTTPS_PROXY: proxy,
      SSL_CERT_FILE: join(folder, 'own-ca.pem'),
    };
    const { code, stdout, stderr } = await start(['exec', '--url', sim.url, '--', ...command()], env).finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('understudy:') });
    expect(stdout).toMatch(/^IS\w{32} CH\w{32} 2 elsewhere\n$/);
    const [, service, conversation] = /^(\w+) (\w+)/.exec(stdout) ?? [];
    await expect.poll(() => target.received.length).toBe(2);
    expect(target.received[1]).toMatchObject({
      isSigned: true,
      parameters: { EventType: 'onConversationAdded', ChatServiceSid: service, ConversationSid: conversation },
    });
  },
);
