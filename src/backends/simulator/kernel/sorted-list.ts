/**
 * Where a record stands in an order: first by `sortKey` (an index, a date, a SID), then by the order of creation.
 * Without `seq` it stands for every record of that `sortKey`.
 */
export interface Position {
  readonly sortKey: number | string;
  readonly seq?: number;
}

/** Records in an order, read by rank. Each method costs what it returns, not the size of the whole. */
export interface SortedView<T> {
  readonly size: number;
  /** How many stand before this position. */
  countBefore(position: Position): number;
  /** How many stand before it or at it. */
  countUpTo(position: Position): number;
  slice(start: number, count: number): T[];
}

const CHUNK = 512;

/**
 * A list kept sorted in chunks of at most 512: inserting moves one chunk, and how many stand before each is remembered.
 * So appending and turning pages, the usual cases, cost the same at a million records as at a thousand.
 */
export class SortedList<T extends { readonly seq: number }> implements SortedView<T> {
  #chunks: T[][] = [];
  /** How many stand before each chunk: known for the first ones, up to the one that changed last, and counted on when asked. */
  #starts: number[] = [];
  #size = 0;

  constructor(readonly sortKey: (item: T) => number | string) {}

  get size(): number {
    return this.#size;
  }

  insert(item: T): void {
    const sortKey = this.sortKey(item);
    this.#size += 1;
    const end = this.last();
    if (end === undefined || this.#isBefore(end, sortKey, item.seq)) {
      const last = this.#chunks.at(-1);
      if (last === undefined || last.length >= CHUNK) this.#chunks.push([item]);
      else last.push(item);
      return;
    }
    const at = this.#chunkFor(sortKey, item.seq);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    this.#changed(at);
    chunk.splice(this.#placeIn(chunk, sortKey, item.seq), 0, item);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** Takes out the record that stands where `item` stands. */
  remove(item: T): void {
    const sortKey = this.sortKey(item);
    const at = this.#chunkFor(sortKey, item.seq);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const place = this.#placeIn(chunk, sortKey, item.seq);
    if (chunk[place]?.seq !== item.seq) return;
    this.#changed(at);
    chunk.splice(place, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Puts a changed record in the place of the old one; moves it when its place has changed. */
  replace(old: T, changed: T): void {
    const sortKey = this.sortKey(old);
    if (sortKey !== this.sortKey(changed)) {
      this.remove(old);
      this.insert(changed);
      return;
    }
    const chunk = this.#chunks[this.#chunkFor(sortKey, old.seq)];
    if (chunk !== undefined) chunk[this.#placeIn(chunk, sortKey, old.seq)] = changed;
  }

  countBefore(position: Position): number {
    return this.#count(position.sortKey, position.seq ?? -Infinity);
  }

  countUpTo(position: Position): number {
    // Sequence numbers are whole, so "up to n" is "before n + ½".
    return this.#count(position.sortKey, (position.seq ?? Infinity) + 0.5);
  }

  slice(start: number, count: number): T[] {
    if (start >= this.#size) return [];
    this.#startOf(this.#chunks.length - 1);
    const first = lowest(this.#starts.length, (i) => (this.#starts[i] ?? 0) > start) - 1;
    let skip = start - this.#startOf(first);
    const found: T[] = [];
    for (let at = first; at < this.#chunks.length && found.length < count; at += 1) {
      for (const item of (this.#chunks[at] ?? []).slice(skip, skip + count - found.length)) found.push(item);
      skip = 0;
    }
    return found;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  last(): T | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  #count(sortKey: number | string, seq: number): number {
    const at = this.#chunkFor(sortKey, seq);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return this.#size;
    return this.#startOf(at) + this.#placeIn(chunk, sortKey, seq);
  }

  #startOf(at: number): number {
    for (let i = this.#starts.length; i <= at; i += 1) {
      this.#starts.push(i === 0 ? 0 : (this.#starts[i - 1] ?? 0) + (this.#chunks[i - 1]?.length ?? 0));
    }
    return this.#starts[at] ?? 0;
  }

  /** What stands before this chunk is as it was. */
  #changed(at: number): void {
    if (this.#starts.length > at + 1) this.#starts.length = at + 1;
  }

  /** The first chunk whose last item is not before the position. */
  #chunkFor(sortKey: number | string, seq: number): number {
    return lowest(this.#chunks.length, (i) => {
      const last = this.#chunks[i]?.at(-1);
      return last !== undefined && !this.#isBefore(last, sortKey, seq);
    });
  }

  #placeIn(chunk: readonly T[], sortKey: number | string, seq: number): number {
    return lowest(chunk.length, (i) => {
      const item = chunk[i];
      return item !== undefined && !this.#isBefore(item, sortKey, seq);
    });
  }

  #isBefore(item: T, sortKey: number | string, seq: number): boolean {
    const own = this.sortKey(item);
    return own === sortKey ? item.seq < seq : own < sortKey;
  }
}

/** The lowest number below `end` for which a rising condition holds, else `end`. */
function lowest(end: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same records, the last one first. */
export function reversed<T>(list: SortedView<T>): SortedView<T> {
  return {
    size: list.size,
    countBefore: (position) => list.size - list.countUpTo(position),
    countUpTo: (position) => list.size - list.countBefore(position),
    slice(start, count) {
      const end = Math.max(0, list.size - start);
      const begin = Math.max(0, end - count);
      return list.slice(begin, end - begin).toReversed();
    },
  };
}

/** The records whose `sortKey` lies between two bounds, both included. */
export function between<T>(list: SortedView<T>, from: number, to: number): SortedView<T> {
  const begin = list.countBefore({ sortKey: from });
  const size = Math.max(0, list.countUpTo({ sortKey: to }) - begin);
  const inside = (count: number): number => Math.min(size, Math.max(0, count - begin));
  return {
    size,
    countBefore: (position) => inside(list.countBefore(position)),
    countUpTo: (position) => inside(list.countUpTo(position)),
    slice: (start, count) => list.slice(begin + start, Math.min(count, Math.max(0, size - start))),
  };
}

/** Several lists, no record in two of them and all ordered by creation alone, read as one. */
export function union<T extends { readonly seq: number }>(
  lists: readonly SortedView<T>[],
  highest: number,
): SortedView<T> {
  const sum = (count: (list: SortedView<T>) => number): number => lists.reduce((total, list) => total + count(list), 0);
  const size = sum((list) => list.size);
  return {
    size,
    countBefore: (position) => sum((list) => list.countBefore(position)),
    countUpTo: (position) => sum((list) => list.countUpTo(position)),
    slice(start, count) {
      // The sequence number at which `start` records lie behind is found by halving, so a deep page costs what the first does.
      const seq = lowest(highest + 1, (i) => sum((list) => list.countUpTo({ sortKey: 0, seq: i })) > start);
      return lists
        .flatMap((list) => list.slice(list.countBefore({ sortKey: 0, seq }), count))
        .sort((a, b) => a.seq - b.seq)
        .slice(0, count);
    },
  };
}
