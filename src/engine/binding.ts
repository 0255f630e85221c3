import type { Shapes } from '../capability/shapes.js';
import { UnderstudyError } from '../core/errors.js';
import type { Caller, Input, Operation } from '../core/operation.js';
import { OperationIndex } from '../core/operation-index.js';
import { didYouMean } from '../util/did-you-mean.js';
import { type Binder, type Bound, createBinder, formFieldsOf, inputNames } from './input.js';

/** Finds operations by name and binds inputs to them. */
export interface Binding {
  readonly operations: readonly Operation[];
  /** @throws UnderstudyError when the name is unknown or ambiguous, or the input cannot be a call of the operation */
  readonly bind: (operation: string, input: Input, caller: Caller) => Bound;
  /** The shortest name that identifies an operation: its plain name when that is unique, else its id. */
  readonly nameOf: (operation: Operation) => string;
  /** The error for a field or parameter that the operation does not declare. */
  readonly unknownField: (operation: Operation, field: string) => UnderstudyError;
}

interface Entry {
  readonly bind: Binder;
  /** Every field and parameter name of the operation, for suggestions. */
  readonly known: readonly string[];
}

/** Prepares the binding of every operation, so that a call does little work. */
export function createBinding(operations: readonly Operation[], shapes: Pick<Shapes, 'of'>): Binding {
  const index = new OperationIndex(operations);
  const entries = new Map<Operation, Entry>(
    operations.map((operation) => {
      const fields = formFieldsOf(shapes.of(operation)?.form);
      return [operation, { bind: createBinder(operation, fields), known: inputNames(operation, fields) }];
    }),
  );

  return {
    operations,
    bind: (operation, input, caller) => entryOf(index.get(operation)).bind(input, caller),
    nameOf: (operation) => index.nameOf(operation),
    unknownField: (operation, field) =>
      new UnderstudyError(
        'UNDERSTUDY_UNKNOWN_FIELD',
        `\`${index.nameOf(operation)}\` has no field or parameter \`${field}\`.` +
          didYouMean(field, entryOf(operation).known),
      ),
  };

  function entryOf(operation: Operation): Entry {
    return entries.get(operation) as Entry;
  }
}
