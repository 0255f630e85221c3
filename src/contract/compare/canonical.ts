import type { Json } from '../../core/body.js';
import { isObject } from '../model/paths.js';

/** JSON with sorted keys: equal for values that differ only in the order of their keys. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Identifies a record of a list: by SID, by URL, by its links, or else by its contents. */
export function idOf(record: Json): string {
  const id = isObject(record) ? (record['sid'] ?? record['url'] ?? record['links'] ?? record) : record;
  return typeof id === 'string' ? id : canonicalText(id);
}
