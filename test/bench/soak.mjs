/**
 * 200,000 mixed requests to the simulator on all surfaces, in several worlds, with fault rules, webhooks, receipts, timers
 * and a data file: nothing may grow but what is kept, nothing may fail but what was asked to, and every webhook must be
 * accounted for. Run by `npm run soak`; `REQUESTS=20000` makes it shorter, `SEED=7` another one.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conclude, Counts, createTurns, gaugeOf, metricOf, round, shown, startGauged, stopped } from './endurance.mjs';
import { longestPause } from './pause.mjs';
import { OutboxReader, startApp } from './soak-app.mjs';
import { surfacesOf } from './soak-surfaces.mjs';
import { Cut, Walker } from './soak-walker.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 200_000);
const SEED = Number(process.env.SEED ?? 1);
const WORLDS = 8;
const WALKERS = 4 * WORLDS;
/** How much larger the heap may be at the end than half-way, in megabytes: noise, and code that was compiled meanwhile. */
const SLACK = 8;
/** Milliseconds. */
const LONGEST_CALL = 120_000;
/** How long a webhook waits for its answer: where a process stood still for about as long, silence is nobody's fault. */
const PATIENCE = 4;
/** What is answered to a request that did not arrive in time: nothing was done. */
const TOO_LATE = 408;
/** What fault rules answer says so; any other failure is one of ours. */
const ASKED = 'soak: asked for';

const faultRules = [
  { name: '429', rule: { probability: 0.01, status: 429, message: ASKED } },
  { name: '500', rule: { probability: 0.004, status: 500, message: ASKED } },
  { name: '503', rule: { probability: 0.004, status: 503, message: ASKED } },
  { name: 'slow', rule: { probability: 0.02, latency: { min: 0, max: 20 } } },
  { name: 'cut', rule: { probability: 0.001, cut: 'reset' } },
  { name: 'lost', rule: { event: '*', probability: 0.01, webhook: 'lose' } },
  { name: 'double', rule: { event: '*', probability: 0.01, webhook: 'double' } },
  { name: 'late', rule: { event: '*', probability: 0.01, webhook: 'late' } },
];

/** Numbers that can be had again from their seed. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const failures = new Counts();
const answers = new Counts();
const asked = new Counts();
const calls = new Counts();
let refusals = 0;

const folder = mkdtempSync(join(tmpdir(), 'understudy-soak-'));
const dataFile = join(folder, 'worlds.json');
const settings = ['--data', dataFile, '--log-level', 'error'];
let server = await startGauged(settings);
const app = await startApp(randomFrom(SEED));

const accounts = Array.from({ length: WORLDS }, (_, i) => `AC${String(i + 1).padStart(32, '0')}`);

async function control(account, path, input) {
  const response = await fetch(`${server.origin}/__understudy/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'understudy-world': account },
    body: JSON.stringify(input),
  });
  const body = await response.json();
  if (response.status === TOO_LATE) return control(account, path, input);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

/** Calls operations on a surface that chance chooses, and keeps count of what came. */
function createAsk(surfaces, random) {
  return async (name, input, { mayRefuse = false } = {}) => {
    const chance = random();
    const surface = chance < 0.45 ? 'twilio' : chance < 0.85 ? 'rest' : 'mcp';
    calls.add(surface);
    let answer;
    // Ended with the call: the MCP client would tell the server of it later.
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error('no answer in time')), LONGEST_CALL);
    try {
      answer = await surfaces[surface](name, input, stop.signal);
    } catch (error) {
      if (!/fetch failed|terminated/.test(error.message)) failures.add(`${name} on ${surface}: ${error.message}`);
      asked.add('cut');
      throw new Cut();
    } finally {
      clearTimeout(timer);
    }
    const { status, body } = answer;
    if (body?.more_info === 'urn:twilio-understudy:UNDERSTUDY_CUT_OFF') {
      asked.add('cut');
      throw new Cut();
    }
    answers.add(status);
    if (body?.message === ASKED) {
      asked.add(String(status));
      return undefined;
    }
    if (status === TOO_LATE) return undefined;
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
// Half of the worlds have a clock that somebody moves, so that timers and receipts of minutes happen at once.
const manual = accounts.slice(WORLDS / 2);
for (const account of manual) await control(account, 'clock/set', { mode: 'manual' });

const surfacesOfAll = accounts.map((account) => surfacesOf(server, account));
const walkers = Array.from({ length: WALKERS }, (_, i) => {
  const random = randomFrom(SEED * 1000 + i);
  const account = accounts[i % WORLDS];
  return new Walker({
    name: `walker ${String(i).padStart(2, '0')}`,
    random,
    ask: createAsk(surfacesOfAll[i % WORLDS], random),
    control: (path, input) => control(account, path, input),
    hooks: app.hooks,
  });
});
const outboxes = accounts.map(
  (account) => new OutboxReader(async (after) => (await control(account, 'webhooks/list', { after })).deliveries),
);

/** Reads what would be forgotten, and moves the clocks. */
async function attend() {
  await Promise.all(outboxes.map((outbox) => outbox.read()));
  for (const account of manual) await control(account, 'clock/advance', { by: 'PT11M' });
}

/** What the server holds, once nothing is under way. */
async function gauge() {
  await attend();
  for (const account of accounts) await control(account, 'webhooks/idle', {});
  const figures = await gaugeOf(server);
  const { worlds } = await control(accounts[0], 'worlds/list', {});
  const kept = worlds.flatMap(({ records }) => Object.values(records)).reduce((sum, count) => sum + count, 0);
  const journal = (await control(accounts[0], 'journal/list', { limit: 1000 })).exchanges.length;
  return { ...figures, records: kept, journal };
}

const walk = createTurns(WALKERS, async (_, lane) => walkers[lane].step());
let steps = 0;
/** Walks until so many requests have been made: a step is one or some. */
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

// Nothing more happens by itself from here on.
for (const account of accounts) await control(account, 'clock/set', { mode: 'manual' });
for (const account of accounts) await control(account, 'webhooks/idle', {});
const faultsThere = (await control(accounts[0], 'faults/list', {})).faults;
const struck = Object.fromEntries(faultRules.map(({ name }, i) => [name, faultsThere[i].happened]));
const accounted = await Promise.all(outboxes.map((outbox) => outbox.conclude()));
const [states, heard] = [new Counts(), new Counts()];
for (const each of accounted) {
  for (const [state, count] of each.states) states.add(state, count);
  for (const [status, count] of each.answers) heard.add(status, count);
}
const missed = accounted.reduce((sum, each) => sum + each.missed, 0);
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
// An answer that came too late was given all the same.
const silent = [...heard].reduce((sum, [status, count]) => sum + (Number.isInteger(status) ? 0 : count), 0);
const unheard = [...app.heard].map(([status, count]) => count - (heard.get(status) ?? 0));
const isAccounted = unheard.every((count) => count >= 0) && unheard.reduce((sum, count) => sum + count, 0) <= silent;
const pause = Math.max(longestPause(), last.pause);
conclude(
  [
    ['requests', `${calls.total} (${calls.text}), ${WALKERS} at once, ${round(calls.total / seconds)}/s, SEED=${SEED}`],
    ['answers', answers.text],
    ['faults asked for', shown(struck)],
    ['faults seen', asked.text],
    ['5xx in its metrics', `${served.text} (502: what was cut off on MCP, which has no connection to cut)`],
    ['refused in closed conversations', refusals],
    ['webhooks', `${states.total}: ${states.text}`],
    ['their answers', `${heard.text}; the app gave ${app.heard.text}`],
    ...gauges.map(([part, figures]) => [`after ${part * 100} %`, shown(figures)]),
    ['stood still', `${round(pause)} s at most, this process or the server`],
    ['data file', `${round(size)} MB; the same after a restart: ${before === after}`],
  ],
  [
    ...[...failures].slice(0, 5).map(([what, count]) => `${count} × ${what}`),
    ...['429', '500', '503', 'cut'].flatMap((name) =>
      struck[name] === (asked.get(name) ?? 0) ? [] : [`${name}: ${struck[name]} asked for, ${asked.get(name)} seen`],
    ),
    ...['500', '503'].flatMap((name) =>
      struck[name] === (served.get(name) ?? 0) ? [] : [`${name} that no rule asked for`],
    ),
    ...([...served.keys()].every((status) => ['500', '502', '503'].includes(status))
      ? []
      : ['5xx that no rule asked for']),
    ...(last.heap > half.heap + SLACK ? [`the heap grew by more than ${SLACK} MB in the second half`] : []),
    ...(last.descriptors > first.descriptors + 4 ? ['descriptors leak'] : []),
    ...(last.records > half.records * 1.5
      ? ['records were to stay about as many: the run says nothing of the heap']
      : []),
    ...(last.journal > 1000 || outboxes.some(({ most }) => most > 1000) ? ['journal or outbox is not bounded'] : []),
    ...(missed > 0 ? [`${missed} webhooks were never seen`] : []),
    ...(states.get('waiting') > 0 ? ['webhooks still wait'] : []),
    ...(states.get('lost') === struck.lost ? [] : ['webhooks were lost that no rule asked for']),
    ...(isAccounted ? [] : ['the app heard otherwise']),
    ...(answers.has(TOO_LATE) && pause < PATIENCE ? ['requests came too late, although nothing stood still'] : []),
    ...(silent > 0 && pause < PATIENCE ? [`${silent} webhooks met silence, although nothing stood still`] : []),
    ...(before === after ? [] : ['the data file has something else']),
    ...(code === 0 ? [] : [`it ended with ${code}`]),
  ],
);
