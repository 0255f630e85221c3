import { afterAll, describe, expect, it } from 'vitest';
import { contractSurfaces, simulateSide } from '../../../src/cli/contract/sides.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { capability, published } from '../helpers.js';

/** Other tests play the scenarios against the engine, and through the Twilio surface (`test/sdk/scenarios.test.ts`). */
const surfaces = contractSurfaces.filter((surface) => surface === 'rest' || surface === 'mcp');

describe.each(surfaces)('through the surface %s', (surface) => {
  const left = simulateSide({ capability, published, surface });
  const right = simulateSide({ capability, published, surface: 'engine' });
  afterAll(() => Promise.all([left.close(), right.close()]));

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'the scenario %s has the same transcript as without a surface',
    async (_, scenario) => {
      const report = await runSuite({ scenarios: [scenario], left, right, published });
      expect(report.drifts).toEqual([]);
      expect(report.outcome).toBe('agree');
      expect(report.scenarios[0]?.skipped).toEqual([]);
    },
  );
});
