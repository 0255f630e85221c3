/**
 * Measures throughput, latency, memory and scaling in one run, next to baseline servers. The servers take turns.
 *
 *   npm run bench -- [--quick] [--only NAME] [--json FILE]
 *
 * The results depend on the machine. They are meaningful only if nothing else runs on it.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureClients } from './clients.mjs';
import { measureData } from './data-file.mjs';
import { isMet, tableOf } from './figures.mjs';
import { measureLive } from './live-mode.mjs';
import { CONNECTIONS, generator } from './load.mjs';
import { pinned } from './processes.mjs';
import { measureProxy } from './proxy.mjs';
import { measureScale } from './scale.mjs';
import { measureScopes } from './scopes.mjs';
import { measureStartUp } from './start-up.mjs';
import { measureThroughput } from './throughput.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
});
const { quick, only, json } = values;
const sizes = quick
  ? {
      rounds: 1,
      seconds: 1,
      starts: 2,
      messages: 100_000,
      others: 2000,
      records: 10_000,
      calls: 300,
      services: 1000,
      proxied: 3000,
      clients: 200,
    }
  : {
      rounds: 5,
      seconds: 2,
      starts: 9,
      messages: 1_000_000,
      others: 100_000,
      records: 100_000,
      calls: 1500,
      services: 10_000,
      proxied: 20_000,
      clients: 1000,
    };

const sections = {
  throughput: () => measureThroughput(sizes),
  'start-up': () => measureStartUp({ rounds: sizes.starts }),
  live: () => measureLive(sizes),
  data: () => measureData(sizes),
  scale: () => measureScale(sizes),
  scopes: () => measureScopes(sizes),
  proxy: () => measureProxy(sizes),
  clients: () => measureClients(sizes),
};
if (only !== undefined && !(only in sections)) {
  throw new Error(`--only takes one of ${Object.keys(sections).join(', ')}`);
}

const load = () => loadavg()[0].toFixed(1);
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  processor: `${cpus().length} × ${cpus()[0]?.model}`,
  generator: `${generator}, ${CONNECTIONS} connections`,
  pinned,
  quick,
  loadBefore: load(),
};
const print = (line) => process.stdout.write(`${line}\n`);
print(`${machine.date}, Node ${machine.node}, ${machine.processor}, ${machine.generator}`);
if (!pinned) print('Servers and load generator share all cores, so the ratios are not reliable.');
if (Number(machine.loadBefore) > 0.5)
  print(`Other programs are running (load ${machine.loadBefore}), so the figures are not reliable.`);

const rows = [];
for (const [name, measure] of Object.entries(sections)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  const measured = await measure();
  rows.push(...measured);
  print(`\n${name}, in ${((performance.now() - began) / 1000).toFixed(0)} s, load ${load()}\n\n${tableOf(measured)}`);
}
if (json !== undefined) {
  const document = { ...machine, loadAfter: load(), rows: rows.map((row) => ({ ...row, met: isMet(row) })) };
  writeFileSync(json, `${JSON.stringify(document, null, 2)}\n`);
}
const missed = rows.filter((row) => isMet(row) === false);
print(missed.length === 0 ? 'All targets are met.' : `Missed: ${missed.map(({ name }) => name).join('; ')}.`);
// A missed target is information, not a failure.
process.exit(0);
