import type { RecordBase } from './collection.js';
import type { WorldSnapshot } from './world-content.js';

/** One difference between two worlds. */
export interface WorldDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** The table of the record, e.g. `messages`. */
  readonly records: string;
  readonly sid: string;
  /** The changed fields, with their values as JSON. Empty for an added or removed record. */
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
}

/** Lists the differences of `after` from `before`, by table and SID. */
export function compareWorlds(before: WorldSnapshot, after: WorldSnapshot): WorldDifference[] {
  const differences: WorldDifference[] = [];
  for (const [records, list] of Object.entries(after.records)) {
    const old = before.records[records];
    for (const record of list) {
      const known = old?.get(record.sid);
      if (known === undefined) differences.push({ kind: 'added', records, sid: record.sid, fields: [] });
      else if (known !== record) {
        const fields = changedFields(known, record);
        if (fields.length > 0) differences.push({ kind: 'changed', records, sid: record.sid, fields });
      }
    }
    for (const { sid } of old ?? []) {
      if (list.get(sid) === undefined) differences.push({ kind: 'removed', records, sid, fields: [] });
    }
  }
  return differences;
}

/** One line, e.g. `changed conversations CH…: state "active" → "closed"`. */
export function formatDifference({ kind, records, sid, fields }: WorldDifference): string {
  const changes = fields.map(({ field, before, after }) => `${field} ${before} → ${after}`).join(', ');
  return `${kind} ${records} ${sid}${changes === '' ? '' : `: ${changes}`}`;
}

function changedFields(before: RecordBase, after: RecordBase): WorldDifference['fields'] {
  const [old, changed] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...changed.keys()])].flatMap((field) => {
    const [a = 'nothing', b = 'nothing'] = [old.get(field), changed.get(field)];
    return a === b ? [] : [{ field, before: a, after: b }];
  });
}

const fieldsOf = (record: RecordBase): Map<string, string> =>
  new Map(Object.entries(record).map(([field, value]) => [field, JSON.stringify(value)]));
