/**
 * Measures CPU time per request, latency, memory and scaling in one run, next to baseline servers. The servers take turns.
 *
 *   npm run bench -- [--quick] [--only NAME] [--json FILE]
 *
 * The results depend on the machine. They are meaningful only if nothing else runs on it.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureClients } from './clients.mjs';
import { measureCost } from './cost.mjs';
import { measureData } from './data-file.mjs';
import { tableOf, verdictOf } from './figures.mjs';
import { measureLargeWorld } from './large-world.mjs';
import { measureLive } from './live-mode.mjs';
import { CONNECTIONS } from './load.mjs';
import { measurePage } from './page.mjs';
import { pinned } from './processes.mjs';
import { measurePauses } from './pauses.mjs';
import { measureProxy } from './proxy.mjs';
import { measureScale } from './scale.mjs';
import { measureScopes } from './scopes.mjs';
import { measureStartUp } from './start-up.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
});
const { quick, only, json } = values;
const sizes = quick
  ? {
      rounds: 3,
      seconds: 1,
      starts: 2,
      messages: 100_000,
      others: 2000,
      records: 10_000,
      calls: 300,
      services: 1000,
      proxied: 3000,
      clients: 200,
      pageSeconds: 5,
    }
  : {
      rounds: 7,
      seconds: 4,
      starts: 9,
      messages: 1_000_000,
      others: 100_000,
      records: 100_000,
      calls: 1500,
      services: 10_000,
      proxied: 20_000,
      clients: 1000,
      pageSeconds: 60,
    };

const sections = {
  cost: () => measureCost(sizes),
  pauses: () => measurePauses(sizes),
  'start-up': () => measureStartUp({ rounds: sizes.starts }),
  live: () => measureLive(sizes),
  data: () => measureData(sizes),
  scale: async () => [...(await measureScale(sizes)), ...(await measureLargeWorld(sizes))],
  scopes: () => measureScopes(sizes),
  proxy: () => measureProxy(sizes),
  clients: () => measureClients(sizes),
  page: () => measurePage(sizes),
};
if (only !== undefined && !(only in sections)) {
  throw new Error(`--only takes one of ${Object.keys(sections).join(', ')}`);
}

const load = () => loadavg()[0].toFixed(1);
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  processor: `${cpus().length} × ${cpus()[0]?.model}`,
  connections: CONNECTIONS,
  pinned,
  quick,
  loadBefore: load(),
};
const print = (line) => process.stdout.write(`${line}\n`);
print(`${machine.date}, Node ${machine.node}, ${machine.processor}, ${machine.connections} connections`);
if (!pinned) print('Servers and load generator share all cores, so the ratios are not reliable.');
if (Number(machine.loadBefore) > 0.5)
  print(`Other programs are running (load ${machine.loadBefore}), so the figures are not reliable.`);

if (process.platform !== 'linux') throw new Error('The bench reads the accounts of Linux in /proc.');

const rows = [];
for (const [name, measure] of Object.entries(sections)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  const measured = await measure();
  rows.push(...measured);
  print(`\n${name}, in ${((performance.now() - began) / 1000).toFixed(0)} s, load ${load()}\n\n${tableOf(measured)}`);
}
if (json !== undefined) {
  const document = { ...machine, loadAfter: load(), rows: rows.map((row) => ({ ...row, verdict: verdictOf(row) })) };
  writeFileSync(json, `${JSON.stringify(document, null, 2)}\n`);
}
const having = (verdict) => rows.filter((row) => verdictOf(row) === verdict).map(({ name }) => name);
for (const verdict of ['MISSED', 'undecided', 'machine too busy']) {
  const names = having(verdict);
  if (names.length > 0) print(`${verdict}: ${names.join('; ')}.`);
}
// A missed target is information, not a failure.
process.exit(0);
