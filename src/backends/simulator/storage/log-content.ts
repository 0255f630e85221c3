import type { RecordBase } from '../kernel/collection.js';
import type { WorldChanges, WorldContent, WorldDocument } from '../kernel/world-content.js';

/**
 * The JSON of one line of a change log, after the header:
 * - the changes of one call, which are applied completely or not at all: new records, changed fields, deleted SIDs;
 * - a new or replaced world, followed by `parts` lines with its records;
 * - a new or replaced world whose records are those that another world has at this point;
 * - the account whose world was removed;
 * - the checksum of a document that this log continues. It is added just before the document takes its place.
 */
export type LogLine =
  | WorldChanges
  | { readonly world: WorldDocument; readonly parts?: number }
  | WorldCopy
  | WorldPart
  | { readonly removed: string }
  | { readonly document: string };

/** A world that was forked. It has no records of its own in the log, so that a fork of a large world takes no longer. */
export interface WorldCopy {
  readonly world: WorldDocument;
  /** The account of the other world. */
  readonly copyOf: string;
}

/** Some records of one table of a world. A whole world in one line could exceed the maximum length of a string. */
export type WorldPart = readonly [table: string, records: readonly RecordBase[]];

/** Whether a value from a file is a line. What is in records and settings is checked later. */
export function isLogLine(value: unknown): value is LogLine {
  if (Array.isArray(value)) return typeof value[0] === 'string' && isListOf(value[1], isRecord);
  if (!isObject(value)) return false;
  const { account, changes, world, copyOf, removed, document } = value;
  if (changes !== undefined) return typeof account === 'string' && isListOf(changes, isChange);
  if (world !== undefined) {
    if (copyOf !== undefined && typeof copyOf !== 'string') return false;
    if (!isObject(world) || typeof world['account'] !== 'string' || !isObject(world['formerSids'])) return false;
    return isObject(world['records']) && Object.values(world['records']).every((list) => isListOf(list, isRecord));
  }
  return typeof removed === 'string' || typeof document === 'string';
}

function isChange(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [table, changed, fields] = value as unknown[];
  if (typeof table !== 'string') return false;
  return typeof changed === 'string' ? fields === undefined || isObject(fields) : isRecord(changed);
}

const isRecord = (value: unknown): boolean => isObject(value) && typeof value['sid'] === 'string';

const isListOf = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const RECORDS_PER_LINE = 100;

/** The lines of one entry, as JSON. */
export function* jsonLines(content: string | WorldContent): Generator<string> {
  if (typeof content === 'string') yield content;
  else yield* worldLines(content);
}

/** The number of lines of one entry. */
export function lineCountOf(content: string | WorldContent): number {
  return typeof content === 'string' ? 1 : 1 + partsOf(content);
}

const partsOf = ({ records }: WorldContent): number =>
  Object.values(records).reduce((sum, list) => sum + Math.ceil(list.length / RECORDS_PER_LINE), 0);

function* worldLines(content: WorldContent): Generator<string> {
  const { records, ...world } = content;
  yield JSON.stringify({ world: { ...world, records: {} }, parts: partsOf(content) });
  for (const [table, list] of Object.entries(records)) {
    let part: RecordBase[] = [];
    for (const record of list) {
      part.push(record);
      if (part.length < RECORDS_PER_LINE) continue;
      yield JSON.stringify([table, part]);
      part = [];
    }
    if (part.length > 0) yield JSON.stringify([table, part]);
  }
}
