/** Marks the parts that a structure may change in place. Parts with another mark are shared, and are copied before a change. */
export type Owner = object | undefined;

/** Entries of a part: the first change after a fork copies them, which takes microseconds. */
const MAX_ENTRIES = 1024;
const BITS = 6;
const FANOUT = 1 << BITS;
/** Parts below this depth are not divided: their keys have the same hash. */
const MAX_SHIFT = 30;
/** Characters of a key that its hash depends on. */
const MAX_HASHED = 64;

/** Has entries, or else children, by the next bits of the hashes of their keys. */
interface Part<V> {
  readonly owner: Owner;
  /** The number of bits that lead here. */
  readonly shift: number;
  entries: Map<string, V>;
  children: Part<V>[] | undefined;
}

/**
 * A map from texts that can be forked at once, whatever its size: both maps share their parts, and each copies a part before it
 * changes it for the first time. A small map is one part. A part that grows too large is divided by the hash of the keys, so
 * no insertion moves all entries.
 */
export class ForkableMap<V> {
  #owner: Owner;
  /** Created with the first entry: many indexes of small worlds stay empty. */
  #root: Part<V> | undefined;

  get(key: string): V | undefined {
    let part = this.#root;
    if (part === undefined) return undefined;
    if (part.children !== undefined) {
      let hash = hashOf(key);
      do {
        part = childOf(part.children, hash);
        hash >>>= BITS;
      } while (part.children !== undefined);
    }
    return part.entries.get(key);
  }

  /** In order of insertion, if there are few. */
  values(): Iterable<V> {
    return this.#root === undefined ? [] : valuesIn(this.#root);
  }

  /** Returns whether the key is new. */
  set(key: string, value: V): boolean {
    const part = this.#ownPart(key);
    const { size } = part.entries;
    part.entries.set(key, value);
    if (part.entries.size === size) return false;
    if (size >= MAX_ENTRIES && part.shift < MAX_SHIFT) divide(part);
    return true;
  }

  /**
   * Sets many keys of an empty map. They are set part by part, which takes half as long as in any other order, because each
   * part stays in the processor's cache. Returns whether all keys are different.
   */
  fill(keys: readonly string[], values: readonly V[]): boolean {
    const hashes = Uint32Array.from(keys, hashOf);
    const places = Uint32Array.from(keys.keys());
    let isUnique = true;
    const build = (part: Part<V>, mine: Uint32Array): Part<V> => {
      if (mine.length > MAX_ENTRIES && part.shift < MAX_SHIFT) {
        const shift = part.shift + BITS;
        part.children = partition(mine, (place) => ((hashes[place] ?? 0) >>> part.shift) & (FANOUT - 1)).map((share) =>
          build(emptyPart(this.#owner, shift), share),
        );
        return part;
      }
      for (const place of mine) part.entries.set(keys[place] as string, values[place] as V);
      isUnique &&= part.entries.size === mine.length;
      return part;
    };
    this.#root = build(emptyPart(this.#owner, 0), places);
    return isUnique;
  }

  delete(key: string): void {
    if (this.#root !== undefined) this.#ownPart(key).entries.delete(key);
  }

  /** A map with the same entries. Afterwards the two are independent. */
  fork(): ForkableMap<V> {
    const fork = new ForkableMap<V>();
    fork.#root = this.#root;
    fork.#owner = {};
    this.#owner = {};
    return fork;
  }

  /** The part that a key belongs to, which may be changed. */
  #ownPart(key: string): Part<V> {
    const owner = this.#owner;
    let part = (this.#root = owned(this.#root ?? emptyPart(owner, 0), owner));
    if (part.children === undefined) return part;
    let hash = hashOf(key);
    do {
      const child = childOf(part.children, hash);
      const own = owned(child, owner);
      if (own !== child) part.children[hash & (FANOUT - 1)] = own;
      part = own;
      hash >>>= BITS;
    } while (part.children !== undefined);
    return part;
  }
}

const childOf = <V>(children: readonly Part<V>[], hash: number): Part<V> => children[hash & (FANOUT - 1)] as Part<V>;

/** Divides places by a number below `FANOUT`. */
function partition(places: Uint32Array, numberOf: (place: number) => number): Uint32Array[] {
  const counts = new Uint32Array(FANOUT);
  for (const place of places) counts[numberOf(place)]! += 1;
  const shares = Array.from(counts, (count) => new Uint32Array(count));
  const ends = new Uint32Array(FANOUT);
  for (const place of places) {
    const number = numberOf(place);
    const share = shares[number] as Uint32Array;
    share[ends[number]!++] = place;
  }
  return shares;
}

function valuesIn<V>({ children, entries }: Part<V>): Iterable<V> {
  return children === undefined ? entries.values() : children.flatMap((child) => [...valuesIn(child)]);
}

function emptyPart<V>(owner: Owner, shift: number): Part<V> {
  return { owner, shift, entries: new Map(), children: undefined };
}

function owned<V>(part: Part<V>, owner: Owner): Part<V> {
  if (part.owner === owner) return part;
  const { shift, entries, children } = part;
  return { owner, shift, entries: new Map(entries), children: children?.slice() };
}

/** Moves the entries of a part to children. */
function divide<V>(part: Part<V>): void {
  const { owner, entries } = part;
  const children = Array.from({ length: FANOUT }, () => emptyPart<V>(owner, part.shift + BITS));
  for (const [key, value] of entries) childOf(children, hashOf(key) >>> part.shift).entries.set(key, value);
  part.entries = new Map();
  part.children = children;
}

/** FNV-1a, with its bits mixed. Keys that differ only in the middle of a long text may have the same hash. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  const step = key.length > MAX_HASHED ? key.length / MAX_HASHED : 1;
  for (let i = 0; i < key.length; i += step) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
