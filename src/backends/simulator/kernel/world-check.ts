import { Collection, type RecordBase } from './collection.js';
import { RecordSnapshot } from './record-snapshot.js';
import { invalidField, isCount } from './record-fields.js';
import { isSid } from './sid.js';
import type { AnyTable, WorldSchema } from './schema.js';
import type { WorldContent, WorldDocument } from './world-content.js';

/** Whether a value from a file has the parts of a world. */
export function isWorldDocument({ settings }: WorldSchema, value: unknown): value is WorldDocument {
  const world = value as Partial<WorldDocument> | null;
  return (
    typeof world?.account === 'string' &&
    isSid(world.account, 'AC') &&
    typeof world.sidKey === 'string' &&
    isUpTo(world.sequence, MAX_SEQUENCE) &&
    isUpTo(world.stamp, MAX_TIME) &&
    isUpTo(world.moment, MAX_TIME) &&
    settings.every(({ name, isValid }) => isValid((value as Readonly<Record<string, unknown>>)[name])) &&
    typeof world.formerSids === 'object' &&
    world.formerSids !== null &&
    Object.values(world.formerSids).every((seq) => isUpTo(seq, world.sequence)) &&
    typeof world.records === 'object' &&
    world.records !== null &&
    Object.values(world.records).every(
      (records) => Array.isArray(records) && records.every((record) => typeof record?.sid === 'string'),
    )
  );
}

/**
 * Checks that the records of a world from a file fit together, and indexes them, which together takes little longer than
 * either. A record of an unknown kind, or without its parent, would be lost or cause an error much later.
 * @returns the world, or a description of what is inconsistent
 */
export function indexWorld({ tables }: WorldSchema, world: WorldDocument): WorldContent | string {
  const known = new Map<string, Collection<RecordBase>>();
  for (const table of tables) {
    const records = world.records[table.name] ?? [];
    for (const record of records) {
      const problem = problemOf(record, table, world, known);
      if (problem !== undefined) return `${record.sid} of the ${table.name} ${problem}`;
    }
    const collection = new Collection(table);
    const shared = collection.insertAll(records);
    if (shared !== undefined) return `two of the ${table.name} have the same ${shared}`;
    if (repeatsSeq(records)) return `two of the ${table.name} have the same \`seq\``;
    known.set(table.name, collection);
  }
  const unknown = Object.keys(world.records).find((name) => !known.has(name));
  if (unknown !== undefined) return `the kind of record "${unknown}" is unknown`;
  const records = Object.keys(world.records).flatMap((name) => {
    const collection = known.get(name);
    return collection === undefined ? [] : [[name, new RecordSnapshot(collection, true)] as const];
  });
  return { ...world, records: Object.fromEntries(records) };
}

/** Files of ours have the records in order of creation. */
function repeatsSeq(records: readonly RecordBase[]): boolean {
  const isOrdered = records.every(({ seq }, i) => i === 0 || seq > (records[i - 1]?.seq ?? seq));
  return !isOrdered && new Set(records.map(({ seq }) => seq)).size < records.length;
}

/** Leaves out the records that are inconsistent, and those that depend on them. */
export function withoutInconsistencies(
  { tables }: WorldSchema,
  world: WorldDocument,
): { readonly document: WorldDocument; readonly dropped: readonly string[] } {
  const known = new Map<string, ReadonlySet<string>>();
  const dropped: string[] = [];
  const records: Record<string, RecordBase[]> = {};
  for (const table of tables) {
    const sids = new Set<string>();
    records[table.name] = (world.records[table.name] ?? []).filter((record) => {
      const problem = sids.has(record.sid) ? 'is there twice' : problemOf(record, table, world, known);
      if (problem === undefined) sids.add(record.sid);
      else dropped.push(`${record.sid} of the ${table.name} ${problem}`);
      return problem === undefined;
    });
    known.set(table.name, sids);
  }
  return { document: { ...world, records }, dropped };
}

/** The SIDs of a table. */
interface Known {
  has(sid: string): boolean;
}

function problemOf(
  record: RecordBase,
  { prefix, parent, fields }: AnyTable,
  { sequence }: WorldDocument,
  known: ReadonlyMap<string, Known>,
): string | undefined {
  const { seq, dateCreated, dateUpdated } = record;
  if (!isSid(record.sid, prefix)) return `has no SID that begins with ${prefix}`;
  if (!isUpTo(seq, sequence)) return 'has no valid `seq`';
  if (!isUpTo(dateCreated, MAX_TIME) || !isUpTo(dateUpdated, MAX_TIME)) return 'has no valid dates';
  const invalid = invalidField(record, fields);
  if (invalid !== undefined) return `has a value in \`${invalid}\` that no call could have given it`;
  if (parent !== undefined && known.get(parent.table)?.has(parent.sid(record)) !== true) return 'has no parent';
  return undefined;
}

/** Six bytes of a SID hold it. */
const MAX_SEQUENCE = 2 ** 48 - 1;
/** The year 9999, in milliseconds since 1970. */
const MAX_TIME = 253_402_300_799_999;

function isUpTo(value: unknown, most: number | undefined = 0): boolean {
  return isCount(value) && Number(value) <= most;
}
