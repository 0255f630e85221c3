import type { Operation } from '../../core/operation.js';
import { rootsOf } from './step-input.js';
import type { Need, Scenario } from './scenario.js';
import type { Prerequisites } from './target.js';

const LACKS: Readonly<Record<Need, string>> = {
  phone: 'needs phone numbers: give --address and --proxy-address',
  binding: 'needs a device that has registered for push messages: give --binding',
};

/**
 * The steps that one of the sides cannot play, with the reason, and those that stand on them. They are left out on both
 * sides: a step that only one side plays would change what the other is compared with.
 */
export function skipsOf(
  scenario: Scenario,
  operations: readonly Operation[],
  sides: readonly Prerequisites[],
): ReadonlyMap<string, string> {
  const skips = new Map<string, string>();
  const lost = new Map<string, string>();
  for (const step of scenario.steps) {
    const { needs } = step;
    const lacking = needs !== undefined && sides.some((side) => side[needs] === undefined) ? LACKS[needs] : undefined;
    const operation = operations.find(({ name }) => name === step.operation);
    const why =
      lacking ??
      rootsOf(step, operation)
        .map((root) => lost.get(root))
        .find((reason) => reason !== undefined);
    if (why === undefined) continue;
    skips.set(step.name, why);
    lost.set(step.keep ?? step.name, why);
  }
  return skips;
}
