import type { RecordBase } from './collection.js';
import { invalidField, isCount } from './record-fields.js';
import { isSid } from './sid.js';
import type { AnyTable, WorldSchema } from './schema.js';
import type { WorldDocument } from './world-content.js';

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
 * Describes what is inconsistent in a world from a file; `undefined` if nothing is. A record of an unknown kind, or
 * without its parent, would be lost or cause an error much later.
 */
export function findInconsistency({ tables }: WorldSchema, world: WorldDocument): string | undefined {
  const known = new Map<string, ReadonlySet<string>>();
  for (const table of tables) {
    const records = world.records[table.name] ?? [];
    const sids = new Set(records.map(({ sid }) => sid));
    if (sids.size < records.length) return `two of the ${table.name} have the same SID`;
    if (new Set(records.map(({ seq }) => seq)).size < records.length)
      return `two of the ${table.name} have the same \`seq\``;
    const shared = sharedKey(table, records);
    if (shared !== undefined) return `two of the ${table.name} have the same ${shared}`;
    known.set(table.name, sids);
    for (const record of records) {
      const problem = problemOf(record, table, world, known);
      if (problem !== undefined) return `${record.sid} of the ${table.name} ${problem}`;
    }
  }
  const unknown = Object.keys(world.records).find((name) => !known.has(name));
  return unknown === undefined ? undefined : `the kind of record "${unknown}" is unknown`;
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

function problemOf(
  record: RecordBase,
  { prefix, parent, fields }: AnyTable,
  { sequence }: WorldDocument,
  known: ReadonlyMap<string, ReadonlySet<string>>,
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

/** The unique key that two records share, if there is one. */
function sharedKey({ unique }: AnyTable, records: readonly RecordBase[]): string | undefined {
  for (const [name, readKey] of Object.entries(unique)) {
    const keys = records.flatMap((record) => readKey(record) ?? []);
    if (new Set(keys).size < keys.length) return name;
  }
  return undefined;
}

/** Six bytes of a SID hold it. */
const MAX_SEQUENCE = 2 ** 48 - 1;
/** The year 9999, in milliseconds since 1970. */
const MAX_TIME = 253_402_300_799_999;

function isUpTo(value: unknown, most: number | undefined = 0): boolean {
  return isCount(value) && Number(value) <= most;
}
