/**
 * The vocabulary that every part shares. A call goes in one direction: a surface parses a request, the engine binds it
 * to an operation, a backend answers it, and one result comes back.
 */
import type { Body, Json, JsonObject } from './body.js';
import type { Content, Upload } from './file-body.js';
import type { MaybePromise } from './maybe-promise.js';

export type HttpMethod = 'GET' | 'POST' | 'DELETE';

/** One declared input of an operation: an entry of the capability file's `inputParameters`. */
export interface Parameter {
  /** In Twilio's spelling, e.g. `ChatServiceSid`, `PageSize`, `X-Twilio-Webhook-Enabled`; the request body is `body`. */
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
  /** The qualified name `namespace.name`, e.g. `conversations-services.createservicerole`. Unique in a product. */
  readonly id: string;
  /** The name in the capability file, e.g. `createservicerole`. Unique within its namespace. */
  readonly name: string;
  /** The namespace of its `consumes` entry, e.g. `conversations-services`. */
  readonly namespace: string;
  /** The URL of the API that serves it, from its capability file, e.g. `https://conversations.twilio.com`. */
  readonly baseUri: string;
  /** Twilio's resource, by the names in its path, e.g. `Conversations/Messages`; the same in both scopes. */
  readonly noun: string;
  readonly verb: Verb;
  readonly scope: Scope;
  readonly method: HttpMethod;
  /** Twilio's own path with placeholders, e.g. `/v1/Services/{ChatServiceSid}/Roles`. */
  readonly path: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** What its path begins with on this server, if it belongs to another host at Twilio. */
  readonly prefix?: string;
  /** Twilio publishes no description of it, so its responses are not checked. */
  readonly isUnpublished?: boolean;
  /** Takes a file as its body. */
  readonly isUpload?: boolean;
  /** Answers with a file. */
  readonly isDownload?: boolean;
  /** Needs no credentials, and must get none. */
  readonly isPublic?: boolean;
}

/**
 * What a surface passes to the engine: values by declared parameter name, as the caller wrote them (strings, numbers,
 * booleans, arrays), and `body`: an object of Twilio's form fields, nested or with dotted keys, a Form, or an Upload.
 */
export type Input = Readonly<Record<string, unknown>>;

/** Form fields as Twilio receives them: the values of each key, in order. A Map, so that no key can reach a prototype. */
export type Form = ReadonlyMap<string, readonly string[]>;

export type SurfaceName = 'rest' | 'twilio' | 'mcp' | 'client' | 'control' | 'engine';

/** Who makes a call, and what the backend needs to know about them. */
export interface Caller {
  readonly surface: SurfaceName;
  /** The account SID (`AC…`) that selects the world; absent: the default world. */
  readonly account?: string | undefined;
  /** The Twilio surface's origin as the client knows it, e.g. `http://127.0.0.1:8080`; URLs in responses start with it. */
  readonly origin: string;
  /** Aborted when the client disconnects. */
  readonly signal?: CallerSignal | undefined;
  /** The Basic credentials of a caller of the Twilio surface. Sent to Twilio only with `--pass-credentials`. */
  readonly credentials?: Credentials | undefined;
  /** The user of a client SDK who makes the call. Its roles decide what it may do. Absent: a caller of REST, who may do everything. */
  readonly user?: ClientUser | undefined;
  /** The value of the header `Understudy-Fault`: a fault to inject into this call only. */
  readonly fault?: string | undefined;
  /** The request, on surfaces whose callers make one HTTP request per call. */
  readonly http?: HttpRequest | undefined;
  /** Identifies the request in the log. */
  readonly requestId?: string | undefined;
  /** The request's W3C trace headers (`traceparent`, `tracestate`). */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

export interface ClientUser {
  readonly identity: string;
  /** The service of the user; absent: the default service of the world. */
  readonly serviceSid?: string | undefined;
  /** Further files of the message that the call creates; its form can name only one. */
  readonly attachedSids?: readonly string[] | undefined;
}

/** The part of AbortSignal that backends use. Surfaces implement it because an AbortController per request is slow. */
export interface CallerSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The headers of a response, which are assembled only when the journal is read. */
export interface ResponseHeaders {
  toRecord(): Readonly<Record<string, string>>;
}

/** A request as it arrived over HTTP. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The approximate length of the headers, if it is known without them, in characters. */
  readonly headersLength?: number;
  /** Those of the response. The surface sets them when it sends the response. */
  responseHeaders?: ResponseHeaders;
}

/** A request as it arrived, for a path that no operation covers. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer | null;
}

/** User (`AC…` or `SK…`) and password of Twilio's Basic authentication. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** An input bound to its operation, in Twilio's terms. Backends answer calls. */
export interface Call {
  readonly operation: Operation;
  readonly path: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The declared request headers that the caller sent, in their declared spelling. */
  readonly headers: ReadonlyMap<string, string>;
  readonly form: Form;
  /** The file, if the body is one. It can be read once. */
  readonly upload?: Upload | undefined;
  /** The whole request, if no operation describes it. Backends that forward it send this. */
  readonly raw?: RawRequest | undefined;
  readonly caller: Caller;
  readonly notes: CallNotes;
}

/** What becomes known about a call while it is answered. */
export interface CallNotes {
  /** The id of its exchange, once it is in the journal. */
  exchange?: number;
  /** The fault that was injected into it. */
  fault?: AppliedFault;
}

/** A fault rule that was applied to a call or a webhook. */
export interface AppliedFault {
  /** The id of the rule; `null` for a fault that the header `Understudy-Fault` asked for. */
  readonly rule: number | null;
  /** What the rule does, as `faults.list` shows it. */
  readonly effects: JsonObject;
}

/** What comes out of a call. A refusal by Twilio (404 and code 20404, …) is an ordinary result. */
export interface Result {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` with status 204. */
  readonly body: Body | null;
  /** A file in place of the body. */
  readonly content?: Content | undefined;
  /** Set by a fault rule: reset the connection, cut the body in the middle, or never answer. */
  readonly connectionFault?: 'reset' | 'truncate' | 'hang' | undefined;
}

/** Answers calls: the simulator, Twilio itself, or a cassette. */
export interface Backend {
  answer(call: Call): MaybePromise<Result>;
}

/** One difference between a response and the published schema. Reported beside the result; it never changes the result. */
export interface Violation {
  /** JSON pointer into the body, e.g. `/messages/0/index`; empty for the whole body. */
  readonly path: string;
  readonly message: string;
}

/** What the engine returns to a surface. */
export interface Outcome {
  readonly result: Result;
  /** Body fields and parameters that the operation does not declare, in the caller's spelling. Twilio ignores them. */
  readonly ignored: readonly string[];
}

/** An input and its result as the journal shows them: redacted and bounded. */
export interface Exchange {
  /** Rises from exchange to exchange; never reused within a run. */
  readonly id: number;
  readonly time: string;
  readonly surface: SurfaceName;
  readonly account: string | null;
  /** The plain name of the operation, or its id if another operation of the product has the same name. */
  readonly operation: string;
  /** HTTP method and URL as the caller sent them, or else Twilio's method and path. */
  readonly method: string;
  readonly url: string;
  readonly input: Json;
  readonly status: number;
  readonly answer: Json;
  /** HTTP headers, without secrets; `null` for a call that did not come in an HTTP request of its own. */
  readonly headers: ExchangeHeaders | null;
  /** When the call started by the system clock, in milliseconds since 1970, with decimals. */
  readonly started: number;
  /** The duration in real time, with decimals. */
  readonly milliseconds: number;
  readonly fault: AppliedFault | null;
  readonly ignored: readonly string[];
  readonly violations: readonly Violation[];
  /** The address of the server that answered, if several share a database. */
  readonly server?: string;
}

export interface ExchangeHeaders {
  readonly request: Readonly<Record<string, string>>;
  readonly response: Readonly<Record<string, string>>;
}

/** The single entry point for all surfaces. */
export interface Engine {
  readonly operations: readonly Operation[];
  /**
   * Answers one call. Twilio's refusals are results.
   * @param operation the id of an operation, or its plain name if no other operation has that name
   * @throws UnderstudyError when the call cannot be made (unknown operation, missing path parameter, strict mode)
   */
  call(operation: string, input: Input, caller: Caller): MaybePromise<Outcome>;
}
