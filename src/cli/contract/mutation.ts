#!/usr/bin/env node
/**
 * Tests the contract suite itself: applies every mutation to every operation, and counts false alarms without any.
 *
 * `--only NAME` and `--kinds NAME` (patterns with `*`, separated by commas) choose operations and kinds of mutations;
 * `--passes N` sets the number of honest passes; `--results FILE` keeps the results of finished operations and passes, so
 * that an interrupted run continues where it stopped.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadCapability } from '../../capability/load.js';
import { discoverMutations } from '../../contract/mutation/discover.js';
import { createHonestPasses, honestKinds } from '../../contract/mutation/honest.js';
import {
  type HonestResult,
  isClean,
  mutationReport,
  recordOf,
  type TrialRecord,
} from '../../contract/mutation/summary.js';
import { tryMutation } from '../../contract/mutation/trial.js';
import { scenarios } from '../../contract/scenarios/index.js';
import { matchesGlob } from '../../util/glob.js';
import { publishedOf } from './published.js';
import { type ContractSurface, simulateSide } from './sides.js';

/** Honest passes with one side. Those that wait for delayed responses run at the same time, the others one by one. */
const BATCH = 80;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '*' },
    kinds: { type: 'string', default: '*' },
    passes: { type: 'string', default: '200' },
    results: { type: 'string' },
  },
});

const capability = loadCapability();
const published = publishedOf(capability);

const createSide = (surface: ContractSurface = 'engine') => simulateSide({ capability, published, surface });

const isChosen = (patterns: string, name: string): boolean =>
  patterns.split(',').some((pattern) => matchesGlob(pattern.trim(), name));

async function tryAllMutations(): Promise<TrialRecord[]> {
  const discovery = { engine: createSide(), twilio: createSide('twilio') };
  const plain = await discoverMutations(scenarios, discovery.engine, published);
  const withHeaders = await discoverMutations(scenarios, discovery.twilio, published);
  await Promise.all([discovery.engine.close(), discovery.twilio.close()]);
  const records = readResults().flatMap((line) => ('kind' in line ? [] : line));
  const finished = new Set(records.map(({ operation }) => operation));
  for (const { name } of published.operations) {
    if (finished.has(name) || !isChosen(flags.only, name)) continue;
    const own = plain.mutations.filter(({ operation, kind }) => operation === name && isChosen(flags.kinds, kind));
    const callers = scenarios.filter((scenario) => plain.scenariosByOperation.get(name)?.includes(scenario.name));
    // New sides for each operation, so that the worlds of the trials do not pile up.
    const sides = { engine: createSide(), twilio: createSide('twilio') };
    const engine = { ...plain, side: sides.engine, published };
    const twilio = { ...withHeaders, side: sides.twilio, published };
    const tried: TrialRecord[] = [];
    for (const mutation of own) {
      tried.push(recordOf(await tryMutation(mutation, callers, mutation.needs === 'headers' ? twilio : engine)));
    }
    await Promise.all([sides.engine.close(), sides.twilio.close()]);
    records.push(...tried);
    keepResult(tried);
    const missed = tried.filter(({ outcome }) => outcome === 'missed' || outcome === 'elsewhere');
    progress(`${name}: ${own.length} mutations, ${missed.length} not found`);
    for (const { outcome, kind, path, where } of missed) progress(`  ${outcome}: ${kind} ${path} (${where})`);
  }
  return records;
}

/** One line of the results: the trials of an operation, or an honest pass. */
type ResultLine = readonly TrialRecord[] | { readonly kind: string; readonly alarms: readonly string[] };

function readResults(): ResultLine[] {
  if (flags.results === undefined || !existsSync(flags.results)) return [];
  const lines = readFileSync(flags.results, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ResultLine);
}

function keepResult(result: ResultLine): void {
  if (flags.results !== undefined) appendFileSync(flags.results, `${JSON.stringify(result)}\n`);
}

async function runHonestPasses(): Promise<HonestResult[]> {
  const finished = readResults().flatMap((line) => ('kind' in line ? line : []));
  const results = honestKinds.map(({ name }) => {
    const own = finished.filter(({ kind }) => kind === name);
    return { kind: name, passes: own.length, alarms: own.flatMap(({ alarms }) => alarms) };
  });
  const planned = Array.from({ length: Number(flags.passes) }, (_, i) => i % honestKinds.length);
  const queue = planned.filter((index, i) => {
    const earlier = planned.slice(0, i).filter((each) => each === index).length;
    return earlier >= (results[index]?.passes ?? 0);
  });
  while (queue.length > 0) {
    // A new side for each batch, so that the worlds of the passes do not pile up.
    const side = createSide();
    const run = createHonestPasses({ scenarios, side, published, random: Math.random });
    const pass = async (index: number): Promise<void> => {
      const [kind, result] = [honestKinds[index], results[index]];
      if (kind === undefined || result === undefined) return;
      const alarms = await run(kind);
      keepResult({ kind: kind.name, alarms });
      result.passes += 1;
      result.alarms.push(...alarms);
      progress(`a target that ${kind.name}: ${alarms.length} false alarms`);
      for (const alarm of alarms) progress(`  ${alarm}`);
    };
    const batch = queue.splice(0, BATCH);
    const oneByOne = async (): Promise<void> => {
      for (const index of batch.filter((each) => !isSlow(each))) await pass(index);
    };
    await Promise.all([oneByOne(), ...batch.filter(isSlow).map(pass)]);
    await side.close();
    progress(`${queue.length} honest passes left`);
  }
  return results;
}

function isSlow(kind: number): boolean {
  return honestKinds[kind]?.variations.some((each) => each.isSlow) === true;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

const records = await tryAllMutations();
const honest = await runHonestPasses();
process.stdout.write(mutationReport(records, honest));
process.exitCode = isClean(records, honest) ? 0 : 1;
