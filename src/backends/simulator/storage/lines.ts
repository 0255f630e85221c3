import { isAscii, isUtf8 } from 'node:buffer';

const LINE_FEED = 10;

export interface RawLine {
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
  for await (const lines of readLineGroups(chunks)) yield* lines;
}

/** The lines of each chunk together, because to wait for each takes longer than to read it. */
export async function* readLineGroups(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly RawLine[]> {
  let incomplete: Buffer[] = [];
  let next = 0;
  // One line behind, to know which is the last.
  let held: { bytes: Buffer; next: number } | undefined;
  for await (const chunk of chunks) {
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const part = chunk.subarray(start, end);
      const bytes = incomplete.length === 0 ? part : Buffer.concat([...incomplete, part]);
      incomplete = [];
      start = end + 1;
      next += bytes.length + 1;
      if (held !== undefined) lines.push(lineOf(held, true, false));
      held = { bytes, next };
    }
    if (start < chunk.length) incomplete.push(chunk.subarray(start));
    yield lines;
  }
  if (held !== undefined) yield [lineOf(held, true, incomplete.length === 0)];
  if (incomplete.length > 0) yield [lineOf({ bytes: Buffer.concat(incomplete), next }, false, true)];
}

function lineOf({ bytes, next }: Pick<RawLine, 'bytes' | 'next'>, isComplete: boolean, isLast: boolean): RawLine {
  return { bytes, isComplete, isLast, next };
}

/** Undefined if the bytes are not valid UTF-8: damaged characters must not be replaced. Much faster than a `TextDecoder`. */
export function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
