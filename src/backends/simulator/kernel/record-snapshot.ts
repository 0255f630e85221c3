import type { Collection, RecordBase } from './collection.js';

/** The records of a table at one moment. They share the structure of the collection that they were taken from. */
export class RecordSnapshot implements Iterable<RecordBase> {
  readonly #records: Collection<RecordBase>;

  constructor(collection: Collection<RecordBase>) {
    this.#records = collection.fork();
  }

  get length(): number {
    return this.#records.size;
  }

  get(sid: string): RecordBase | undefined {
    return this.#records.get(sid);
  }

  [Symbol.iterator](): Iterator<RecordBase> {
    return this.#records.values()[Symbol.iterator]();
  }

  /** A collection that can be changed. */
  toCollection(): Collection<RecordBase> {
    return this.#records.fork();
  }

  toJSON(): readonly RecordBase[] {
    return [...this];
  }
}
