import { Collection, type RecordBase } from './collection.js';

/** The records of a table at one moment. They share the structure of the collection that they were taken from. */
export class RecordSnapshot implements Iterable<RecordBase> {
  #records: Collection<RecordBase>;

  /** @param isOnly nothing else uses the collection, so that the first `toCollection` can take it out */
  constructor(
    collection: Collection<RecordBase>,
    readonly isOnly = false,
  ) {
    this.#records = isOnly ? collection : collection.fork();
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
    if (!this.isOnly) return this.#records.fork();
    // A fork would copy each part before it changes it.
    const taken = this.#records;
    this.#records = new Collection(taken.table);
    return taken;
  }

  toJSON(): readonly RecordBase[] {
    return [...this];
  }
}
