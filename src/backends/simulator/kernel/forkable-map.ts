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

/** The entries of a part. A `Map` is one, but others may use the hash of the key. */
export interface Entries<V> {
  readonly size: number;
  get(key: string, hash: number): V | undefined;
  set(key: string, value: V, hash: number): unknown;
  delete(key: string, hash: number): unknown;
  values(): Iterable<V>;
  [Symbol.iterator](): Iterator<readonly [string, V]>;
}

/** How the entries of a part are kept. */
export interface EntriesType<V> {
  /** @param from what to copy; without it there are none */
  readonly create: (from?: Entries<V>) => Entries<V>;
  /** Whether they need hashes. */
  readonly usesHashes: boolean;
  /** Makes entries of the keys and values at the given places. A key that is there twice has one entry. */
  readonly createFrom: (filling: Filling<V>, places: Uint32Array) => Entries<V>;
}

export interface Filling<V> {
  readonly keys: readonly string[];
  readonly values: readonly V[];
  /** Of the keys. */
  readonly hashes: Uint32Array;
}

/** Keeps values in a `Map`. */
function mapEntries<V>(): EntriesType<V> {
  return maps as EntriesType<V>;
}

const maps: EntriesType<unknown> = {
  create: (from) => new Map(from),
  usesHashes: false,
  createFrom({ keys, values }, places) {
    const entries = new Map<string, unknown>();
    for (const place of places) entries.set(keys[place] as string, values[place]);
    return entries;
  },
};

/** Has entries, or else children, by the next bits of the hashes of their keys. */
interface Part<V> {
  readonly owner: Owner;
  /** The number of bits that lead here. */
  readonly shift: number;
  entries: Entries<V>;
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

  constructor(readonly type: EntriesType<V> = mapEntries()) {}

  get(key: string): V | undefined {
    let part = this.#root;
    if (part === undefined) return undefined;
    const hash = this.#hashOf(key, part);
    for (let rest = hash; part.children !== undefined; rest >>>= BITS) part = childOf(part.children, rest);
    return part.entries.get(key, hash);
  }

  values(): Iterable<V> {
    return this.#root === undefined ? [] : valuesIn(this.#root);
  }

  /** Returns whether the key is new. */
  set(key: string, value: V): boolean {
    const root = this.#ownRoot();
    const hash = this.#hashOf(key, root);
    const part = this.#ownPart(root, hash);
    const { size } = part.entries;
    part.entries.set(key, value, hash);
    if (part.entries.size === size) return false;
    if (size >= MAX_ENTRIES && part.shift < MAX_SHIFT) divide(part, this.type);
    return true;
  }

  /**
   * Sets many keys of an empty map. They are set part by part, which takes half as long as in any other order, because each
   * part stays in the processor's cache. Returns whether all keys are different.
   */
  fill(keys: readonly string[], values: readonly V[]): boolean {
    const hashes = new Uint32Array(keys.length);
    const places = new Uint32Array(keys.length);
    for (const [place, key] of keys.entries()) {
      hashes[place] = hashOf(key);
      places[place] = place;
    }
    const filling = { keys, values, hashes };
    let isUnique = true;
    const build = (shift: number, share: Uint32Array): Part<V> => {
      const part = emptyPart(this.#owner, shift, this.type);
      if (share.length > MAX_ENTRIES && shift < MAX_SHIFT) {
        part.children = partition(share, hashes, shift).map((each) => build(shift + BITS, each));
      } else {
        part.entries = this.type.createFrom(filling, share);
        isUnique &&= part.entries.size === share.length;
      }
      return part;
    };
    this.#root = build(0, places);
    return isUnique;
  }

  delete(key: string): void {
    if (this.#root === undefined) return;
    const root = this.#ownRoot();
    const hash = this.#hashOf(key, root);
    this.#ownPart(root, hash).entries.delete(key, hash);
  }

  /** A map with the same entries. Afterwards the two are independent. */
  fork(): ForkableMap<V> {
    const fork = new ForkableMap<V>(this.type);
    fork.#root = this.#root;
    fork.#owner = {};
    this.#owner = {};
    return fork;
  }

  /** Most maps have one part, in which no hash is needed. */
  #hashOf(key: string, root: Part<V>): number {
    return root.children !== undefined || this.type.usesHashes ? hashOf(key) : 0;
  }

  #ownRoot(): Part<V> {
    return (this.#root = owned(this.#root ?? emptyPart(this.#owner, 0, this.type), this.#owner, this.type));
  }

  /** The part that a hash belongs to, which may be changed. */
  #ownPart(root: Part<V>, hash: number): Part<V> {
    let part = root;
    for (let rest = hash; part.children !== undefined; rest >>>= BITS) {
      const child = childOf(part.children, rest);
      const own = owned(child, this.#owner, this.type);
      if (own !== child) part.children[rest & (FANOUT - 1)] = own;
      part = own;
    }
    return part;
  }
}

const childOf = <V>(children: readonly Part<V>[], hash: number): Part<V> => children[hash & (FANOUT - 1)] as Part<V>;

/** Divides places by the next bits of their hashes. */
function partition(places: Uint32Array, hashes: Uint32Array, shift: number): Uint32Array[] {
  const numberOf = (place: number): number => ((hashes[place] as number) >>> shift) & (FANOUT - 1);
  const counts = new Uint32Array(FANOUT);
  for (const place of places) counts[numberOf(place)]! += 1;
  const shares = Array.from(counts, (count) => new Uint32Array(count));
  const ends = new Uint32Array(FANOUT);
  for (const place of places) {
    const number = numberOf(place);
    (shares[number] as Uint32Array)[ends[number]!++] = place;
  }
  return shares;
}

function valuesIn<V>({ children, entries }: Part<V>): Iterable<V> {
  return children === undefined ? entries.values() : children.flatMap((child) => [...valuesIn(child)]);
}

function emptyPart<V>(owner: Owner, shift: number, { create }: EntriesType<V>): Part<V> {
  return { owner, shift, entries: create(), children: undefined };
}

function owned<V>(part: Part<V>, owner: Owner, { create }: EntriesType<V>): Part<V> {
  if (part.owner === owner) return part;
  const { shift, entries, children } = part;
  return { owner, shift, entries: create(entries), children: children?.slice() };
}

/** Moves the entries of a part to children. */
function divide<V>(part: Part<V>, type: EntriesType<V>): void {
  const { owner, entries } = part;
  const children = Array.from({ length: FANOUT }, () => emptyPart(owner, part.shift + BITS, type));
  for (const [key, value] of entries) {
    const hash = hashOf(key);
    childOf(children, hash >>> part.shift).entries.set(key, value, hash);
  }
  part.entries = type.create();
  part.children = children;
}

/** FNV-1a, with its bits mixed. Keys that differ only in the middle of a long text may have the same hash. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  const step = key.length > MAX_HASHED ? key.length / MAX_HASHED : 1;
  for (let i = 0; i < key.length; i += step) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
