/**
 * The words that every part shares. A request goes one way: a surface hears it, the engine binds it to an operation,
 * a backend answers it. One value comes back. This file imports nothing.
 */

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

/** One entry of the capability's `consumes`: what Twilio can be asked. */
export interface Operation {
  /** The YAML's name, e.g. `createservicerole`. */
  readonly name: string;
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

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body of an answer. Whichever form was made first, the others are made from it when they are asked for. */
export interface Body {
  readonly text: string;
  readonly value: Json;
  /** The bytes of an answer that was not made here, to be sent on as they are. */
  readonly bytes?: Uint8Array;
  /** How much memory it holds, in characters or bytes; known without making its text. */
  readonly length: number;
  /** It is known to be ASCII: a character is a byte, so whoever sends it need not count or encode. */
  readonly isAscii?: boolean;
}

/** What comes back on the one road. A refusal by Twilio (404 and code 20404, …) is a result like any other. */
export interface Result {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` on 204. */
  readonly body: Body | null;
  /** A fault rule wants the connection reset, the body cut in the middle, or no answer ever. */
  readonly cut?: 'reset' | 'truncate' | 'hang' | undefined;
}

/** Something that may be there already. Most answers are, and to wait for one would cost more than to make it. */
export type Soon<T> = T | Promise<T>;

/** Goes on with it: at once, if it is there. */
export function whenThere<T, U>(soon: Soon<T>, goOn: (value: T) => Soon<U>): Soon<U> {
  return soon instanceof Promise ? soon.then(goOn) : goOn(soon);
}

/** Who answers: the simulator, live Twilio, a cassette. */
export interface Backend {
  answer(call: Call): Soon<Result>;
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
  call(operation: string, input: Input, caller: Caller): Soon<Outcome>;
}

/** A body made from a value. Only its text is kept: it is what is sent, and takes less room than the value. */
export function bodyOf(value: Json): Body {
  return new TextBody(JSON.stringify(value), false);
}

/** A body made from JSON text, whole or in parts; its value is made when asked for. */
export function bodyOfText(parts: string | readonly string[], isAscii = false): Body {
  return new TextBody(parts, isAscii);
}

/** A body as it came, whatever it is: what is no JSON has its text as its value. */
export function bodyOfBytes(bytes: Buffer): Body {
  return new BytesBody(bytes);
}

/** Keeps no text of its own: parts are shared with other answers, and who remembers many answers remembers little. */
class TextBody implements Body {
  constructor(
    readonly parts: string | readonly string[],
    readonly isAscii: boolean,
  ) {}

  get text(): string {
    if (typeof this.parts === 'string') return this.parts;
    let text = '';
    // Not `join`: the engine of the language puts a sum together once, when it is sent, and not here as well.
    for (const part of this.parts) text += part;
    return text;
  }

  get value(): Json {
    return JSON.parse(this.text) as Json;
  }

  get length(): number {
    if (typeof this.parts === 'string') return this.parts.length;
    let length = 0;
    for (const part of this.parts) length += part.length;
    return length;
  }
}

class BytesBody implements Body {
  #text: string | undefined;
  #value: Json | undefined;
  constructor(readonly bytes: Buffer) {}

  get text(): string {
    return (this.#text ??= this.bytes.toString('utf8'));
  }

  get value(): Json {
    return (this.#value ??= jsonOr(this.text));
  }

  get length(): number {
    return this.bytes.length;
  }
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/**
 * Something that can be done to understudy itself, such as moving a clock. Each is written once and offered alike by the
 * control surface, as an MCP tool, on the command line and in the library.
 */
export interface Control {
  /** Two words, e.g. `clock.advance`: its path is `/__understudy/clock/advance`, its tool `clock-advance`. */
  readonly name: string;
  readonly description: string;
  /** Whether it changes anything; what only looks is a GET. */
  readonly changes: boolean;
  /** Its inputs as JSON Schema properties, each with a description, and which of them are needed. */
  readonly input: {
    readonly properties: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  /**
   * @param account the world that is meant; absent: the default one
   * @param input checked against `input`
   * @throws UnderstudyError when it cannot be done
   */
  run(account: string | undefined, input: JsonObject): Json | Promise<Json>;
}
