import type { RecordBase } from './collection.js';
import type { AnyTable, WorldSchema } from './schema.js';
import type { WorldDocument } from './world.js';

/** Whether a value from a file has the parts of a world. */
export function isWorldDocument({ settings }: WorldSchema, value: unknown): value is WorldDocument {
  const world = value as Partial<WorldDocument> | null;
  return (
    typeof world?.account === 'string' &&
    typeof world.sidKey === 'string' &&
    Number.isSafeInteger(world.sequence) &&
    Number.isSafeInteger(world.stamp) &&
    typeof world.moment === 'number' &&
    settings.every(({ name, isValid }) => isValid((value as Readonly<Record<string, unknown>>)[name])) &&
    typeof world.formerSids === 'object' &&
    world.formerSids !== null &&
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
    known.set(table.name, sids);
    for (const record of records) {
      const problem = problemOf(record, table, world, known);
      if (problem !== undefined) return `${record.sid} of the ${table.name} ${problem}`;
    }
  }
  const unknown = Object.keys(world.records).find((name) => !known.has(name));
  return unknown === undefined ? undefined : `the kind of record "${unknown}" is unknown`;
}

function problemOf(
  record: RecordBase,
  { parent }: AnyTable,
  { sequence }: WorldDocument,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const { seq, dateCreated, dateUpdated } = record;
  if (!Number.isSafeInteger(seq) || seq > sequence) return 'has no valid `seq`';
  if (!Number.isSafeInteger(dateCreated) || !Number.isSafeInteger(dateUpdated)) return 'has no valid dates';
  if (parent !== undefined && known.get(parent.table)?.has(parent.sid(record)) !== true) return 'has no parent';
  return undefined;
}
