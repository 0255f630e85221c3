/**
 * 50,000 requests through live mode before an upstream that misbehaves: every answer clear and within its deadline, and
 * no sockets or memory left behind. Run by `npm run soak:live`; `REQUESTS=5000` makes it shorter.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { conclude, Counts, createTurns, gaugeOf, metricOf, round, shown, startGauged, stopped } from './endurance.mjs';

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

const flags = ['--mode', 'live', '--upstream', `http://127.0.0.1:${upstream.address().port}`, '--log-level', 'fatal'];
const times = ['--answer-timeout', '0.5', '--timeout', '3'];
const server = await startGauged([...flags, ...times], {
  TWILIO_USER: `AC${'1'.repeat(32)}`,
  TWILIO_PASS: 'soak-password',
});
const agent = new Agent({ connections: AT_ONCE });

const counts = new Counts();
const failures = [];
let slowest = 0;

async function one(number) {
  const leaves = number % 40 === 0;
  const writes = number % 5 === 0;
  const started = performance.now();
  try {
    const answer = await request(`${server.origin}/v1/Services${writes ? '' : `/${SERVICE}`}`, {
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
    counts.add(answer.statusCode);
    if (!ALLOWED.has(answer.statusCode)) failures.push(`status ${answer.statusCode}`);
  } catch (error) {
    if (leaves) counts.add('left');
    else failures.push(String(error));
  }
  slowest = Math.max(slowest, performance.now() - started);
}

async function figures() {
  const held = await gaugeOf(server);
  const [[, inFlight]] = await metricOf(server, 'understudy_upstream_requests');
  return { ...held, inFlight };
}

const until = createTurns(AT_ONCE, one);
await until(REQUESTS / 5);
const early = await figures();
const started = performance.now();
await until(REQUESTS);
const seconds = (performance.now() - started) / 1000;
const late = await figures();
const code = await stopped(server);
upstream.closeAllConnections();
upstream.close();
await agent.destroy();

conclude(
  [
    [
      `${REQUESTS} requests, ${AT_ONCE} at once`,
      `${round((REQUESTS * 0.8) / seconds)}/s, slowest ${Math.round(slowest)} ms`,
    ],
    ['answers', counts.text],
    ['after a fifth', shown(early)],
    ['at the end', shown(late)],
  ],
  [
    ...failures.slice(0, 5),
    ...(slowest > DEADLINE ? [`one answer took ${Math.round(slowest)} ms`] : []),
    ...(late.descriptors > early.descriptors + 2 ? ['descriptors leak'] : []),
    ...(late.inFlight > 0 ? ['requests are still under way'] : []),
    ...(late.heap > early.heap + 8 ? ['memory leaks'] : []),
    ...(code === 0 ? [] : [`it ended with ${code}`]),
  ],
);
