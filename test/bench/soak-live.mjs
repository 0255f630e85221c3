/**
 * Sends 50,000 requests through live mode to an upstream that misbehaves. Every response must be well-formed and within
 * its deadline, and no sockets or memory may leak. `npm run soak:live`; `REQUESTS=5000` shortens it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import {
  conclude,
  Counts,
  createWorkers,
  gaugeOf,
  metricOf,
  round,
  shown,
  startGauged,
  stopped,
} from './endurance.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 50_000);
const CONCURRENCY = 64;
const DEADLINE_MS = 5000;
const ALLOWED = new Set([200, 201, 204, 400, 404, 429, 500, 502, 503, 504]);
const SERVICE = `IS${'a'.repeat(32)}`;

/** What the upstream does, with its share per thousand requests. */
const behaviours = [
  [
    760,
    'success',
    (response) => reply(response, 200, JSON.stringify({ sid: SERVICE, friendly_name: 'x'.repeat(2000) })),
  ],
  [40, 'not found', (response) => reply(response, 404, '{"code":20404,"message":"no","more_info":"","status":404}')],
  [40, '429', (response) => reply(response, 429, '{"code":20429,"message":"slow","more_info":"","status":429}')],
  [30, '503', (response) => reply(response, 503, '{}')],
  [30, 'HTML error page', (response) => reply(response, 500, '<h1>Oops</h1>', 'text/html')],
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

let random = 0;
const upstream = createServer((incoming, response) => {
  incoming.resume();
  incoming.on('end', () => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    let position = random % 1000;
    const chosen = behaviours.find(([share]) => (position -= share) < 0);
    chosen?.[2](response);
  });
});
upstream.on('connection', (socket) => socket.on('error', () => undefined));
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');

const flags = ['--mode', 'live', '--upstream', `http://127.0.0.1:${upstream.address().port}`, '--log-level', 'fatal'];
const times = ['--answer-timeout', '0.5', '--timeout', '3'];
const server = await startGauged([...flags, ...times], {
  TWILIO_USER: `AC${'1'.repeat(32)}`,
  TWILIO_PASS: 'soak-password',
});
const agent = new Agent({ connections: CONCURRENCY });

const counts = new Counts();
const failures = [];
let slowest = 0;

async function sendOne(number) {
  const aborts = number % 40 === 0;
  const writes = number % 5 === 0;
  const started = performance.now();
  try {
    const response = await request(`${server.origin}/v1/Services${writes ? '' : `/${SERVICE}`}`, {
      method: writes ? 'POST' : 'GET',
      headers: {
        authorization: `Basic ${Buffer.from(`AC${'2'.repeat(32)}:x`).toString('base64')}`,
        ...(writes && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: writes ? 'FriendlyName=soak' : null,
      dispatcher: agent,
      ...(aborts && { signal: AbortSignal.timeout(2) }),
    });
    await response.body.text();
    counts.add(response.statusCode);
    if (!ALLOWED.has(response.statusCode)) failures.push(`status ${response.statusCode}`);
  } catch (error) {
    if (aborts) counts.add('aborted');
    else failures.push(String(error));
  }
  slowest = Math.max(slowest, performance.now() - started);
}

async function figures() {
  const gauge = await gaugeOf(server);
  const [[, inFlight]] = await metricOf(server, 'understudy_upstream_requests');
  return { ...gauge, inFlight };
}

const runUntil = createWorkers(CONCURRENCY, sendOne);
await runUntil(REQUESTS / 5);
const early = await figures();
const started = performance.now();
await runUntil(REQUESTS);
const seconds = (performance.now() - started) / 1000;
const late = await figures();
const code = await stopped(server);
upstream.closeAllConnections();
upstream.close();
await agent.destroy();

conclude(
  [
    [
      `${REQUESTS} requests, ${CONCURRENCY} at a time`,
      `${round((REQUESTS * 0.8) / seconds)}/s, slowest ${Math.round(slowest)} ms`,
    ],
    ['responses', counts.text],
    ['after one fifth', shown(early)],
    ['at the end', shown(late)],
  ],
  [
    ...failures.slice(0, 5),
    ...(slowest > DEADLINE_MS ? [`one response took ${Math.round(slowest)} ms`] : []),
    ...(late.descriptors > early.descriptors + 2 ? ['file descriptors leak'] : []),
    ...(late.inFlight > 0 ? ['requests are still in flight'] : []),
    ...(late.heap > early.heap + 8 ? ['memory leaks'] : []),
    ...(code === 0 ? [] : [`the server exited with ${code}`]),
  ],
);
