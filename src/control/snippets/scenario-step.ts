import { stringify } from 'yaml';
import type { Exchange, Operation } from '../../core/operation.js';
import { isJsonObject } from '../../core/body.js';

const NOUN = /^(?:Chat)?([A-Z][a-z]+)Sid$/;

/**
 * An exchange as a step of a contract scenario. The SIDs of what lies around it are left out: a scenario makes its own,
 * and finds them under the names by which they were kept.
 */
export function scenarioStepOf({ id, input, status, answer }: Exchange, operation: Operation): string {
  const given = isJsonObject(input) ? input : {};
  const around = new Set(
    operation.parameters.filter(({ in: place, name }) => place === 'path' && NOUN.test(name)).map(({ name }) => name),
  );
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => !around.has(name)));
  const code = isJsonObject(answer) ? answer['code'] : undefined;
  const step = {
    name: `request ${id}`,
    operation: operation.name,
    ...(Object.keys(own).length === 0 ? {} : { input: own }),
    ...(status < 400 ? {} : { expect: { status, ...(typeof code === 'number' ? { code } : {}) } }),
  };
  return stringify([step], { lineWidth: 0 });
}
