import type { Json } from './json.js';

export { isJsonObject, type Json, type JsonObject } from './json.js';

/** The body of a response. Each form is computed from the original one when it is first read. */
export interface Body {
  readonly text: string;
  readonly value: Json;
  /** The original bytes of an upstream response, to be forwarded unchanged. */
  readonly bytes?: Uint8Array;
  /** In characters or bytes. Does not compute the text. */
  readonly length: number;
  /** The parts that make up the text, if it has not been joined. Each is in memory anyway. */
  readonly parts?: readonly string[] | undefined;
  /** The text is known to be ASCII, so its length in bytes is its length in characters. */
  readonly isAscii?: boolean;
}

/** Statuses whose responses have no body (RFC 9110). One with a body would confuse the client about what follows. */
export const bodylessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Serializes the value at once: a body is sent as text, which takes less memory than the value. */
export function bodyOf(value: Json): Body {
  return bodyOfText(JSON.stringify(value));
}

/** Creates a body from JSON text. */
export function bodyOfText(text: string, isAscii = false): Body {
  return new TextBody(text, isAscii);
}

/** Creates a body from parts of a JSON text. @param length of all parts, in characters */
export function bodyOfParts(parts: readonly string[], length: number, isAscii: boolean): Body {
  return new PartsBody(parts, length, isAscii);
}

/** Creates a body from bytes. If they are not JSON, the value is the text. */
export function bodyOfBytes(bytes: Buffer): Body {
  return new BytesBody(isPart(bytes) ? copyOf(bytes) : bytes);
}

/** A body of the same content that keeps only what `length` counts in memory, for a reader that stores it. */
export function compactBody(body: Body): Body {
  return body instanceof BytesBody ? new BytesBody(body.bytes) : body;
}

/** A response of 200 bytes is usually a view of the 64 KiB that were read from the connection. */
function isPart({ buffer, length }: Buffer): boolean {
  return buffer.byteLength > length;
}

function copyOf(bytes: Buffer): Buffer {
  // `Buffer.from` would use a pool, which is again a larger memory.
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

class TextBody implements Body {
  constructor(
    readonly text: string,
    readonly isAscii: boolean,
  ) {}

  get value(): Json {
    return JSON.parse(this.text) as Json;
  }

  get length(): number {
    return this.text.length;
  }
}

/** Does not store the joined text: the parts are shared between responses, so a journal of many responses stays small. */
class PartsBody implements Body {
  constructor(
    readonly parts: readonly string[],
    readonly length: number,
    readonly isAscii: boolean,
  ) {}

  get text(): string {
    // `join` copies each part once; adding them up would also make a hundred strings that refer to each other.
    return this.parts.join('');
  }

  get value(): Json {
    return JSON.parse(this.text) as Json;
  }
}

class BytesBody implements Body {
  #value: Json | undefined;
  constructor(readonly bytes: Buffer) {}

  get text(): string {
    return this.bytes.toString('utf8');
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
