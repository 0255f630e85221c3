import { afterAll, describe, expect, it } from 'vitest';
import { loadCapability } from '../../../src/capability/load.js';
import { contractSurfaces, simulateSide } from '../../../src/cli/contract/sides.js';
import { publishedOf } from '../../../src/cli/contract/published.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';

const capability = loadCapability();
const published = publishedOf(capability);

describe.each(contractSurfaces)('the scenarios through %s', (surface) => {
  const left = simulateSide({ capability, published, surface });
  const right = simulateSide({ capability, published, surface: 'engine' });
  afterAll(() => Promise.all([left.close(), right.close()]));

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const report = await runSuite({ scenarios: [scenario], left, right, published });
    expect(report.drifts).toEqual([]);
    expect(report.outcome).toBe('agree');
    expect(report.scenarios[0]?.skipped).toEqual([]);
  });
});
