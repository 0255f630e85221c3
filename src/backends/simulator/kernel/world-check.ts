import type { RecordBase, Table } from './collection.js';
import { tables } from '../conversations/tables.js';
import type { WorldDocument } from './world.js';

/**
 * What is wrong with a world that was read from a file, in words; `undefined` when it holds together. A record that is
 * of no known kind, or belongs to nothing, would be lost or answered with a failure much later.
 */
export function findInconsistency(world: WorldDocument): string | undefined {
  const known = new Map<string, ReadonlySet<string>>();
  for (const table of tables as unknown as readonly Table<RecordBase>[]) {
    const records = world.records[table.name] ?? [];
    const sids = new Set(records.map(({ sid }) => sid));
    if (sids.size < records.length) return `two of its ${table.name} have one SID`;
    known.set(table.name, sids);
    for (const record of records) {
      const why = problemOf(record, table, world, known);
      if (why !== undefined) return `${record.sid} of its ${table.name} ${why}`;
    }
  }
  const stranger = Object.keys(world.records).find((name) => !known.has(name));
  return stranger === undefined ? undefined : `it has "${stranger}", which this understudy does not know`;
}

function problemOf(
  record: RecordBase,
  { parent }: Table<RecordBase>,
  { sequence }: WorldDocument,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const { seq, dateCreated, dateUpdated } = record;
  if (!Number.isSafeInteger(seq) || seq > sequence) return 'lacks its place';
  if (!Number.isSafeInteger(dateCreated) || !Number.isSafeInteger(dateUpdated)) return 'lacks its dates';
  if (parent !== undefined && known.get(parent.table)?.has(parent.sid(record)) !== true) return 'belongs to nothing';
  return undefined;
}
