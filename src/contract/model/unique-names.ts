/**
 * Names that are unique to one run. The default service of an account is shared, so a scenario in the account scope adds a
 * suffix to every name that it gives or looks up; the mask removes the suffix from the responses.
 */
import { randomInt } from 'node:crypto';
import type { Json, JsonObject } from '../../core/body.js';
import { isObject } from './paths.js';
import type { Scenario } from './scenario.js';

/** Also finds the suffix in a recording. */
export const SUFFIX = /-u[0-9a-z]{8}u/;

const SUFFIX_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

export function randomSuffix(): string {
  const characters = Array.from({ length: 8 }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]);
  return `-u${characters.join('')}u`;
}

/** Keys of inputs whose values are names, or look one up. */
const NAMES = new Set(['Identity', 'identity', 'UniqueName', 'Address', 'Sid', 'ConversationSid', 'UserSid']);
const IDENTITIES = new Set(['Identity', 'identity']);

/** The scenario with the suffix at each name, in inputs and expectations. A name in another case stays one. */
export function withUniqueNames(scenario: Scenario, suffix: string): Scenario {
  const names = new Set(namesIn(scenario, NAMES).map((name) => name.toLowerCase()));
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const object = objectIn(value);
      if (object !== undefined) return JSON.stringify(rename(object));
      return names.has(value.toLowerCase()) ? value + suffix : value;
    }
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rename(item)]));
  };
  return {
    ...scenario,
    steps: scenario.steps.map((step) => ({
      ...step,
      ...(step.input && { input: rename(step.input) as typeof step.input }),
      ...(step.expect?.body && {
        expect: { ...step.expect, body: rename(step.expect.body) as typeof step.expect.body },
      }),
    })),
  };
}

/** The identities in the inputs of a scenario: participants with them create users. */
export function identitiesIn(scenario: Scenario): readonly string[] {
  return [...new Set(namesIn(scenario, IDENTITIES))];
}

function namesIn({ steps }: Scenario, keys: ReadonlySet<string>): string[] {
  const collect = (value: unknown): string[] => {
    const object = typeof value === 'string' ? objectIn(value) : value;
    if (typeof object !== 'object' || object === null) return [];
    return Object.entries(object).flatMap(([key, item]) =>
      keys.has(key) && typeof item === 'string' ? [item].filter(isName) : collect(item),
    );
  };
  return steps.flatMap(({ input }) => collect(input));
}

/** The object in a JSON text, such as a participant of a conversation that is created with its participants. */
function objectIn(text: string): JsonObject | undefined {
  if (!text.startsWith('{"')) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) && 'identity' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Not a SID, a reference or a number, and not an address with a number. */
function isName(text: string): boolean {
  return /^[a-z]/i.test(text) && !/^[A-Z]{2}[0-9a-f]{32}$|^[a-z]+:\+|\{\{/.test(text);
}
