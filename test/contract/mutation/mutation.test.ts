import { describe, expect, it } from 'vitest';
import { discoverMutations } from '../../../src/contract/mutation/discover.js';
import { tryMutation } from '../../../src/contract/mutation/trial.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { published, simulator } from '../helpers.js';

/** `npm run contract:mutation` tries all mutations. Here: the first of each kind, and every 45th. */
const INTERVAL = 45;

describe('the contract suite', () => {
  it('reports every kind of mutation at the mutated step', { timeout: 120_000 }, async () => {
    const [left, right] = [simulator(), simulator()];
    const { mutations, scenariosByOperation } = await discoverMutations(scenarios, left, published);
    const kinds = new Set<string>();
    const tried = mutations
      .filter(({ needs }) => needs === undefined)
      .filter(({ kind }, i) => {
        const isFirst = !kinds.has(kind);
        kinds.add(kind);
        return isFirst || i % INTERVAL === 0;
      });
    const outcomes = [];
    for (const mutation of tried) {
      const names = scenariosByOperation.get(mutation.operation) ?? [];
      const callers = scenarios.filter(({ name }) => names.includes(name));
      const { outcome } = await tryMutation(mutation, callers, { left, right, published });
      if (outcome === 'not applied') continue;
      outcomes.push(`${outcome}: ${mutation.kind} ${mutation.path} in ${mutation.operation}`);
    }
    expect(outcomes.length).toBeGreaterThan(100);
    expect(outcomes.filter((outcome) => !outcome.startsWith('found'))).toEqual([]);
  });

  it('reports nothing without a mutation', { timeout: 60_000 }, async () => {
    const [left, right] = [simulator(), simulator()];
    for (let run = 0; run < 5; run += 1) {
      const { drifts, outcome, scenarios: reports } = await runSuite({ scenarios, left, right, published });
      expect(drifts).toEqual([]);
      expect(outcome).toBe('agree');
      expect(reports.flatMap(({ skipped }) => skipped)).toEqual([]);
    }
  });
});
