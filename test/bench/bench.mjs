/**
 * How fast, how large, how steady: every line of the table in one run, beside bare servers, in rounds that take turns.
 *
 *   npm run bench -- [--quick] [--only NAME] [--json FILE]
 *
 * It is no test: its figures depend on the machine, and mean something only while that does nothing else.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureData } from './data-file.mjs';
import { isMet, tableOf } from './figures.mjs';
import { measureLive } from './live-mode.mjs';
import { CONNECTIONS, generator } from './load.mjs';
import { pinned } from './processes.mjs';
import { measureScale } from './scale.mjs';
import { measureStartUp } from './start-up.mjs';
import { measureThroughput } from './throughput.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
});
const { quick, only, json } = values;
const sizes = quick
  ? { rounds: 1, seconds: 1, starts: 2, messages: 100_000, others: 2000, records: 10_000, calls: 300 }
  : { rounds: 5, seconds: 2, starts: 9, messages: 1_000_000, others: 100_000, records: 100_000, calls: 1500 };

const sections = {
  throughput: () => measureThroughput(sizes),
  'start-up': () => measureStartUp({ rounds: sizes.starts }),
  live: () => measureLive(sizes),
  data: () => measureData(sizes),
  scale: () => measureScale(sizes),
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
const say = (line) => process.stdout.write(`${line}\n`);
say(`${machine.date}, Node ${machine.node}, ${machine.processor}, ${machine.generator}`);
if (!pinned) say('Servers and load share all cores: ratios are too kind or too harsh.');
if (Number(machine.loadBefore) > 0.5)
  say(`Something else runs here (load ${machine.loadBefore}): take no figure from this run.`);

const rows = [];
for (const [name, measure] of Object.entries(sections)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  const found = await measure();
  rows.push(...found);
  say(`\n${name}, in ${((performance.now() - began) / 1000).toFixed(0)} s, load ${load()}\n\n${tableOf(found)}`);
}
if (json !== undefined) {
  const document = { ...machine, loadAfter: load(), rows: rows.map((row) => ({ ...row, met: isMet(row) })) };
  writeFileSync(json, `${JSON.stringify(document, null, 2)}\n`);
}
const missed = rows.filter((row) => isMet(row) === false);
say(missed.length === 0 ? 'Every goal is met.' : `Not met: ${missed.map(({ what }) => what).join('; ')}.`);
// Goals are to look at; what fails a build are tests.
process.exit(0);
