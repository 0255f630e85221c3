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
  /** Always has its initial value: exported, but not read back. */
  readonly isFixed?: boolean;
}

/** What a world stores. */
export interface WorldSchema {
  /** Parents before children: a saved world is read back in this order. */
  readonly tables: readonly AnyTable[];
  readonly settings: readonly Setting<unknown>[];
}
