import type { BoundScenario } from './bind-scenario.js';
import type { Need } from './scenario.js';
import { variablesOf } from './step-input.js';
import type { Prerequisites } from './target.js';

const MISSING: Readonly<Record<Need, string>> = {
  phone: 'needs phone numbers: set --address and --proxy-address',
  binding: 'needs a device registered for push messages: set --binding',
  settings: 'changes settings of the whole account: set --account-settings',
};

/**
 * The steps to skip, by name, with the reason: steps that one side cannot run, and steps that depend on them. Both sides
 * skip them, because a step that only one side runs would change the responses that are compared later.
 */
export function skipsOf({ steps }: BoundScenario, sides: readonly Prerequisites[]): ReadonlyMap<string, string> {
  const skips = new Map<string, string>();
  const unavailable = new Map<string, string>();
  for (const step of steps) {
    const { name, needs, saveAs = name } = step;
    const missing = needs !== undefined && sides.some((side) => side[needs] === undefined);
    const reason = missing
      ? MISSING[needs]
      : variablesOf(step)
          .map((each) => unavailable.get(each))
          .find(isDefined);
    if (reason === undefined) continue;
    skips.set(name, reason);
    unavailable.set(saveAs, reason);
  }
  return skips;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
