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
