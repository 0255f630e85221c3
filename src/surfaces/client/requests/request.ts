import { bodyOf, isJsonObject, type Json, type JsonObject } from '../../../core/body.js';
import type { ClientView } from '../../../core/client-view.js';
import { mapMaybe, type MaybePromise } from '../../../core/maybe-promise.js';
import type { HttpRequest, Input, Operation, Result, Verb } from '../../../core/operation.js';
import { errorBody } from '../../../core/errors.js';

/** An HTTP request inside the socket. */
export interface ClientRequest {
  readonly method: string;
  /** Decoded, by segments. */
  readonly path: readonly string[];
  /** The last value of each. */
  readonly params: ReadonlyMap<string, string>;
  /** The body as an object; empty if it is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** As the journal shows it. */
  readonly http: HttpRequest;
}

/** What requests of one connection act on. */
export interface ClientSession {
  readonly view: ClientView;
  /** Where media are uploaded. */
  readonly mediaUrl: string;
  /** Calls an operation of REST as the user. */
  call(
    request: ClientRequest,
    verb: Verb,
    noun: string,
    input: Input,
    attachedSids?: readonly string[],
  ): MaybePromise<Result>;
  /** Answers a request that is no operation of REST. */
  local(request: ClientRequest, operation: Operation, answer: () => MaybePromise<Result>): MaybePromise<Result>;
  /** Sends events that belong to a request. They follow its answer, or come before it. */
  send(type: string, payload: JsonObject): void;
  /** Whether the client still has to read much of what was sent. */
  isBusy(): boolean;
  /** Objects that the connection may follow. */
  readonly maxSubscriptions: number;
}

/** Answers one request; `values` are those of the path's placeholders. */
export type Handler = (
  request: ClientRequest,
  session: ClientSession,
  values: readonly string[],
) => MaybePromise<Result>;

const noHeaders = {};

export const answer = (value: JsonObject, status = 200): Result => ({
  status,
  headers: noHeaders,
  body: bodyOf(value),
});

export function refusal(status: number, code: number, message: string): Result {
  return answer(errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status), status);
}

/** Turns the answer of an operation into that of a request. Refusals stay as they are. */
export function mapBody(result: MaybePromise<Result>, change: (body: JsonObject) => JsonObject): MaybePromise<Result> {
  return mapMaybe(result, (done) => {
    const value = done.body?.value;
    return done.status < 300 && isJsonObject(value) ? { ...done, body: bodyOf(change(value)) } : done;
  });
}

/** A form with the given fields. Those that the request leaves out stay unchanged. */
export function form(
  body: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) => (body[key] === undefined ? [] : [[field, body[key]]])),
  );
}

/** The input that names a resource of the user's service. */
export const within = ({ view }: ClientSession, parts: Input): Input => ({
  ChatServiceSid: view.serviceSid,
  ...parts,
});

/** The token of another page in one of REST's page URLs. */
function tokenIn(url: unknown): string | null {
  return typeof url === 'string' ? (new URL(url).searchParams.get('PageToken') ?? null) : null;
}

/** The `meta` of lists: the tokens of the pages around. */
export function metaOf(body: JsonObject): JsonObject {
  const meta = isJsonObject(body['meta']) ? body['meta'] : {};
  return { next_token: tokenIn(meta['next_page_url']), previous_token: tokenIn(meta['previous_page_url']) };
}

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
