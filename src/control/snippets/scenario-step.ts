import { stringify } from 'yaml';
import { isJsonObject } from '../../core/body.js';
import type { Exchange, Operation } from '../../core/operation.js';

/**
 * An exchange as a step of a contract scenario, in YAML. SIDs of parent resources are left out: a scenario creates its own
 * parents, and a step takes their SIDs from the names under which earlier steps saved them.
 */
export function toScenarioStep(exchange: Exchange, operation: Operation): string {
  if (operation.isUnpublished === true) return `# Scenarios have no step for ${operation.name}.`;
  const { id, input, status, answer } = exchange;
  const values = isJsonObject(input) ? input : {};
  const parents = new Set(operation.parameters.filter(isParent).map(({ name }) => name));
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => !parents.has(name)));
  const code = isJsonObject(answer) ? answer['code'] : undefined;
  const step = {
    name: `request ${id}`,
    operation: exchange.operation,
    ...(Object.keys(own).length === 0 ? {} : { input: own }),
    ...(status < 400 ? {} : { expect: { status, ...(typeof code === 'number' ? { code } : {}) } }),
  };
  return stringify([step], { lineWidth: 0 });
}

/** Twilio calls the resource itself `Sid`, and a parent by its noun, e.g. `ConversationSid`. */
function isParent({ in: location, name }: Operation['parameters'][number]): boolean {
  return location === 'path' && name !== 'Sid';
}
