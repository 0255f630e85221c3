import type { Collection, RecordBase } from './collection.js';

/** A new record, the SID of a deleted one, or the SID of a changed one with its changed fields. */
export type WorldChange =
  | readonly [table: string, record: RecordBase | string]
  | readonly [table: string, sid: string, fields: object];

/** One record before the first and after the last of its recorded changes. */
interface RecordChange {
  readonly table: string;
  /** Undefined if it was created. */
  readonly before: RecordBase | undefined;
  /** Undefined if it was deleted. */
  readonly after: RecordBase | undefined;
}

/** Records what changes in a world from a moment on, to save it or to take it back. */
export class ChangeRecorder {
  /** By SID. */
  readonly #records = new Map<string, RecordChange>();
  /** The previous values of changed settings. */
  #settings: Map<string, unknown> | undefined;

  constructor(
    /** The clock's time, and the world's revision, when the recording began. */
    readonly time: number,
    readonly revision: number,
  ) {}

  get isEmpty(): boolean {
    return this.#records.size === 0 && this.#settings === undefined;
  }

  add(table: string, sid: string, before: RecordBase | undefined, after: RecordBase | undefined): void {
    const earlier = this.#records.get(sid);
    this.#records.set(sid, { table, before: earlier === undefined ? before : earlier.before, after });
  }

  addSetting(name: string, before: unknown): void {
    this.#settings ??= new Map();
    if (!this.#settings.has(name)) this.#settings.set(name, before);
  }

  /** Each changed record once. */
  list(): WorldChange[] {
    return Array.from(this.#records, ([sid, { table, before, after }]): WorldChange => {
      const fields = before && after && changedFields(before, after);
      return fields === undefined ? [table, after ?? sid] : [table, sid, fields];
    });
  }

  /** The names of the settings that were changed. */
  get settings(): Iterable<string> {
    return this.#settings?.keys() ?? [];
  }

  /** Makes records and settings what they were when the recording began. Calls `onChange` for each record. */
  undo(
    collections: ReadonlyMap<string, Collection<RecordBase>>,
    settings: Map<string, unknown>,
    onChange: (table: string, now: RecordBase | undefined, before: RecordBase | undefined) => void,
  ): void {
    for (const [sid, { table, before }] of this.#records) {
      const collection = collections.get(table);
      const now = collection?.get(sid);
      if (now === undefined && before === undefined) continue;
      if (before === undefined) {
        if (now !== undefined) collection?.remove(now);
      } else if (now === undefined) collection?.insert(before);
      else collection?.replace(now, before);
      onChange(table, now, before);
    }
    for (const [name, value] of this.#settings ?? []) settings.set(name, value);
  }
}

/** The fields that differ; undefined if one has no value any more, which JSON could not say. */
function changedFields(before: RecordBase, after: RecordBase): object | undefined {
  const old = before as unknown as Readonly<Record<string, unknown>>;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(after)) {
    if (value === old[name]) continue;
    if (value === undefined) return undefined;
    fields[name] = value;
  }
  return fields;
}
