import { UnderstudyError } from '../../../core/errors.js';
import type { Control } from '../../../core/control.js';
import type { Json, JsonObject } from '../../../core/body.js';
import type { TwilioError } from '../kernel/twilio-error.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';

/** The session of a world, with its webhooks. */
export type Session = WorldSession<Webhooks>;

/** Returns the session of an account's world, which is created on first use. Without an account, the default world's. */
export type SessionOf = (account: string | undefined) => Session;

/** A control of the simulator. Unless it is one of the server, it acts on the world of its caller. */
export interface SimulatorControl extends Control {
  /** The accounts of other worlds that it needs. */
  readonly otherWorlds?: ((input: JsonObject) => readonly string[]) | undefined;
  /** Whether it may take long without a pause, because it reads or writes whole worlds. */
  readonly isLong?: boolean;
}

/** Gives a control's input a type. The input has been checked against the control's schema. */
export function defineControl<I extends object>(definition: TypedControl<I>): SimulatorControl {
  const { otherWorlds } = definition;
  return {
    ...definition,
    run: (account, input) => definition.run(account, input as unknown as I),
    otherWorlds: otherWorlds && ((input) => otherWorlds(input as unknown as I)),
  };
}

interface TypedControl<I> extends Omit<Control, 'run'> {
  readonly isLong?: boolean;
  readonly otherWorlds?: ((input: I) => readonly string[]) | undefined;
  run(account: string | undefined, input: I): Json | Promise<Json>;
}

export function badInput(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
}

/** For controls that perform an operation which Twilio's rules do not permit. */
export function refusedByTwilio({ code, message }: TwilioError): UnderstudyError {
  return badInput(`Twilio would refuse this with error ${code}: ${message}`);
}

/** JSON Schema of a text parameter. */
export const string = (description: string, keywords: JsonObject = {}): JsonObject => ({
  type: 'string',
  ...keywords,
  description,
});

/** JSON Schema of an integer parameter. */
export const integer = (description: string, keywords: JsonObject = {}): JsonObject => ({
  type: 'integer',
  ...keywords,
  description,
});

/** Parameters of the controls that return part of a list. */
export const range = {
  start: integer('How many entries to skip; 0 if absent.', { minimum: 0 }),
  limit: integer('The maximum number of entries to return; 50 if absent.', { minimum: 1, maximum: 200 }),
};

export const ACCOUNT_PATTERN = '^AC[0-9a-fA-F]{32}$';
