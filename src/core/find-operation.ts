import type { Operation } from './operation.js';

/** What identifies an operation within one product. */
export type OperationIdentity = Pick<Operation, 'noun' | 'verb' | 'scope'>;

/**
 * Finds the operation that applies a verb to a resource.
 * @throws Error when there is none: the capability file and the code disagree
 */
export function findOperation(operations: readonly Operation[], { noun, verb, scope }: OperationIdentity): Operation {
  const found = operations.find((each) => each.noun === noun && each.verb === verb && each.scope === scope);
  if (found === undefined) throw new Error(`The capability has no operation to ${verb} ${noun} in scope ${scope}`);
  return found;
}
