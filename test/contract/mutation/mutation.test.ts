import { describe, expect, it } from 'vitest';
import { survey } from '../../../src/contract/mutation/discover.js';
import { tryPlant } from '../../../src/contract/mutation/trial.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { published, simulator } from '../helpers.js';

/** `npm run contract:mutation` tries all of them; here, every so manieth, but each kind at least once. */
const EVERY = 45;

describe('planted drift', () => {
  it('is found and named at its step, whatever is falsified', { timeout: 120_000 }, async () => {
    const [left, right] = [simulator(), simulator()];
    const { plants, where } = await survey(scenarios, left, published);
    const seen = new Set<string>();
    const told = plants.filter(({ needs }) => needs === undefined);
    const tried = told.filter(({ kind }, i) => {
      const first = !seen.has(kind);
      seen.add(kind);
      return first || i % EVERY === 0;
    });
    const outcomes = [];
    for (const plant of tried) {
      const names = where.get(plant.operation) ?? [];
      const trial = await tryPlant(
        plant,
        scenarios.filter(({ name }) => names.includes(name)),
        { left, right, published },
      );
      if (trial.outcome !== 'no occasion')
        outcomes.push(`${trial.outcome}: ${plant.kind} ${plant.path} in ${plant.operation}`);
    }
    expect(outcomes.length).toBeGreaterThan(100);
    expect(outcomes.filter((outcome) => !outcome.startsWith('found'))).toEqual([]);
  });

  it('is never seen where there is none', { timeout: 60_000 }, async () => {
    const [left, right] = [simulator(), simulator()];
    for (let run = 0; run < 5; run += 1) {
      const { drifts } = await runSuite({ scenarios, left, right, published });
      expect(drifts).toEqual([]);
    }
  });
});
