/**
 * The words that every part shares. A request goes one way: a surface hears it, the engine binds it to an operation,
 * a backend answers it. One value comes back.
 */
import type { Body, Json } from './body.js';
import type { MaybePromise } from './maybe-promise.js';

export type HttpMethod = 'GET' | 'POST' | 'DELETE';

/** One declared input of an operation, as the capability file's `inputParameters` says it. */
export interface Parameter {
  /** Twilio's spelling, e.g. `ChatServiceSid`, `PageSize`, `X-Twilio-Webhook-Enabled`; the request body is `body`. */
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly required: boolean;
  readonly description: string;
}

export type Verb = 'create' | 'fetch' | 'update' | 'delete' | 'list';

/** Where a resource lives: below one service (`/v1/Services/{ChatServiceSid}/…`), or directly below the account. */
export type Scope = 'account' | 'service';

/** One entry of a capability's `consumes`: a request that Twilio answers. */
export interface Operation {
  /** The YAML's name, e.g. `createservicerole`. Unique within its namespace. */
  readonly name: string;
  /** The namespace of its `consumes` entry, e.g. `conversations-services`. */
  readonly namespace: string;
  /** Twilio's resource, by the names in its path, e.g. `Conversations/Messages`; the same in both scopes. */
  readonly noun: string;
  readonly verb: Verb;
  readonly scope: Scope;
  readonly method: HttpMethod;
  /** Twilio's own path with placeholders, e.g. `/v1/Services/{ChatServiceSid}/Roles`. */
  readonly path: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
}

/**
 * What a surface hands to the engine: values by declared parameter name, as the caller gave them (text, numbers,
 * booleans, arrays), and `body`: an object of Twilio's form fields, nested or with dotted keys, or a Form.
 */
export type Input = Readonly<Record<string, unknown>>;

/** Form fields on Twilio's wire: each key with the texts given for it, in the order of arrival. A map, so no key can reach a prototype. */
export type Form = ReadonlyMap<string, readonly string[]>;

export type SurfaceName = 'rest' | 'twilio' | 'mcp' | 'control' | 'engine';

/** Who asks, and how answers must name this server. */
export interface Caller {
  readonly surface: SurfaceName;
  /** The account SID (`AC…`) whose world is meant; absent: the default world. */
  readonly account?: string | undefined;
  /** Origin of the Twilio surface as the client named it, e.g. `http://127.0.0.1:8080`; every URL in an answer begins with it. */
  readonly origin: string;
  /** Aborted when the caller went away: nobody waits for the answer any more. */
  readonly signal?: CallerSignal | undefined;
  /** What a caller of the Twilio surface showed. It never goes to Twilio unless that was asked for. */
  readonly credentials?: Credentials | undefined;
  /** The fault that this one request asks for, as its header `Understudy-Fault` says it. */
  readonly fault?: string | undefined;
  /** Names this request in the log. */
  readonly requestId?: string | undefined;
  /** W3C trace headers (`traceparent`, `tracestate`) that came with the request. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** What is asked of an AbortSignal, which is one; a surface may have one that costs less to make. */
export interface CallerSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A user (`AC…` or `SK…`) and a password of Twilio's Basic auth. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** An input bound to its operation, in Twilio's terms: what a backend answers. */
export interface Call {
  readonly operation: Operation;
  readonly path: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Declared request headers that were given, by the declared spelling. */
  readonly headers: ReadonlyMap<string, string>;
  readonly form: Form;
  readonly caller: Caller;
}

/** What comes back on the one road. A refusal by Twilio (404 and code 20404, …) is a result like any other. */
export interface Result {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` on 204. */
  readonly body: Body | null;
  /** A fault rule wants the connection reset, the body cut in the middle, or no answer ever. */
  readonly connectionFault?: 'reset' | 'truncate' | 'hang' | undefined;
}

/** Who answers: the simulator, live Twilio, a cassette. */
export interface Backend {
  answer(call: Call): MaybePromise<Result>;
}

/** One difference between an answer and the published shape. Reported beside the answer, never in its place. */
export interface Violation {
  /** JSON pointer into the answer, e.g. `/messages/0/index`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What the engine gives back to a surface: the backend's result and what was noticed on the way. */
export interface Outcome {
  readonly result: Result;
  /** Body fields and parameters that the operation does not know, in the caller's spelling. Twilio ignores them. */
  readonly ignored: readonly string[];
}

/** One input with its result, as the journal keeps it: redacted and bounded. */
export interface Exchange {
  /** Counts from 1, never reused in a run. */
  readonly id: number;
  readonly time: string;
  readonly surface: SurfaceName;
  readonly account: string | null;
  readonly operation: string;
  readonly input: Json;
  readonly status: number;
  readonly answer: Json;
  readonly milliseconds: number;
  readonly ignored: readonly string[];
  readonly violations: readonly Violation[];
}

/** The one door that every surface calls. */
export interface Engine {
  readonly operations: readonly Operation[];
  /**
   * Answers one call. Twilio's refusals come back as results.
   * @throws UnderstudyError when the call cannot be made at all (unknown operation, missing path parameter, strict mode).
   */
  call(operation: string, input: Input, caller: Caller): MaybePromise<Outcome>;
}
