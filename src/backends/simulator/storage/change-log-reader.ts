import { createReadStream, existsSync } from 'node:fs';
import type { LogLine } from './change-log.js';
import { CHUNK } from './streamed-json.js';
import type { RecordBase } from '../kernel/collection.js';
import type { WorldChanges, WorldDocument } from '../kernel/world.js';

/** What a log tells: a world that is put in place, or changes in one. */
export type LogEntry = WorldChanges | { readonly world: WorldDocument };

/** What was found in a log. */
export interface LogContents {
  readonly entries: number;
  /** Up to here it holds whole entries. */
  readonly end: number;
  /** Whether a crash tore what stands behind that, which was never acknowledged. */
  readonly torn: boolean;
}

/**
 * Reads a change log, entry by entry; `undefined` when there is none, or one of another generation.
 * @throws when a line before the last is no JSON
 */
export async function readChangeLog(
  file: string,
  generation: number,
  apply: (entry: LogEntry) => void,
): Promise<LogContents | undefined> {
  if (!existsSync(file)) return undefined;
  const isWhole = assembled(apply);
  let [entries, end, torn] = [-1, 0, false];
  for await (const { text, next } of linesOf(file)) {
    torn = true;
    if (text === undefined) break;
    const line: unknown = JSON.parse(text);
    // The first line is not an entry: it says what the log goes on from.
    if (entries < 0 && (line as { generation: unknown }).generation !== generation) return undefined;
    if (entries >= 0 && !isWhole(line as LogLine)) continue;
    entries += 1;
    end = next;
    torn = false;
  }
  return entries < 0 ? undefined : { entries, end, torn };
}

/** Applies entries, and worlds once all of their lines are there. Says whether an entry ended with the line. */
function assembled(apply: (entry: LogEntry) => void): (line: LogLine) => boolean {
  let world: WorldDocument | undefined;
  let left = 0;
  let records: Record<string, RecordBase[]> = {};
  return (line) => {
    if ('changes' in line) {
      apply(line);
      return true;
    }
    if ('world' in line) {
      ({ world, parts: left = 0 } = line);
      records = {};
    } else {
      left -= 1;
      const kept = (records[line[0]] ??= []);
      for (const record of line[1]) kept.push(record);
    }
    if (left > 0 || world === undefined) return false;
    apply({ world: { ...world, records: { ...world.records, ...records } } });
    world = undefined;
    return true;
  };
}

const LINE_FEED = 10;

/** The lines of a file, each with where the next one begins; without text, what a last line feed does not end. */
async function* linesOf(file: string): AsyncGenerator<{ readonly text: string | undefined; readonly next: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun: Buffer[] = [];
  let next = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      const line = Buffer.concat([...begun, bytes.subarray(from, at)]);
      begun = [];
      from = at + 1;
      next += line.length + 1;
      yield { text: decoder.decode(line), next };
    }
    if (from < bytes.length) begun.push(bytes.subarray(from));
  }
  if (begun.length > 0) yield { text: undefined, next };
}
