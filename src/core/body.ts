import type { Json } from './json.js';

export { isJsonObject, type Json, type JsonObject } from './json.js';

/** The body of a response. Each form is computed from the original one when it is first read. */
export interface Body {
  readonly text: string;
  readonly value: Json;
  /** The original bytes of an upstream response, to be forwarded unchanged: a character for each byte, as in Latin-1. */
  readonly latin1?: string;
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
  return new BytesBody(bytes.toString('latin1'));
}

const ASCII = /^[\0-\x7f]*$/;

/** Whether each character is one byte on the wire. */
export const isAsciiText = (text: string): boolean => ASCII.test(text);

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

/** A string of the bytes is allocated and freed faster than a buffer, and keeps no part of what was read from the socket. */
class BytesBody implements Body {
  constructor(readonly latin1: string) {}

  get text(): string {
    return isAsciiText(this.latin1) ? this.latin1 : Buffer.from(this.latin1, 'latin1').toString('utf8');
  }

  get value(): Json {
    return jsonOr(this.text);
  }

  get length(): number {
    return this.latin1.length;
  }
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
