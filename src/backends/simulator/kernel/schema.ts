import type { RecordBase, Table } from './collection.js';

/** A table of any record type. */
export type AnyTable = Table<RecordBase>;

/** A value that a world has besides its records. It is stored under its name, at the top level of the world's document. */
export interface Setting<T> {
  readonly name: string;
  /** The value in a new world. `newSid` makes a SID with a prefix. */
  readonly initial: (newSid: (prefix: string) => string) => T;
  /** Whether a value from a file can be used. */
  readonly isValid: (value: unknown) => boolean;
}

/** What a world stores. */
export interface WorldSchema {
  /** Parents before children: a saved world is read back in this order. */
  readonly tables: readonly AnyTable[];
  readonly settings: readonly Setting<unknown>[];
}

/** The tables whose records are deleted with those of another table, and the order that lists them. */
type Children = ReadonlyMap<string, readonly { readonly table: AnyTable; readonly order: string }[]>;

const childrenBySchema = new WeakMap<WorldSchema, Children>();

export function childrenOf(schema: WorldSchema): Children {
  const known = childrenBySchema.get(schema);
  if (known !== undefined) return known;
  const children = new Map<string, { table: AnyTable; order: string }[]>();
  for (const table of schema.tables) {
    for (const owner of [table.parent, table.alsoDeletedWith]) {
      if (owner === undefined) continue;
      children.set(owner.table, [...(children.get(owner.table) ?? []), { table, order: owner.order }]);
    }
  }
  childrenBySchema.set(schema, children);
  return children;
}
