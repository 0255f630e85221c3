#!/usr/bin/env node
/** Tests the contract suite itself: applies every mutation to every operation, and counts false alarms without any. */
import { loadCapability } from '../../capability/load.js';
import { discoverMutations } from '../../contract/mutation/discover.js';
import { type Trial, tryMutation } from '../../contract/mutation/trial.js';
import { runSuite } from '../../contract/run/run-suite.js';
import { scenarios } from '../../contract/scenarios/index.js';
import { publishedOf } from './published.js';
import { type ContractSurface, simulateSide } from './sides.js';

const BASELINE_RUNS = 100;

const capability = loadCapability();
const published = publishedOf(capability);

function createSides(surface: ContractSurface = 'engine') {
  const options = { capability, published, surface };
  return { left: simulateSide(options), right: simulateSide(options), published };
}

async function tryAllMutations(): Promise<Trial[]> {
  const discovery = createSides();
  const { mutations, scenariosByOperation } = await discoverMutations(scenarios, discovery.left, published);
  await Promise.all([discovery.left.close(), discovery.right.close()]);
  const trials: Trial[] = [];
  for (const { name } of published.operations) {
    const own = mutations.filter(({ operation }) => operation === name);
    const callers = scenarios.filter((scenario) => scenariosByOperation.get(name)?.includes(scenario.name));
    // New sides for each operation, because some mutations leave records behind.
    const sides = { engine: createSides(), twilio: createSides('twilio') };
    for (const mutation of own) {
      trials.push(await tryMutation(mutation, callers, mutation.needs === 'headers' ? sides.twilio : sides.engine));
    }
    await Promise.all(Object.values(sides).flatMap(({ left, right }) => [left.close(), right.close()]));
    progress(`${name}: ${own.length} mutations`);
  }
  return trials;
}

/** The number of drifts reported without any mutation. */
async function countFalseAlarms(): Promise<number> {
  const sides = createSides();
  let drifts = 0;
  for (let run = 1; run <= BASELINE_RUNS; run += 1) {
    const report = await runSuite({ scenarios, ...sides });
    drifts += report.drifts.length;
    progress(`baseline run ${run}: ${report.drifts.length} drifts`);
  }
  await Promise.all([sides.left.close(), sides.right.close()]);
  return drifts;
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}

function summary(trials: readonly Trial[], falseAlarms: number): string {
  const applied = trials.filter(({ outcome }) => outcome !== 'not applied');
  const kinds = new Map<string, { applied: number; found: number }>();
  for (const { mutation, outcome } of applied) {
    const count = kinds.get(mutation.kind) ?? { applied: 0, found: 0 };
    kinds.set(mutation.kind, { applied: count.applied + 1, found: count.found + Number(outcome === 'found') });
  }
  const found = applied.filter(({ outcome }) => outcome === 'found').length;
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `  ${kind.padEnd(36)}${String(count.found).padStart(5)} of ${count.applied}`);
  const notFound = applied
    .filter(({ outcome }) => outcome !== 'found')
    .map(
      ({ mutation: { kind, path, operation }, outcome, scenario, step }) =>
        `  ${outcome}: ${kind} ${path} in ${operation} (${scenario} · ${step})`,
    );
  const operations = new Set(applied.map(({ mutation }) => mutation.operation)).size;
  return [
    `mutations found at the mutated step:`,
    ...rows,
    ...(notFound.length > 0 ? ['not found:', ...notFound] : []),
    `${found} of ${applied.length} mutations found (${((100 * found) / applied.length).toFixed(1)} %), in ${operations} operations`,
    `${falseAlarms} drifts in ${BASELINE_RUNS} runs of all scenarios without mutations`,
    '',
  ].join('\n');
}

const trials = await tryAllMutations();
const falseAlarms = await countFalseAlarms();
process.stdout.write(summary(trials, falseAlarms));
const areAllFound = trials.every(({ outcome }) => outcome === 'found' || outcome === 'not applied');
process.exitCode = falseAlarms === 0 && areAllFound ? 0 : 1;
