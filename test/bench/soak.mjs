/**
 * Sends 200,000 mixed requests to the simulator on all surfaces, in several worlds, with fault rules, webhooks, receipts,
 * timers and a data file. Memory must not grow beyond the stored records, only injected faults may fail, and every webhook
 * must be accounted for. `npm run soak`; `REQUESTS=20000` shortens it, `SEED=7` changes the sequence.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { RunQueue, systemTime } from './run-queue.mjs';
import { OutboxReader, startApp } from './soak-app.mjs';
import { surfacesOf } from './soak-surfaces.mjs';
import { ConnectionCut, Walker } from './soak-walker.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 200_000);
const SEED = Number(process.env.SEED ?? 1);
const WORLDS = 8;
const WALKERS = 4 * WORLDS;
/** Allowed heap growth in the second half, in megabytes, for noise and newly compiled code. */
const HEAP_TOLERANCE_MB = 8;
const CALL_TIMEOUT_MS = 120_000;
/** How long the server waits, in milliseconds: for a webhook's response, and for the rest of a request. */
const WEBHOOK_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 30_000;
/** If the processes could run for this share of a timeout, and nothing came, the machine is no excuse. */
const ENOUGH = 0.8;
/** Status of a request that did not arrive in time. It has no effect. */
const REQUEST_TIMEOUT = 408;
/** The message of injected failures. Any other failure is a bug. */
const INJECTED = 'soak: injected';

const faultRules = [
  { name: '429', rule: { probability: 0.01, status: 429, message: INJECTED } },
  { name: '500', rule: { probability: 0.004, status: 500, message: INJECTED } },
  { name: '503', rule: { probability: 0.004, status: 503, message: INJECTED } },
  { name: 'slow', rule: { probability: 0.02, latency: { min: 0, max: 20 } } },
  { name: 'cut', rule: { probability: 0.001, cut: 'reset' } },
  { name: 'lost', rule: { event: '*', probability: 0.01, webhook: 'lose' } },
  { name: 'double', rule: { event: '*', probability: 0.01, webhook: 'double' } },
  { name: 'late', rule: { event: '*', probability: 0.01, webhook: 'late' } },
];

/** A repeatable sequence of random numbers. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const failures = new Counts();
const responses = new Counts();
const injected = new Counts();
const calls = new Counts();
let refusals = 0;

const folder = mkdtempSync(join(tmpdir(), 'understudy-soak-'));
const dataFile = join(folder, 'worlds.json');
const settings = ['--data', dataFile, '--log-level', 'error'];
let server = await startGauged(settings);
const app = await startApp(randomFrom(SEED));
const runQueue = new RunQueue([server.child.pid, process.pid]);
/** Timeouts for which the processes waited for a processor too long, and those for which they did not. */
const [excused, unexcused] = [new Counts(), new Counts()];

function judge(what, started, ended, timeout) {
  const available = runQueue.availableIn(started, ended);
  (available < timeout * ENOUGH ? excused : unexcused).add(what);
}

const accounts = Array.from({ length: WORLDS }, (_, i) => `AC${String(i + 1).padStart(32, '0')}`);

async function control(account, path, input) {
  const response = await fetch(`${server.origin}/__understudy/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'understudy-world': account },
    body: JSON.stringify(input),
  });
  const body = await response.json();
  if (response.status === REQUEST_TIMEOUT) return control(account, path, input);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

/** Returns a function that calls operations on a random surface and counts the responses. */
function createCall(surfaces, random) {
  return async (name, input, { mayRefuse = false } = {}) => {
    const chance = random();
    const surface = chance < 0.45 ? 'twilio' : chance < 0.85 ? 'rest' : 'mcp';
    calls.add(surface);
    let response;
    const started = systemTime();
    // Cleared after the call, because a later abort would send a cancellation to the MCP server.
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error('no response in time')), CALL_TIMEOUT_MS);
    try {
      response = await surfaces[surface](name, input, stop.signal);
    } catch (error) {
      if (error === stop.signal.reason) judge('no response', started, systemTime(), CALL_TIMEOUT_MS);
      else {
        if (!/fetch failed|terminated/.test(error.message)) failures.add(`${name} on ${surface}: ${error.message}`);
        injected.add('cut');
      }
      throw new ConnectionCut();
    } finally {
      clearTimeout(timer);
    }
    const { status, body } = response;
    if (body?.more_info === 'urn:twilio-understudy:UNDERSTUDY_CUT_OFF') {
      injected.add('cut');
      throw new ConnectionCut();
    }
    responses.add(status);
    if (body?.message === INJECTED) {
      injected.add(String(status));
      return undefined;
    }
    if (status === REQUEST_TIMEOUT) {
      judge('408', started, systemTime(), REQUEST_TIMEOUT_MS);
      return undefined;
    }
    if (status < 400) return body ?? {};
    if (mayRefuse && status < 500) {
      refusals += 1;
      return 'refused';
    }
    failures.add(`${name} on ${surface}: ${status} ${body?.code} ${body?.message}`.slice(0, 200));
    return undefined;
  };
}

for (const { rule } of faultRules) await control(accounts[0], 'faults/add', { ...rule, seed: `soak ${SEED}` });
// Half of the worlds have a manual clock, so that long timers and receipts can fire during the run.
const manual = accounts.slice(WORLDS / 2);
for (const account of manual) await control(account, 'clock/set', { mode: 'manual' });

const surfacesOfAll = accounts.map((account) => surfacesOf(server, account));
const walkers = Array.from({ length: WALKERS }, (_, i) => {
  const random = randomFrom(SEED * 1000 + i);
  const account = accounts[i % WORLDS];
  return new Walker({
    name: `walker ${String(i).padStart(2, '0')}`,
    random,
    call: createCall(surfacesOfAll[i % WORLDS], random),
    control: (path, input) => control(account, path, input),
    hooks: app.hooks,
  });
});
const outboxes = accounts.map(
  (account) => new OutboxReader(async (after) => (await control(account, 'webhooks/list', { after })).deliveries),
);

/** Reads the outboxes before they overflow, and advances the manual clocks. */
async function attend() {
  await Promise.all(outboxes.map((outbox) => outbox.read()));
  for (const account of manual) await control(account, 'clock/advance', { by: 'PT11M' });
}

/** Measures the server when nothing is in flight. */
async function gauge() {
  await attend();
  for (const account of accounts) await control(account, 'webhooks/idle', {});
  const figures = await gaugeOf(server);
  const { worlds } = await control(accounts[0], 'worlds/list', {});
  const records = worlds.flatMap((world) => Object.values(world.records)).reduce((sum, count) => sum + count, 0);
  const journal = (await control(accounts[0], 'journal/list', { limit: 1000 })).exchanges.length;
  return { ...figures, records, journal };
}

const walk = createWorkers(WALKERS, async (_, worker) => walkers[worker].step());
let steps = 0;
/** Runs steps until `count` requests were sent. A step sends one or more. */
async function walkTo(count) {
  while (calls.total < count) await Promise.all([walk((steps += 2000)), attend()]);
}

const began = performance.now();
const gauges = [];
for (const part of [0.25, 0.5, 0.75, 1]) {
  await walkTo(REQUESTS * part);
  gauges.push([part, await gauge()]);
}
const seconds = (performance.now() - began) / 1000;
const waited = runQueue.total;

// From here on, no timer fires on its own.
for (const account of accounts) await control(account, 'clock/set', { mode: 'manual' });
for (const account of accounts) await control(account, 'webhooks/idle', {});
const rules = (await control(accounts[0], 'faults/list', {})).faults;
const applied = Object.fromEntries(faultRules.map(({ name }, i) => [name, rules[i].happened]));
const summaries = await Promise.all(outboxes.map((outbox) => outbox.conclude()));
const [states, webhookResponses] = [new Counts(), new Counts()];
for (const each of summaries) {
  for (const [state, count] of each.states) states.add(state, count);
  for (const [status, count] of each.responses) webhookResponses.add(status, count);
}
const missed = summaries.reduce((sum, each) => sum + each.missed, 0);
const served = new Counts();
for (const [labels, count] of await metricOf(server, 'understudy_requests_total')) {
  const [, status] = /status="(5\d\d)"/.exec(labels) ?? [];
  if (status !== undefined) served.add(status, count);
}
const countsOf = async () => JSON.stringify((await control(accounts[0], 'worlds/list', {})).worlds);
const before = await countsOf();
const code = await stopped(server);
const size = statSync(dataFile).size / 2 ** 20;
server = await startGauged(settings);
const after = await countsOf();
await server.stop();
app.close();
rmSync(folder, { recursive: true });

const [[, first], [, half], , [, last]] = gauges;
// The app counts a response that arrived after the timeout; the outbox does not.
const unanswered = [...webhookResponses].reduce(
  (sum, [status, count]) => sum + (Number.isInteger(status) ? 0 : count),
  0,
);
const unrecorded = [...app.received].map(([status, count]) => count - (webhookResponses.get(status) ?? 0));
const isAccounted =
  unrecorded.every((count) => count >= 0) && unrecorded.reduce((sum, count) => sum + count, 0) <= unanswered;
for (const { started, milliseconds } of summaries.flatMap((each) => each.unanswered)) {
  judge('webhook without response', started, started + milliseconds, WEBHOOK_TIMEOUT_MS);
}
conclude(
  [
    [
      'requests',
      `${calls.total} (${calls.text}), ${WALKERS} at a time, ${round(calls.total / seconds)}/s, SEED=${SEED}`,
    ],
    ['responses', responses.text],
    ['faults injected', shown(applied)],
    ['faults seen', injected.text],
    ['5xx in the metrics', `${served.text} (502: connection faults on MCP, which has no connection to cut)`],
    ['refused in closed conversations', refusals],
    ['webhooks', `${states.total}: ${states.text}`],
    ['webhook responses', `${webhookResponses.text}; sent by the app: ${app.received.text}`],
    ...gauges.map(([part, figures]) => [`after ${part * 100} %`, shown(figures)]),
    [
      'waited for a processor',
      runQueue.isKnown ? `server ${round(waited[0])} s, this process ${round(waited[1])} s` : 'unknown on this system',
    ],
    ['timeouts while it waited', excused.text],
    ['data file', `${round(size)} MB; unchanged after a restart: ${before === after}`],
  ],
  [
    ...[...failures].slice(0, 5).map(([what, count]) => `${count} × ${what}`),
    ...['429', '500', '503', 'cut'].flatMap((name) =>
      applied[name] === (injected.get(name) ?? 0)
        ? []
        : [`${name}: ${applied[name]} injected, ${injected.get(name)} seen`],
    ),
    ...['500', '503'].flatMap((name) =>
      applied[name] === (served.get(name) ?? 0) ? [] : [`${name} that no rule injected`],
    ),
    ...([...served.keys()].every((status) => ['500', '502', '503'].includes(status))
      ? []
      : ['5xx that no rule injected']),
    ...(last.heap > half.heap + HEAP_TOLERANCE_MB
      ? [`the heap grew by more than ${HEAP_TOLERANCE_MB} MB in the second half`]
      : []),
    ...(last.descriptors > first.descriptors + 4 ? ['file descriptors leak'] : []),
    ...(last.records > half.records * 1.5
      ? ['the number of records grew, so the heap figures are not meaningful']
      : []),
    ...(last.journal > 1000 || outboxes.some((outbox) => outbox.size > 1000)
      ? ['journal or outbox is not bounded']
      : []),
    ...(missed > 0 ? [`${missed} webhook deliveries were never seen`] : []),
    ...(states.get('waiting') > 0 ? ['webhook deliveries are still waiting'] : []),
    ...(states.get('lost') === applied.lost ? [] : ['webhooks were lost that no rule dropped']),
    ...(isAccounted ? [] : ['the outbox and the app disagree on responses']),
    ...[...unexcused].map(([what, count]) => `${count} × ${what} although the processes could run`),
    ...(before === after ? [] : ['the data file differs after the restart']),
    ...(code === 0 ? [] : [`the server exited with ${code}`]),
  ],
);
