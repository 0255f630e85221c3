import { createReadStream, existsSync } from 'node:fs';
import type { LogLine } from './change-log.js';
import { CHUNK_SIZE } from './streamed-json.js';
import type { RecordBase } from '../kernel/collection.js';
import type { WorldChanges, WorldDocument } from '../kernel/world.js';

/** One entry of a change log: changes in a world, or a complete world that replaces the previous one. */
export type LogEntry = WorldChanges | { readonly world: WorldDocument };

export interface LogContents {
  readonly entries: number;
  /** Size of the complete entries, in bytes. */
  readonly end: number;
  /** Whether an incomplete entry follows. A crash left it, and it was never acknowledged. */
  readonly isTorn: boolean;
}

/**
 * Reads a change log entry by entry. Returns `undefined` when the file does not exist or has another generation.
 * @throws when a line other than an incomplete last one is not JSON
 */
export async function readChangeLog(
  file: string,
  generation: number,
  apply: (entry: LogEntry) => void,
): Promise<LogContents | undefined> {
  if (!existsSync(file)) return undefined;
  const addLine = createAssembler(apply);
  let [entries, end, isTorn] = [-1, 0, false];
  for await (const { text, next } of linesOf(file)) {
    isTorn = true;
    if (text === undefined) break;
    const line: unknown = JSON.parse(text);
    // The first line is the header, not an entry.
    if (entries < 0 && (line as { generation: unknown }).generation !== generation) return undefined;
    if (entries >= 0 && !addLine(line as LogLine)) continue;
    entries += 1;
    end = next;
    isTorn = false;
  }
  return entries < 0 ? undefined : { entries, end, isTorn };
}

/** Applies each entry once all of its lines have been added. The returned function tells whether a line completed an entry. */
function createAssembler(apply: (entry: LogEntry) => void): (line: LogLine) => boolean {
  let world: WorldDocument | undefined;
  let partsLeft = 0;
  let records: Record<string, RecordBase[]> = {};
  return (line) => {
    if ('changes' in line) {
      apply(line);
      return true;
    }
    if ('world' in line) {
      ({ world, parts: partsLeft = 0 } = line);
      records = {};
    } else {
      partsLeft -= 1;
      const [table, part] = line;
      const tableRecords = (records[table] ??= []);
      for (const record of part) tableRecords.push(record);
    }
    if (partsLeft > 0 || world === undefined) return false;
    apply({ world: { ...world, records: { ...world.records, ...records } } });
    world = undefined;
    return true;
  };
}

const LINE_FEED = 10;

interface Line {
  /** Absent for a last line without a line feed. */
  readonly text: string | undefined;
  /** Offset of the next line. */
  readonly next: number;
}

async function* linesOf(file: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let incomplete: Buffer[] = [];
  let next = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_SIZE })) {
    const bytes = chunk as Buffer;
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      const line = Buffer.concat([...incomplete, bytes.subarray(start, end)]);
      incomplete = [];
      start = end + 1;
      next += line.length + 1;
      yield { text: decoder.decode(line), next };
    }
    if (start < bytes.length) incomplete.push(bytes.subarray(start));
  }
  if (incomplete.length > 0) yield { text: undefined, next };
}
