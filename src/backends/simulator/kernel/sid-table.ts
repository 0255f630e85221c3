import { type Entries, type EntriesType, type Filling, hashOf } from './forkable-map.js';

interface WithSid {
  readonly sid: string;
}

const MIN_BITS = 2;

/**
 * Records by SID. It has no copies of their keys, so it takes a third of the memory of a `Map`, and it can be filled with
 * records from a file without reading their SIDs again, which are all over the memory.
 *
 * A hash table with open addressing and linear probing: a record is in the slot that its hash determines, or in one of those
 * that follow without a gap.
 */
class SidTable<R extends WithSid> implements Entries<R> {
  /** At least a quarter of them are free. */
  #slots: (R | undefined)[];
  /** The number of slots as a power of two. */
  #bits: number;
  #size = 0;

  constructor(bits: number) {
    this.#bits = bits;
    this.#slots = freeSlots(bits);
  }

  static copyOf<R extends WithSid>(table: SidTable<R>): SidTable<R> {
    const copy = new SidTable<R>(0);
    copy.#bits = table.#bits;
    copy.#slots = table.#slots.slice();
    copy.#size = table.#size;
    return copy;
  }

  /** Compares SIDs only if their hashes are the same. */
  static of<R extends WithSid>({ keys, values, hashes }: Filling<R>, places: Uint32Array): SidTable<R> {
    let bits = MIN_BITS;
    while (isTooFull(places.length, bits)) bits += 1;
    const table = new SidTable<R>(bits);
    const slots = table.#slots;
    const takenBy = new Uint32Array(slots.length);
    for (const place of places) {
      const hash = hashes[place] as number;
      let slot = firstSlot(hash, bits);
      while (slots[slot] !== undefined) {
        const other = takenBy[slot] as number;
        if (hashes[other] === hash && keys[other] === keys[place]) break;
        slot = next(slots, slot);
      }
      if (slots[slot] === undefined) table.#size += 1;
      slots[slot] = values[place];
      takenBy[slot] = place;
    }
    return table;
  }

  get size(): number {
    return this.#size;
  }

  get(sid: string, hash: number): R | undefined {
    return this.#slots[this.#find(sid, hash)];
  }

  set(sid: string, record: R, hash: number): void {
    const slot = this.#find(sid, hash);
    const isNew = this.#slots[slot] === undefined;
    this.#slots[slot] = record;
    if (!isNew) return;
    this.#size += 1;
    if (isTooFull(this.#size, this.#bits)) this.#grow();
  }

  delete(sid: string, hash: number): void {
    const slots = this.#slots;
    let gap = this.#find(sid, hash);
    if (slots[gap] === undefined) return;
    this.#size -= 1;
    slots[gap] = undefined;
    // Moves records into the gap that would not be found behind it.
    for (let slot = next(slots, gap); ; slot = next(slots, slot)) {
      const record = slots[slot];
      if (record === undefined) return;
      if (this.#find(record.sid, hashOf(record.sid)) !== gap) continue;
      slots[gap] = record;
      slots[slot] = undefined;
      gap = slot;
    }
  }

  *values(): Generator<R> {
    for (const record of this.#slots) if (record !== undefined) yield record;
  }

  *[Symbol.iterator](): Generator<readonly [string, R]> {
    for (const record of this.values()) yield [record.sid, record];
  }

  /** The slot of the record with this SID, or the free one where it would be found. */
  #find(sid: string, hash: number): number {
    const slots = this.#slots;
    for (let slot = firstSlot(hash, this.#bits); ; slot = next(slots, slot)) {
      const record = slots[slot];
      if (record === undefined || record.sid === sid) return slot;
    }
  }

  #grow(): void {
    const records = this.#slots;
    this.#bits += 1;
    this.#slots = freeSlots(this.#bits);
    for (const record of records)
      if (record !== undefined) this.#slots[this.#find(record.sid, hashOf(record.sid))] = record;
  }
}

/** Keeps records by SID. */
export function sidEntries<R extends WithSid>(): EntriesType<R> {
  return sidTables as unknown as EntriesType<R>;
}

const sidTables: EntriesType<WithSid> = {
  create: (from) => (from === undefined ? new SidTable(MIN_BITS) : SidTable.copyOf(from as SidTable<WithSid>)),
  usesHashes: true,
  createFrom: (filling, places) => SidTable.of(filling, places),
};

const freeSlots = <R>(bits: number): (R | undefined)[] => Array.from<R | undefined>({ length: 2 ** bits });

const isTooFull = (size: number, bits: number): boolean => size * 4 > 3 * 2 ** bits;

/** Depends on the upper bits of the hash: the lower ones are the same for all records of a part. */
const firstSlot = (hash: number, bits: number): number => hash >>> (32 - bits);

const next = (slots: readonly unknown[], slot: number): number => (slot + 1) & (slots.length - 1);
