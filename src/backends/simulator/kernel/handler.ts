import { bodyOfText, type Body, type Json, type JsonObject } from '../../../core/body.js';
import { jsonText } from '../../../util/json-text.js';
import type { Context } from './context.js';
import type { WorldEvent } from './event.js';

/** The answer to an operation. */
export interface Reply {
  readonly status: number;
  /** `null` on 204. */
  readonly body: Body | null;
  /** A stored file in place of the body. */
  readonly file?: StoredFile;
}

/** A file that is stored beside a world, and how it is sent. */
export interface StoredFile {
  readonly key: string;
  readonly contentType: string;
}

/** Answers one operation. @throws TwilioError for a refusal, before anything has changed */
export interface Handler {
  (ctx: Context): Reply;
  /** Present if a pre-action webhook may change or reject the action. */
  preAction?: PreAction;
}

interface PreAction {
  /** The event that the webhook must have in its filters. */
  readonly eventType: string;
  /** Describes the action without performing it. @throws TwilioError when the handler would refuse the call */
  propose(ctx: Context): Proposal;
}

export interface Proposal {
  readonly event: WorldEvent;
  /** The keys of the webhook's response that replace values of the request, each with its form field. */
  readonly changeable: Readonly<Record<string, string>>;
}

export const ok = (body: Body): Reply => ({ status: 200, body });
export const okValue = (value: JsonObject): Reply => ok(bodyOfText(jsonText(value)));
export const created = (value: JsonObject): Reply => ({ status: 201, body: bodyOfText(jsonText(value)) });
export const noContent: Reply = { status: 204, body: null };

/** A JSON object without the keys whose value is `undefined`. */
export function present(parts: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(parts).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
