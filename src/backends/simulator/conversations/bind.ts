import { UnderstudyError } from '../../../core/errors.js';
import type { Call, Caller, Input, Operation, Scope, Verb } from '../../../core/operation.js';

interface Bound {
  readonly call: Call;
  /** Names of the input that the operation does not know. */
  readonly ignored: readonly string[];
}

/** Binds an input to an operation by name or id, as the engine does. */
export type Bind = (operation: string, input: Input, caller: Caller) => Bound;

/** The error for a field of an input that the operation does not know. */
export type UnknownField = (operation: Operation, field: string) => Error;

/**
 * Binds an input to the operation that applies a verb to a resource. By default within a service, if the resource is served
 * there.
 */
export type BindVerb = (verb: Verb, noun: string, input: Input, caller: Caller, scope?: Scope) => Bound;

export function createBindVerb(operations: readonly Operation[], bind: Bind): BindVerb {
  const byVerb = new Map<string, Operation>();
  for (const operation of operations) byVerb.set(`${operation.scope} ${operation.verb} ${operation.noun}`, operation);
  return (verb, noun, input, caller, scope = 'service') => {
    const found = byVerb.get(`${scope} ${verb} ${noun}`) ?? byVerb.get(`account ${verb} ${noun}`);
    if (found === undefined) {
      const message = `The loaded capability files have no operation to ${verb} ${noun} in scope ${scope}.`;
      throw new UnderstudyError('UNDERSTUDY_UNKNOWN_OPERATION', message);
    }
    return bind(found.id, input, caller);
  };
}
