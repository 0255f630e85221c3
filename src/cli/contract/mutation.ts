#!/usr/bin/env node
/** Tests the contract suite itself: plants drift of every kind in every operation, and plays honestly a hundred times. */
import { loadCapability } from '../../capability/load.js';
import { publishedOf } from './published.js';
import { type ContractSurface, simulateSide } from './sides.js';
import { survey } from '../../contract/mutation/discover.js';
import { type Trial, tryPlant } from '../../contract/mutation/trial.js';
import { scenarios } from '../../contract/scenarios/index.js';
import { runSuite } from '../../contract/run/run-suite.js';

const HONEST_RUNS = 100;

const capability = loadCapability();
const published = publishedOf(capability);
const newSides = (surface: ContractSurface = 'engine') => {
  const [left, right] = [0, 1].map(() => simulateSide({ capability, published, surface }));
  if (left === undefined || right === undefined) throw new Error('two sides are needed');
  return { left, right, published };
};

async function plantAll(): Promise<Trial[]> {
  const surveyed = newSides();
  const field = await survey(scenarios, surveyed.left, published);
  await surveyed.left.close();
  const trials: Trial[] = [];
  for (const { name } of published.operations) {
    const plants = field.plants.filter(({ operation }) => operation === name);
    const where = scenarios.filter((scenario) => field.where.get(name)?.includes(scenario.name));
    // New sides for each operation: what a resurrected record leaves behind must not pile up.
    const sides = { engine: newSides(), twilio: newSides('twilio') };
    for (const plant of plants) {
      trials.push(await tryPlant(plant, where, plant.needs === 'headers' ? sides.twilio : sides.engine));
    }
    await Promise.all(Object.values(sides).flatMap(({ left, right }) => [left.close(), right.close()]));
    progress(`${name}: ${plants.length} plants`);
  }
  return trials;
}

async function playHonestly(): Promise<number> {
  const sides = newSides();
  let drifts = 0;
  for (let run = 1; run <= HONEST_RUNS; run += 1) {
    const played = await runSuite({ scenarios, ...sides });
    drifts += played.drifts.length;
    progress(`honest run ${run}: ${played.drifts.length} drifts`);
  }
  await Promise.all([sides.left.close(), sides.right.close()]);
  return drifts;
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}

function report(trials: readonly Trial[], falseAlarms: number): string {
  const tried = trials.filter(({ outcome }) => outcome !== 'no occasion');
  const kinds = new Map<string, { planted: number; found: number }>();
  for (const { plant, outcome } of tried) {
    const count = kinds.get(plant.kind) ?? { planted: 0, found: 0 };
    kinds.set(plant.kind, { planted: count.planted + 1, found: count.found + Number(outcome === 'found') });
  }
  const found = tried.filter(({ outcome }) => outcome === 'found').length;
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `  ${kind.padEnd(36)}${String(count.found).padStart(5)} of ${count.planted}`);
  const missed = tried
    .filter(({ outcome }) => outcome !== 'found')
    .map(
      ({ plant, outcome, scenario, step }) =>
        `  ${outcome}: ${plant.kind} ${plant.path} in ${plant.operation} (${scenario} · ${step})`,
    );
  const operations = new Set(tried.map(({ plant }) => plant.operation)).size;
  return [
    `planted drift, found and named at its step:`,
    ...rows,
    ...(missed.length > 0 ? ['not found:', ...missed] : []),
    `${found} of ${tried.length} planted drifts found (${((100 * found) / tried.length).toFixed(1)} %), in ${operations} operations`,
    `${falseAlarms} drifts in ${HONEST_RUNS} honest runs of all scenarios`,
    '',
  ].join('\n');
}

const trials = await plantAll();
const falseAlarms = await playHonestly();
process.stdout.write(report(trials, falseAlarms));
process.exitCode =
  falseAlarms === 0 && trials.every(({ outcome }) => outcome === 'found' || outcome === 'no occasion') ? 0 : 1;
