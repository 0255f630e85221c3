import { didYouMean } from '../util/did-you-mean.js';
import type { Shapes } from '../capability/shapes.js';
import { UnderstudyError } from '../core/errors.js';
import type { Caller, Input, Operation } from '../core/operation.js';
import { type Bound, createBinder, formFieldsOf, namesOf } from './input.js';

/** Finds operations by name and binds inputs to them. */
export interface Binding {
  readonly operations: readonly Operation[];
  /** @throws UnderstudyError when there is no such operation, or the input cannot be a call of it. */
  readonly bind: (operation: string, input: Input, caller: Caller) => Bound;
  /** The error that refuses a name that the operation does not know. */
  readonly unknownField: (operation: string, name: string) => UnderstudyError;
}

/** Works out once, for every operation, what binding needs. */
export function createBinding(operations: readonly Operation[], shapes: Pick<Shapes, 'operations'>): Binding {
  const entries = new Map(
    operations.map((operation) => {
      const fields = formFieldsOf(shapes.operations.get(operation.name)?.form);
      return [operation.name, { bind: createBinder(operation, fields), names: namesOf(operation, fields) }];
    }),
  );

  function find(name: string) {
    const entry = entries.get(name);
    if (entry !== undefined) return entry;
    const given = name.slice(0, 100).toWellFormed();
    const message = `There is no operation \`${given}\`.${didYouMean(given, entries.keys())}`;
    throw new UnderstudyError('UNDERSTUDY_UNKNOWN_OPERATION', message);
  }

  return {
    operations,
    bind: (operation, input, caller) => find(operation).bind(input, caller),
    unknownField: (operation, name) =>
      new UnderstudyError(
        'UNDERSTUDY_UNKNOWN_FIELD',
        `\`${operation}\` does not know \`${name}\`.${didYouMean(name, find(operation).names)}`,
      ),
  };
}
