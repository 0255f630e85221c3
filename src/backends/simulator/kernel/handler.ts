import { bodyOf, type Body, type Json, type JsonObject } from '../../../core/body.js';
import type { Context } from './context.js';
import type { WorldEvent } from '../conversations/event.js';

/** What an operation answers. */
export interface Reply {
  readonly status: number;
  /** `null` on 204. */
  readonly body: Body | null;
}

export interface Handler {
  (ctx: Context): Reply;
  /** What would happen, without doing it: for a webhook that is asked before. Refuses what the handler would refuse. */
  before?: (ctx: Context) => Proposal;
}

/** An action that a pre-action webhook may change or reject. */
export interface Proposal {
  readonly event: WorldEvent;
  /** The answer's keys that take the place of the request's, and the form field of each. */
  readonly changeable: Readonly<Record<string, string>>;
}

/** Operation names of the capability, and who answers each. */
export type Handlers = Readonly<Record<string, Handler>>;

export const ok = (body: Body): Reply => ({ status: 200, body });
export const okValue = (value: JsonObject): Reply => ok(bodyOf(value));
export const noContent: Reply = { status: 204, body: null };

/** Keeps a JSON value's type when it is built from optional parts: keys without a value are left out. */
export function present(parts: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(parts).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
