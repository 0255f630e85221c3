import { UnderstudyError } from '../../../core/errors.js';
import type { Control } from '../../../core/control.js';
import type { Json, JsonObject } from '../../../core/body.js';
import type { Stage } from '../kernel/world-session.js';

/** The world of an account, begun if need be; without an account the default one. */
export type StageOf = (account: string | undefined) => Stage;

/** Ties a control's input to a type; the surface has checked it against the schema. */
export function control<I extends object>(definition: TypedControl<I>): Control {
  return { ...definition, run: (account, input) => definition.run(account, input as unknown as I) };
}

interface TypedControl<I> extends Omit<Control, 'run'> {
  run(account: string | undefined, input: I): Json | Promise<Json>;
}

export function badInput(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
}

/** A text input, described. */
export const string = (description: string, more: JsonObject = {}): JsonObject => ({
  type: 'string',
  ...more,
  description,
});
export const integer = (description: string, more: JsonObject = {}): JsonObject => ({
  type: 'integer',
  ...more,
  description,
});

export const ACCOUNT_PATTERN = '^AC[0-9a-fA-F]{32}$';
