import type { WorldChange } from './change-recorder.js';
import type { RecordBase } from './collection.js';
import type { RecordSnapshot } from './record-snapshot.js';

/** The contents of a world at one moment, in an order that can be read back. It also has the product's settings, by name. */
export interface WorldContent {
  readonly account: string;
  readonly sidKey: string;
  readonly sequence: number;
  readonly stamp: number;
  /** The time of its clock, in milliseconds since 1970. */
  readonly moment: number;
  readonly formerSids: Readonly<Record<string, number>>;
  readonly records: Readonly<Record<string, RecordSequence>>;
}

/** The records of one table. An array is one. */
interface RecordSequence extends Iterable<RecordBase> {
  readonly length: number;
}

/** A world as plain data. */
export interface WorldDocument extends WorldContent {
  readonly records: Readonly<Record<string, readonly RecordBase[]>>;
}

/** A world that shares its records with the world it was taken from. */
export interface WorldSnapshot extends WorldContent {
  readonly records: Readonly<Record<string, RecordSnapshot>>;
}

/**
 * What changed in a world: new records, changed fields, and changed settings by name. Applying several of them again, in the same
 * order, does no harm.
 */
export interface WorldChanges extends Omit<WorldContent, 'sidKey' | 'formerSids' | 'records'> {
  readonly changes: readonly WorldChange[];
}
