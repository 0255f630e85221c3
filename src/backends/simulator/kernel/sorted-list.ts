import type { Owner } from './forkable-map.js';

/**
 * A position in an order: by `sortKey` (an index, a date, a SID), then by order of creation. Without `seq` it is the
 * position of all records with that `sortKey`.
 */
export interface Position {
  readonly sortKey: number | string;
  readonly seq?: number;
}

/** Ordered records, read by rank. The cost of each method depends on what it returns, not on the size of the list. */
export interface SortedView<T> {
  readonly size: number;
  /** The number of records before a position. */
  countBefore(position: Position): number;
  /** The number of records before and at a position. */
  countUpTo(position: Position): number;
  slice(start: number, count: number): T[];
}

/** A sorted list that others may read but not change. */
export interface ReadableList<T> extends SortedView<T>, Iterable<T> {
  last(): T | undefined;
}

const CHUNK_SIZE = 512;

/** An array that grows gets room for 16 more elements. Most lists are shorter than that, so up to this size they are copied. */
const FEW = 8;

/** Stands for an empty list in the many lists that are never read by rank. Never changed. */
const noStarts: number[] = [];

/**
 * A list that is sorted in chunks of at most 512. An insertion moves the records of one chunk, and the start of each chunk
 * is cached. So the usual cases, appending and paging, cost the same with a million records as with a thousand.
 *
 * A fork shares the chunks. Each list copies a chunk before it changes it for the first time.
 */
export class SortedList<T extends { readonly seq: number }> implements ReadableList<T> {
  #chunks: T[][] = [];
  /** The rank of each chunk's first record. Valid up to the chunk that changed last; the rest is computed on demand. */
  #starts = noStarts;
  #size = 0;
  /** The chunks that no other list has; undefined if that is true of all. */
  #own: Set<T[]> | undefined;

  constructor(
    readonly sortKey: (item: T) => number | string,
    /** The collection that may change this list. */
    readonly owner?: Owner,
  ) {}

  /** A list with the same records, for another owner. This list must not be changed any more. */
  forkFor(owner: Owner): SortedList<T> {
    const fork = new SortedList(this.sortKey, owner);
    if (this.#chunks.length <= 1) {
      fork.#chunks = this.#chunks.map((chunk) => chunk.slice());
    } else {
      fork.#chunks = this.#chunks.slice();
      fork.#own = new Set();
    }
    fork.#size = this.#size;
    return fork;
  }

  get size(): number {
    return this.#size;
  }

  insert(item: T): void {
    const sortKey = this.sortKey(item);
    this.#size += 1;
    const end = this.last();
    if (end === undefined || this.#isBefore(end, sortKey, item.seq)) {
      this.#append(item);
      return;
    }
    const at = this.#chunkFor(sortKey, item.seq);
    const chunk = this.#ownChunk(at);
    if (chunk === undefined) return;
    this.#invalidateStarts(at);
    chunk.splice(this.#indexIn(chunk, sortKey, item.seq), 0, item);
    if (chunk.length > CHUNK_SIZE) this.#addChunk(at + 1, chunk.splice(CHUNK_SIZE / 2));
  }

  #append(item: T): void {
    const last = this.#chunks.length - 1;
    const chunk = this.#chunks[last];
    if (chunk === undefined || chunk.length >= CHUNK_SIZE) this.#addChunk(last + 1, [item]);
    else if (last === 0 && chunk.length < FEW) this.#chunks[0] = [...chunk, item];
    else this.#ownChunk(last)?.push(item);
  }

  #addChunk(at: number, chunk: T[]): void {
    if (this.#chunks.length === 0) this.#chunks = [chunk];
    else this.#chunks.splice(at, 0, chunk);
    this.#own?.add(chunk);
  }

  /** The chunk, which may be changed. */
  #ownChunk(at: number): T[] | undefined {
    const chunk = this.#chunks[at];
    if (chunk === undefined || this.#own === undefined || this.#own.has(chunk)) return chunk;
    const own = chunk.slice();
    this.#chunks[at] = own;
    this.#own.add(own);
    return own;
  }

  /** Removes the record at the position of `item`. */
  remove(item: T): void {
    const sortKey = this.sortKey(item);
    const at = this.#chunkFor(sortKey, item.seq);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = this.#indexIn(chunk, sortKey, item.seq);
    if (chunk[index]?.seq !== item.seq) return;
    this.#invalidateStarts(at);
    this.#size -= 1;
    if (chunk.length > 1) this.#ownChunk(at)?.splice(index, 1);
    else {
      this.#chunks.splice(at, 1);
      this.#own?.delete(chunk);
    }
  }

  /** Replaces a record by its changed version, and moves it if its position has changed. */
  replace(old: T, changed: T): void {
    const sortKey = this.sortKey(old);
    const changedKey = this.sortKey(changed);
    if (this.last() === old && changedKey >= sortKey) {
      // A conversation that gets several messages in a row stays the last one.
      const end = this.#ownChunk(this.#chunks.length - 1);
      if (end !== undefined) end[end.length - 1] = changed;
      return;
    }
    if (sortKey !== changedKey) {
      this.remove(old);
      this.insert(changed);
      return;
    }
    const chunk = this.#ownChunk(this.#chunkFor(sortKey, old.seq));
    if (chunk !== undefined) chunk[this.#indexIn(chunk, sortKey, old.seq)] = changed;
  }

  countBefore(position: Position): number {
    return this.#count(position.sortKey, position.seq ?? -Infinity);
  }

  countUpTo(position: Position): number {
    // Sequence numbers are integers, so "up to n" is "before n + ½".
    return this.#count(position.sortKey, (position.seq ?? Infinity) + 0.5);
  }

  slice(start: number, count: number): T[] {
    if (start >= this.#size) return [];
    this.#startOf(this.#chunks.length - 1);
    const first = lowerBound(this.#starts.length, (i) => (this.#starts[i] ?? 0) > start) - 1;
    let skip = start - this.#startOf(first);
    const found: T[] = [];
    for (let at = first; at < this.#chunks.length && found.length < count; at += 1) {
      for (const item of (this.#chunks[at] ?? []).slice(skip, skip + count - found.length)) found.push(item);
      skip = 0;
    }
    return found;
  }

  *[Symbol.iterator](): Generator<T> {
    // `yield*` takes several times as long.
    for (const chunk of this.#chunks) for (const item of chunk) yield item;
  }

  last(): T | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  #count(sortKey: number | string, seq: number): number {
    const at = this.#chunkFor(sortKey, seq);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return this.#size;
    return this.#startOf(at) + this.#indexIn(chunk, sortKey, seq);
  }

  #startOf(at: number): number {
    if (this.#starts === noStarts) this.#starts = [];
    for (let i = this.#starts.length; i <= at; i += 1) {
      this.#starts.push(i === 0 ? 0 : (this.#starts[i - 1] ?? 0) + (this.#chunks[i - 1]?.length ?? 0));
    }
    return this.#starts[at] ?? 0;
  }

  /** Drops the cached starts of the chunks after a changed one. */
  #invalidateStarts(at: number): void {
    if (this.#starts.length > at + 1) this.#starts.length = at + 1;
  }

  /** The first chunk whose last item is not before the position. */
  #chunkFor(sortKey: number | string, seq: number): number {
    return lowerBound(this.#chunks.length, (i) => {
      const last = this.#chunks[i]?.at(-1);
      return last !== undefined && !this.#isBefore(last, sortKey, seq);
    });
  }

  #indexIn(chunk: readonly T[], sortKey: number | string, seq: number): number {
    return lowerBound(chunk.length, (i) => {
      const item = chunk[i];
      return item !== undefined && !this.#isBefore(item, sortKey, seq);
    });
  }

  #isBefore(item: T, sortKey: number | string, seq: number): boolean {
    const own = this.sortKey(item);
    return own === sortKey ? item.seq < seq : own < sortKey;
  }
}

/** Binary search: the lowest number below `end` for which a monotonic condition holds, else `end`. */
function lowerBound(end: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same records in reverse order. */
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

/** The records whose `sortKey` is between two bounds, inclusive. */
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

/** Several disjoint lists, all in order of creation, as one. `highest` is the highest sequence number in them. */
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
      // Binary search for the sequence number with `start` records before it: a late page costs the same as the first.
      const seq = lowerBound(highest + 1, (i) => sum((list) => list.countUpTo({ sortKey: 0, seq: i })) > start);
      return lists
        .flatMap((list) => list.slice(list.countBefore({ sortKey: 0, seq }), count))
        .sort((a, b) => a.seq - b.seq)
        .slice(0, count);
    },
  };
}
