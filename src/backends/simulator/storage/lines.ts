import { isAscii, isUtf8 } from 'node:buffer';

const LINE_FEED = 10;

export interface RawLine {
  /** Undefined if the bytes are not valid UTF-8. */
  readonly text: string | undefined;
  readonly bytes: Buffer;
  /** Whether a line feed follows. */
  readonly isComplete: boolean;
  /** Whether the file ends with this line. */
  readonly isLast: boolean;
  /** Offset of the next line. */
  readonly next: number;
}

/** Splits a file into lines, each without its line feed. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine> {
  let incomplete: Buffer[] = [];
  let next = 0;
  // One line behind, to know which is the last.
  let held: { bytes: Buffer; next: number } | undefined;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const part = chunk.subarray(start, end);
      const bytes = incomplete.length === 0 ? part : Buffer.concat([...incomplete, part]);
      incomplete = [];
      start = end + 1;
      next += bytes.length + 1;
      if (held !== undefined) yield lineOf(held, true, false);
      held = { bytes, next };
    }
    if (start < chunk.length) incomplete.push(chunk.subarray(start));
  }
  if (held !== undefined) yield lineOf(held, true, incomplete.length === 0);
  if (incomplete.length > 0) yield lineOf({ bytes: Buffer.concat(incomplete), next }, false, true);
}

function lineOf({ bytes, next }: { bytes: Buffer; next: number }, isComplete: boolean, isLast: boolean): RawLine {
  return { text: textOf(bytes), bytes, isComplete, isLast, next };
}

/** Undefined if the bytes are not valid UTF-8: damaged characters must not be replaced. Much faster than a `TextDecoder`. */
export function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
