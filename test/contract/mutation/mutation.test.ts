import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { discoverMutations } from '../../../src/contract/mutation/discover.js';
import { createHonestPasses, honestKinds } from '../../../src/contract/mutation/honest.js';
import { tryMutation } from '../../../src/contract/mutation/trial.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { published, simulator } from '../helpers.js';

/** `npm run contract:mutation` tries all mutations. Here: the first of each kind, and every 90th. */
const INTERVAL = 90;

/** Latency changes the order of what runs at the same time, so its scale does not matter. */
const wait = (duration: number) => sleep(duration / 100);

describe('the contract suite', () => {
  it('reports every kind of mutation where it shows', { timeout: 120_000 }, async () => {
    const side = simulator();
    const discovery = await discoverMutations(scenarios, side, published);
    const { mutations, scenariosByOperation } = discovery;
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
      const { outcome } = await tryMutation(mutation, callers, { ...discovery, side, published });
      if (outcome === 'not applied') continue;
      outcomes.push(`${outcome}: ${mutation.kind} ${mutation.path} in ${mutation.operation}`);
    }
    expect(outcomes.length).toBeGreaterThan(100);
    expect(outcomes.filter((outcome) => !outcome.startsWith('found'))).toEqual([]);
  });

  it('reports nothing without a mutation', { timeout: 60_000 }, async () => {
    const [left, right] = [simulator(), simulator()];
    const { drifts, outcome, scenarios: reports } = await runSuite({ scenarios, left, right, published });
    expect(drifts).toEqual([]);
    expect(outcome).toBe('agree');
    expect(reports.flatMap(({ skipped }) => skipped)).toEqual([]);
  });

  it.each(honestKinds.filter(({ name }) => !name.includes('ms')).map((kind) => [kind.name, kind] as const))(
    'raises no alarm for a target that %s',
    { timeout: 60_000 },
    async (_, kind) => {
      const some = scenarios.filter(({ name }) => /^(?:service$|role|binding|address)/.test(name));
      const chosen = kind.variations.length > 1 ? some : scenarios;
      const run = createHonestPasses({ scenarios: chosen, side: simulator(), published, random: Math.random, wait });
      expect(await run(kind)).toEqual([]);
    },
  );
});
