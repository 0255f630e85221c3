/**
 * 50,000 requests through live mode before an upstream that misbehaves: every answer clear and within its deadline, and
 * no sockets or memory left behind. Run by `npm run soak:live`; `REQUESTS=5000` makes it shorter.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';

const REQUESTS = Number(process.env.REQUESTS ?? 50_000);
const AT_ONCE = 64;
const DEADLINE = 5000;
const ALLOWED = new Set([200, 201, 204, 400, 404, 429, 500, 502, 503, 504]);
const SERVICE = `IS${'a'.repeat(32)}`;

/** What the upstream does, and how often in a thousand. */
const behaviours = [
  [760, 'well', (response) => reply(response, 200, JSON.stringify({ sid: SERVICE, friendly_name: 'x'.repeat(2000) }))],
  [40, 'not found', (response) => reply(response, 404, '{"code":20404,"message":"no","more_info":"","status":404}')],
  [40, '429', (response) => reply(response, 429, '{"code":20429,"message":"slow","more_info":"","status":429}')],
  [30, '503', (response) => reply(response, 503, '{}')],
  [30, 'page', (response) => reply(response, 500, '<h1>Oops</h1>', 'text/html')],
  [30, 'reset', (response) => response.socket?.resetAndDestroy()],
  [
    20,
    'half body',
    (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.socket?.destroy());
    },
  ],
  [10, 'hang', () => undefined],
  [
    40,
    'slow body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"sid":');
      setTimeout(() => response.end('"x"}'), 50);
    },
  ],
];

function reply(response, status, text, type = 'application/json') {
  response.writeHead(status, { 'content-type': type, 'twilio-request-id': 'RQ1' }).end(text);
}

let turn = 0;
const upstream = createServer((incoming, response) => {
  incoming.resume();
  incoming.on('end', () => {
    turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
    let place = turn % 1000;
    const chosen = behaviours.find(([share]) => (place -= share) < 0);
    chosen?.[2](response);
  });
});
upstream.on('connection', (socket) => socket.on('error', () => undefined));
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const flags = ['--mode', 'live', '--upstream', `http://127.0.0.1:${upstream.address().port}`, '--log-level', 'fatal'];
const times = ['--answer-timeout', '0.5', '--timeout', '3', '--rest-port', '0', '--mcp-port', '0'];
const understudy = spawn(process.execPath, [main, 'serve', ...flags, ...times], {
  env: { ...process.env, TWILIO_USER: `AC${'1'.repeat(32)}`, TWILIO_PASS: 'secret' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let banner = '';
for await (const chunk of understudy.stdout) {
  banner += chunk;
  if (banner.includes('control')) break;
}
const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(banner) ?? [];
const agent = new Agent({ connections: AT_ONCE });

const counts = new Map();
const failures = [];
let slowest = 0;

async function one(number) {
  const leaves = number % 40 === 0;
  const writes = number % 5 === 0;
  const started = performance.now();
  try {
    const answer = await request(`${origin}/v1/Services${writes ? '' : `/${SERVICE}`}`, {
      method: writes ? 'POST' : 'GET',
      headers: {
        authorization: `Basic ${Buffer.from(`AC${'2'.repeat(32)}:x`).toString('base64')}`,
        ...(writes && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: writes ? 'FriendlyName=soak' : null,
      dispatcher: agent,
      ...(leaves && { signal: AbortSignal.timeout(2) }),
    });
    await answer.body.text();
    counts.set(answer.statusCode, (counts.get(answer.statusCode) ?? 0) + 1);
    if (!ALLOWED.has(answer.statusCode)) failures.push(`status ${answer.statusCode}`);
  } catch (error) {
    if (leaves) counts.set('left', (counts.get('left') ?? 0) + 1);
    else failures.push(String(error));
  }
  slowest = Math.max(slowest, performance.now() - started);
}

async function figures() {
  // Longer than kept connections live, so that what is left is what leaks.
  await new Promise((resolve) => setTimeout(resolve, 6000));
  const { body } = await request(`${origin}/__understudy/metrics`, { dispatcher: agent });
  const text = await body.text();
  const value = (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    heap: value('nodejs_heap_size_used_bytes') / 2 ** 20,
    resident: value('process_resident_memory_bytes') / 2 ** 20,
    descriptors: value('process_open_fds'),
    underWay: value('understudy_upstream_requests'),
  };
}

let next = 0;
async function until(end) {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < end) await one((next += 1));
    }),
  );
}

await until(REQUESTS / 5);
const early = await figures();
const started = performance.now();
await until(REQUESTS);
const seconds = (performance.now() - started) / 1000;
const late = await figures();
understudy.kill('SIGTERM');
const [code] = await once(understudy, 'exit');
upstream.closeAllConnections();
upstream.close();
await agent.destroy();

const round = (value) => Math.round(value * 10) / 10;
const shown = (what) => Object.entries(what).map(([name, value]) => `${name} ${round(value)}`);
process.stdout.write(
  [
    `${REQUESTS} requests, ${AT_ONCE} at once: ${round((REQUESTS * 0.8) / seconds)}/s, slowest ${Math.round(slowest)} ms`,
    `answers: ${[...counts].map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    `after a fifth: ${shown(early).join(', ')}`,
    `at the end: ${shown(late).join(', ')}`,
    '',
  ].join('\n'),
);
const faults = [
  ...failures.slice(0, 5),
  ...(slowest > DEADLINE ? [`one answer took ${Math.round(slowest)} ms`] : []),
  ...(late.descriptors > early.descriptors + 2 ? ['descriptors leak'] : []),
  ...(late.underWay > 0 ? ['requests are still under way'] : []),
  ...(late.heap > early.heap + 24 ? ['memory leaks'] : []),
  ...(code === 0 ? [] : [`it ended with ${code}`]),
];
if (faults.length > 0) process.stdout.write(`FAILED: ${faults.join('; ')}\n`);
process.exit(faults.length > 0 ? 1 : 0);
