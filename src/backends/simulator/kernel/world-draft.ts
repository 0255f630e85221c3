import type { RecordBase } from './collection.js';
import type { WorldSchema } from './schema.js';
import { SidSource } from './sid.js';
import type { WorldChanges, WorldDocument } from './world-content.js';

/** What has become of one record: it was replaced completely, or some of its fields have changed, or it was deleted. */
type RecordChange = { readonly record: RecordBase } | { readonly fields: object } | undefined;

/**
 * A world from a file, to which the changes that were saved after it are applied. Its records are plain lists, because to index
 * them once takes much less time than to keep indexes up to date. For the same reason, no record is searched: changes are kept by
 * SID, and come together with the records at the end.
 *
 * Changes that the world has already may be applied again, if all that follow them are, too.
 */
export class WorldDraft {
  /** Everything but `formerSids` and `records`. */
  readonly #content: Record<string, unknown>;
  readonly #formerSids: Map<string, number>;
  readonly #records: Map<string, readonly RecordBase[]>;
  /** The lists that may be changed. The others are those of the file. */
  readonly #own = new Map<string, RecordBase[]>();
  /** By table and SID. */
  readonly #changes = new Map<string, Map<string, RecordChange>>();
  readonly #sids: () => SidSource;
  /** A record with a higher sequence number is new. */
  #highest: number;

  constructor(
    readonly schema: WorldSchema,
    { formerSids, records, ...content }: WorldDocument,
  ) {
    this.#content = { ...content };
    this.#formerSids = new Map(Object.entries(formerSids));
    this.#records = new Map(Object.entries(records));
    this.#highest = content.sequence;
    let sids: SidSource | undefined;
    this.#sids = () => (sids ??= new SidSource(content.sidKey));
  }

  /** Adds records that are not there. */
  add(table: string, records: readonly RecordBase[]): void {
    const list = this.#listOf(table);
    for (const record of records) list.push(record);
  }

  apply(taken: WorldChanges): void {
    const { sequence, stamp, moment } = taken;
    for (const [table, changed, fields] of taken.changes) {
      if (typeof changed === 'string') this.#change(table, changed, fields);
      else if (changed.seq > this.#highest) this.#listOf(table).push(changed);
      else this.#changesOf(table).set(changed.sid, { record: changed });
    }
    // That of changes which are applied again may be lower.
    this.#highest = Math.max(this.#highest, sequence);
    Object.assign(this.#content, { sequence, stamp, moment });
    for (const { name } of this.schema.settings) {
      const value = (taken as unknown as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) this.#content[name] = value;
    }
  }

  /** Changes a record; without `fields`, deletes it. */
  #change(table: string, sid: string, fields: object | undefined): void {
    const changes = this.#changesOf(table);
    const earlier = changes.get(sid);
    if (fields === undefined) changes.set(sid, undefined);
    else if (earlier === undefined) {
      // A deleted one stays deleted.
      if (!changes.has(sid)) changes.set(sid, { fields });
    } else if ('record' in earlier) changes.set(sid, { record: { ...earlier.record, ...fields } });
    else Object.assign(earlier.fields, fields);
  }

  #changesOf(table: string): Map<string, RecordChange> {
    let changes = this.#changes.get(table);
    if (changes === undefined) this.#changes.set(table, (changes = new Map()));
    return changes;
  }

  /** The list of a table, which may be changed. */
  #listOf(table: string): RecordBase[] {
    let list = this.#own.get(table);
    if (list === undefined) {
      list = [...(this.#records.get(table) ?? [])];
      this.#own.set(table, list);
      this.#records.set(table, list);
    }
    return list;
  }

  #forget({ sid, seq }: RecordBase): void {
    if (this.#sids().sequenceOf(sid) !== seq) this.#formerSids.set(sid, seq);
  }

  toDocument(): WorldDocument {
    for (const [table, changes] of this.#changes) this.#finish(table, changes);
    this.#changes.clear();
    // Others have the lists from now on.
    this.#own.clear();
    return {
      ...this.#content,
      formerSids: Object.fromEntries(this.#formerSids),
      records: Object.fromEntries(this.#records),
    } as unknown as WorldDocument;
  }

  #finish(table: string, changes: Map<string, RecordChange>): void {
    const list = this.#listOf(table);
    const gone = new Set<RecordBase>();
    // From the end, because mostly new records were changed.
    for (let i = list.length - 1; i >= 0 && changes.size > 0; i -= 1) {
      const old = list[i] as RecordBase;
      const change = changes.get(old.sid);
      if (change !== undefined) list[i] = 'record' in change ? change.record : { ...old, ...change.fields };
      else if (changes.has(old.sid)) gone.add(old);
      else continue;
      changes.delete(old.sid);
    }
    for (const record of gone) this.#forget(record);
    // The file may have lost some, if it was damaged.
    const added = [...changes.values()].flatMap((change) => (change && 'record' in change ? change.record : []));
    if (gone.size === 0 && added.length === 0) return;
    const kept = list.filter((record) => !gone.has(record));
    for (const record of added) kept.push(record);
    kept.sort((one, other) => one.seq - other.seq);
    this.#own.set(table, kept);
    this.#records.set(table, kept);
  }
}
