import { CHUNK_SIZE } from '../../../util/chunks.js';
import type { FileSystem } from './file-system.js';
import { readLineGroups, readLines, type RawLine } from './lines.js';
import { isLogLine, type LogLine, type WorldCopy } from './log-content.js';
import { decodeHeader, decodeLine, oldJson } from './log-line.js';
import { RepeatedTexts } from './repeated-texts.js';
import type { RecordBase } from '../kernel/collection.js';
import type { WorldChanges, WorldDocument } from '../kernel/world-content.js';

/** One entry of a change log: changes in a world, a complete world that replaces the previous one, or its removal. */
export type LogEntry = WorldChanges | { readonly world: WorldDocument } | WorldCopy | { readonly removed: string };

/** Why the end of a log was dropped. Nothing that was dropped had been acknowledged, under the policy of syncing. */
type Tear = 'incomplete' | 'power loss';

export interface LogContents {
  readonly generation: number;
  /** Whether it has checksums and names its documents; logs of earlier versions do not. */
  readonly hasChecksums: boolean;
  /** The checksums of the documents that it continues. Usually one; more if writing the document failed at first. */
  readonly documents: ReadonlySet<string>;
  readonly entries: number;
  /** The number of complete lines, and their size in bytes. */
  readonly lines: number;
  readonly end: number;
  /** Set if something follows the complete entries. */
  readonly tear: Tear | undefined;
}

/** Thrown when a log is damaged in a way that no crash explains. */
export class DamagedLog extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    reason: string,
  ) {
    super(`line ${line} ${reason}`);
  }
}

/** The generation in the first line of a log; undefined if the file does not exist; `torn` if the line is not complete. */
export async function readGeneration(files: FileSystem, path: string): Promise<number | 'torn' | undefined> {
  if ((await files.status(path)) === undefined) return undefined;
  for await (const { bytes, isComplete } of readLines(files.read(path, CHUNK_SIZE))) {
    const header = isComplete ? decodeHeader(bytes) : undefined;
    return header?.generation ?? 'torn';
  }
  return 'torn';
}

/** A document, and how many lines of the log of its generation it has already. */
export interface Included {
  readonly generation: number;
  readonly logLines?: number | undefined;
}

/**
 * Reads the bytes of a change log entry by entry.
 * @param included the document: entries that it has are not applied
 * @throws DamagedLog
 */
export async function readChangeLog(
  chunks: AsyncIterable<Buffer>,
  apply: (entry: LogEntry) => void,
  included?: Included,
): Promise<LogContents> {
  const reader = new LogReader(apply, included);
  for await (const lines of readLineGroups(chunks)) for (const line of lines) reader.add(line);
  return reader.finish();
}

/** The smallest unit that a disk writes, in bytes. */
const SECTOR = 512;

class LogReader {
  readonly #assemble: (line: LogLine) => boolean;
  readonly #documents = new Set<string>();
  #generation: number | undefined;
  #hasChecksums = false;
  #lines = 0;
  #entries = 0;
  /** After the last complete entry. */
  #complete = { lines: 0, end: 0 };
  #tear: Tear | undefined;

  constructor(
    apply: (entry: LogEntry) => void,
    readonly included: Included | undefined,
  ) {
    this.#assemble = createAssembler(apply);
  }

  add(line: RawLine): void {
    if (this.#tear !== undefined) this.#addAfterTear(line);
    else if (!line.isComplete) this.#addIncomplete(line);
    else if (this.#generation === undefined) this.#addHeader(line);
    else this.#addLine(line, this.#generation);
  }

  finish(): LogContents {
    if (this.#generation === undefined) throw new DamagedLog(1, 'is missing: the log is empty');
    const { lines, end } = this.#complete;
    // The lines of an incomplete world.
    const tear = this.#tear ?? (this.#lines > lines ? 'incomplete' : undefined);
    return {
      generation: this.#generation,
      hasChecksums: this.#hasChecksums,
      documents: this.#documents,
      entries: this.#entries,
      lines,
      end,
      tear,
    };
  }

  #addIncomplete({ bytes }: RawLine): void {
    if (this.#generation !== undefined && decodeLine(bytes.subarray(0, -1), this.#generation) !== undefined) {
      throw new DamagedLog(this.#lines + 1, 'is complete, but does not end with a line feed');
    }
    this.#tear = 'incomplete';
  }

  #addHeader({ bytes, next }: RawLine): void {
    const header = decodeHeader(bytes);
    if (header === undefined) throw new DamagedLog(1, 'is not the header of a log');
    this.#generation = header.generation;
    this.#hasChecksums = header.hasChecksums;
    this.#count(next);
  }

  #addLine(raw: RawLine, generation: number): void {
    const { bytes, next } = raw;
    // A log of an earlier version may be continued with checksums, but not the other way round.
    const old = this.#hasChecksums ? undefined : oldJson(bytes);
    const line = old === undefined ? decodeLine(bytes, generation) : { number: this.#lines, json: old };
    if (line === undefined) {
      if (!hasLostSector(raw)) throw new DamagedLog(this.#lines + 1, 'does not match its checksum');
      this.#tear = 'power loss';
      return;
    }
    if (line.number !== this.#lines) {
      throw new DamagedLog(this.#lines + 1, `has the number ${line.number}, but ${this.#lines} was expected`);
    }
    this.#hasChecksums ||= old === undefined;
    const content = parse(line.json, this.#lines + 1);
    if ('document' in content) this.#documents.add(content.document);
    else if (this.#isIncluded(generation)) return this.#count(next);
    else if (!this.#assemble(content)) {
      this.#lines += 1;
      return;
    } else this.#entries += 1;
    this.#count(next);
  }

  /** Whether the document has the line that comes next. */
  #isIncluded(generation: number): boolean {
    return generation === this.included?.generation && this.#lines < (this.included.logLines ?? 0);
  }

  #count(next: number): void {
    this.#lines += 1;
    this.#complete = { lines: this.#lines, end: next };
  }

  /** A line after a power loss is explained only if nothing says that the lost lines were on disk. */
  #addAfterTear({ bytes, isComplete }: RawLine): void {
    const line = isComplete ? decodeLine(bytes, this.#generation ?? 0) : undefined;
    if (line !== undefined && line.synced > this.#lines) {
      throw new DamagedLog(this.#lines + 1, 'is not readable, although it was on disk when later lines were written');
    }
  }
}

function parse(json: string, line: number): LogLine {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new DamagedLog(line, `is not valid: ${(error as Error).message}`);
  }
  if (!isLogLine(value)) throw new DamagedLog(line, 'is not a change');
  return value;
}

/** What a disk has not written before a power loss reads as zeros, up to the end of a sector or of the file. */
function hasLostSector({ bytes, next, isLast }: RawLine): boolean {
  const offset = next - 1 - bytes.length;
  for (let start = bytes.indexOf(0); start >= 0;) {
    let end = start;
    while (bytes[end] === 0) end += 1;
    if ((offset + end) % SECTOR === 0 || (isLast && end === bytes.length)) return true;
    start = bytes.indexOf(0, end);
  }
  return false;
}

/** Applies each entry once all of its lines have been added. The returned function tells whether a line completed an entry. */
export function createAssembler(apply: (entry: LogEntry) => void): (line: LogLine) => boolean {
  let world: WorldDocument | undefined;
  let partsLeft = 0;
  let records: Record<string, RecordBase[]> = {};
  const texts = new RepeatedTexts();
  return (line) => {
    if ('changes' in line || 'removed' in line || 'copyOf' in line) {
      if ('changes' in line) {
        for (const [table, record] of line.changes) if (typeof record === 'object') texts.share(table, [record]);
      }
      apply(line);
      return true;
    }
    if ('world' in line) {
      ({ world, parts: partsLeft = 0 } = line);
      records = {};
    } else if (Array.isArray(line)) {
      partsLeft -= 1;
      const [table, part] = line as [string, readonly RecordBase[]];
      texts.share(table, part);
      const tableRecords = (records[table] ??= []);
      for (const record of part) tableRecords.push(record);
    }
    if (partsLeft > 0 || world === undefined) return false;
    apply({ world: { ...world, records: { ...world.records, ...records } } });
    world = undefined;
    return true;
  };
}
