import { onTestFinished } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { publishedOf } from '../../src/cli/contract/published.js';
import { simulateSide } from '../../src/cli/contract/sides.js';
import type { Side, Target } from '../../src/contract/model/target.js';

export const capability = loadCapability();
export const published = publishedOf(capability);

/** The simulator without sockets; closed when the test ends. */
export function simulator(): Side {
  const side = simulateSide({ capability, published, surface: 'engine' });
  onTestFinished(() => side.close());
  return side;
}

/** The simulator, wrapped by the test. */
export function wrappedSimulator(wrap: (baseline: Target) => Target): Side {
  const side = simulator();
  return {
    ...side,
    name: 'wrapped',
    async open(scenario) {
      const baseline = await side.open(scenario);
      return baseline && wrap(baseline);
    },
  };
}
