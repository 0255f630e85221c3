/**
 * Measures what live mode adds: the same fetch, made directly and through understudy, from an upstream that responds at
 * once. `npm run bench:live`, on a machine that does nothing else.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';

const SERVICE = `IS${'a'.repeat(32)}`;
const PATH = `/v1/Services/${SERVICE}`;
const LINKS = [
  'conversations',
  'conversation_with_participants',
  'participant_conversations',
  'users',
  'roles',
  'bindings',
  'configuration',
];

if (process.argv[2] === 'upstream') serveUpstream();
else await main();

function serveUpstream() {
  const body = JSON.stringify({
    sid: SERVICE,
    account_sid: `AC${'1'.repeat(32)}`,
    friendly_name: 'Support',
    date_created: '2026-01-01T00:00:00Z',
    date_updated: '2026-01-01T00:00:00Z',
    url: `https://conversations.twilio.com${PATH}`,
    links: Object.fromEntries(LINKS.map((name) => [name, `https://conversations.twilio.com${PATH}/${name}`])),
  });
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body),
  );
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function startUnderstudy(upstream) {
  const file = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const args = ['serve', '--mode', 'live', '--upstream', upstream, '--rest-port', '0', '--mcp-port', '0'];
  const env = { ...process.env, TWILIO_USER: `AC${'1'.repeat(32)}`, TWILIO_PASS: '0'.repeat(32) };
  const server = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(server.stdout)) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (origin !== undefined) return { server, origin };
  }
  throw new Error('understudy exited before it printed its address');
}

async function measure(origin, concurrency, calls) {
  const agent = new Agent({ connections: concurrency });
  const headers = { authorization: `Basic ${Buffer.from(`AC${'1'.repeat(32)}:secret`).toString('base64')}` };
  let figures;
  for (let round = 0; round < 2; round += 1) {
    const times = [];
    const started = performance.now();
    const worker = async () => {
      while (times.length < calls) {
        const began = performance.now();
        const { body, statusCode } = await request(origin + PATH, { dispatcher: agent, headers });
        await body.text();
        if (statusCode !== 200) throw new Error(`${origin} returned ${statusCode}`);
        times.push(performance.now() - began);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const seconds = (performance.now() - started) / 1000;
    times.sort((a, b) => a - b);
    const percentile = (part) => times[Math.floor(times.length * part)].toFixed(2);
    figures = `${Math.round(times.length / seconds)}/s, median ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`;
  }
  await agent.destroy();
  return figures;
}

async function main() {
  const child = fork(fileURLToPath(import.meta.url), ['upstream']);
  const [port] = await once(child, 'message');
  const upstream = `http://127.0.0.1:${port}`;
  const { server, origin } = await startUnderstudy(upstream);
  for (const [concurrency, calls] of [
    [1, 5000],
    [32, 20_000],
  ]) {
    process.stdout.write(
      `${concurrency} concurrent, direct:              ${await measure(upstream, concurrency, calls)}\n`,
    );
    process.stdout.write(
      `${concurrency} concurrent, through live mode:   ${await measure(origin, concurrency, calls)}\n`,
    );
  }
  server.kill();
  child.kill();
}
