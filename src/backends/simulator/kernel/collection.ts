import { ForkableMap, type Owner } from './forkable-map.js';
import type { Checks } from './record-fields.js';
import { sidEntries } from './sid-table.js';
import { type ReadableList, SortedList } from './sorted-list.js';

/** What every record has. Records are immutable: a change makes a new object, so a reference is a snapshot. */
export interface RecordBase {
  readonly sid: string;
  /** Position in the world's order of creation, across all tables. */
  readonly seq: number;
  /** Milliseconds since 1970, like all times in records. */
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

interface Order<R> {
  /** The groups that contain the record; `undefined` if none does. */
  readonly group: (record: R) => string | readonly string[] | undefined;
  /** The sort key within a group. By default, records are in order of creation. */
  readonly sortKey?: (record: R) => number | string;
}

/** How one kind of record is stored and found. */
export interface Table<R extends RecordBase, Unique extends string = string, Orders extends string = string> {
  readonly name: string;
  /** The two letters that its SIDs begin with. */
  readonly prefix: string;
  /** The record that a record belongs to and is deleted with. `order` lists the children of each parent. */
  readonly parent?: { readonly table: string; readonly order: NoInfer<Orders>; sid: (record: R) => string };
  /** A further record that a record is deleted with, if it belongs to one. `order` lists the records of each. */
  readonly alsoDeletedWith?: { readonly table: string; readonly order: NoInfer<Orders> };
  /** Which values calls can give the fields, for records from a file. What every record has is checked elsewhere. */
  readonly fields: Checks<Omit<R, keyof RecordBase>>;
  readonly unique: Readonly<Record<Unique, (record: R) => string | undefined>>;
  readonly orders: Readonly<Record<Orders, Order<R>>>;
}

/** Ties the literal names of a table to its record type. */
export function defineTable<R extends RecordBase>() {
  return <U extends string, O extends string>(table: Table<R, U, O>): Table<R, U, O> => table;
}

/** Joins the parts of a key. Each part is prefixed with its length, so different parts never give the same key. */
export function keyOf(...parts: readonly string[]): string {
  let key = '';
  for (const part of parts) key += `${part.length}:${part}`;
  return key;
}

const inOrderOfCreation = (): number => 0;

/** The maps of a table's records that are found by a key or listed in an order. Created with the first record. */
interface Indexes<R extends RecordBase, Unique extends string, Orders extends string> {
  readonly unique: readonly { name: Unique; readKey: (record: R) => string | undefined; map: ForkableMap<R> }[];
  readonly orders: readonly { name: Orders; order: Order<R>; groups: ForkableMap<SortedList<R>> }[];
}

const noIndexes = { unique: [], orders: [] } as const;

/** More records than this are kept in a list besides the indexes. */
const FEW = 64;

/** Stands for every group without records. */
const emptyList = new SortedList<never>(inOrderOfCreation);

/**
 * All records of one table in a world: by SID, by unique keys, and in the orders that lists need. A fork shares all of this, so
 * it takes the same time for any number of records; each of the two copies the small parts that it changes.
 */
export class Collection<R extends RecordBase, Unique extends string = string, Orders extends string = string> {
  #bySid: ForkableMap<R> | undefined;
  #size = 0;
  /** All records, in order of creation; undefined while there are few, because there may be thousands of small worlds. */
  #all: SortedList<R> | undefined;
  #indexes: Indexes<R, Unique, Orders> = noIndexes;
  /** Marks the lists that no other collection has. */
  #owner: Owner;

  constructor(readonly table: Table<R, Unique, Orders>) {}

  get size(): number {
    return this.#size;
  }

  has(sid: string): boolean {
    return this.#bySid?.get(sid) !== undefined;
  }

  get(sid: string): R | undefined {
    return this.#bySid?.get(sid);
  }

  /** In order of creation. */
  values(): Iterable<R> {
    return this.#all ?? [...(this.#bySid?.values() ?? [])].sort((one, other) => one.seq - other.seq);
  }

  /** A collection with the same records. Afterwards the two are independent. */
  fork(): Collection<R, Unique, Orders> {
    const fork = new Collection(this.table);
    if (this.#bySid === undefined) return fork;
    fork.#bySid = this.#bySid.fork();
    fork.#all = this.#all;
    fork.#size = this.#size;
    fork.#indexes = {
      unique: this.#indexes.unique.map((index) => ({ ...index, map: index.map.fork() })),
      orders: this.#indexes.orders.map((index) => ({ ...index, groups: index.groups.fork() })),
    };
    fork.#owner = {};
    this.#owner = {};
    return fork;
  }

  /** The record with this unique key. */
  find(name: Unique, key: string): R | undefined {
    for (const index of this.#indexes.unique) if (index.name === name) return index.map.get(key);
    return undefined;
  }

  /** The records of a group in an order. */
  list(name: Orders, group: string): ReadableList<R> {
    for (const index of this.#indexes.orders) if (index.name === name) return index.groups.get(group) ?? emptyList;
    return emptyList;
  }

  insert(record: R): void {
    this.#recordsBySid().set(record.sid, record);
    this.#size += 1;
    if (this.#all === undefined && this.#size > FEW) this.#listAll(this.#bySid?.values() ?? []);
    else this.#ownAll()?.insert(record);
    this.#index(record);
  }

  /**
   * Inserts records from a file into an empty collection.
   * @returns what two of them have in common, although it must be unique
   */
  insertAll(records: readonly R[]): Unique | 'SID' | undefined {
    if (records.length === 0) return undefined;
    const sids = records.map(({ sid }) => sid);
    if (!this.#recordsBySid().fill(sids, records)) return 'SID';
    this.#size = records.length;
    if (this.#size > FEW) this.#listAll(records);
    let shared: Unique | undefined;
    for (const record of records) {
      const found = this.#index(record);
      shared ??= found;
    }
    return shared;
  }

  /** Adds a record to all indexes. Returns the name of a unique key that another record has, too. */
  #index(record: R): Unique | undefined {
    const owner = this.#owner;
    let shared: Unique | undefined;
    for (const { name, readKey, map } of this.#indexes.unique) {
      const key = readKey(record);
      if (key !== undefined && !map.set(key, record)) shared ??= name;
    }
    for (const index of this.#indexes.orders) {
      const groups = index.order.group(record);
      if (typeof groups === 'string') listIn(index, groups, owner).insert(record);
      else for (const group of groups ?? noGroups) listIn(index, group, owner).insert(record);
    }
    return shared;
  }

  replace(old: R, changed: R): void {
    const owner = this.#owner;
    this.#recordsBySid().set(changed.sid, changed);
    this.#ownAll()?.replace(old, changed);
    for (const { readKey, map } of this.#indexes.unique) {
      const before = readKey(old);
      const after = readKey(changed);
      if (before !== undefined && before !== after) release(map, before, old);
      if (after !== undefined) map.set(after, changed);
    }
    for (const index of this.#indexes.orders) {
      const groups = index.order.group(changed);
      if (groups === undefined || typeof groups === 'string') {
        // The usual case, without lists of groups.
        const earlier = index.order.group(old);
        if (groups === earlier) {
          if (groups !== undefined) listIn(index, groups, owner).replace(old, changed);
          continue;
        }
      }
      const before = groupsOf(index.order, old);
      const after = groupsOf(index.order, changed);
      for (const group of before) {
        if (after.includes(group)) listIn(index, group, owner).replace(old, changed);
        else removeFrom(index, group, old, owner);
      }
      for (const group of after) if (!before.includes(group)) listIn(index, group, owner).insert(changed);
    }
  }

  remove(record: R): void {
    const owner = this.#owner;
    this.#bySid?.delete(record.sid);
    this.#size -= 1;
    this.#ownAll()?.remove(record);
    for (const { readKey, map } of this.#indexes.unique) {
      const key = readKey(record);
      if (key !== undefined) release(map, key, record);
    }
    for (const index of this.#indexes.orders) {
      for (const group of groupsOf(index.order, record)) removeFrom(index, group, record, owner);
    }
  }

  /** The list of all records, which may be changed. */
  #ownAll(): SortedList<R> | undefined {
    if (this.#all !== undefined && this.#all.owner !== this.#owner) this.#all = this.#all.forkFor(this.#owner);
    return this.#all;
  }

  #listAll(records: Iterable<R>): void {
    this.#all = new SortedList<R>(inOrderOfCreation, this.#owner);
    for (const record of records) this.#all.insert(record);
  }

  #recordsBySid(): ForkableMap<R> {
    if (this.#bySid === undefined) {
      const { unique, orders } = this.table;
      this.#bySid = new ForkableMap<R>(sidEntries());
      this.#indexes = {
        unique: (Object.keys(unique) as Unique[]).map((name) => ({
          name,
          readKey: unique[name],
          map: new ForkableMap(),
        })),
        orders: (Object.keys(orders) as Orders[]).map((name) => ({
          name,
          order: orders[name],
          groups: new ForkableMap(),
        })),
      };
    }
    return this.#bySid;
  }
}

/** Frees a key, unless another record has taken it. */
function release<R extends RecordBase>(map: ForkableMap<R>, key: string, holder: R): void {
  if (map.get(key)?.sid === holder.sid) map.delete(key);
}

const noGroups: readonly string[] = [];

function groupsOf<R>(order: Order<R>, record: R): readonly string[] {
  const groups = order.group(record);
  if (groups === undefined) return noGroups;
  return typeof groups === 'string' ? [groups] : groups;
}

interface Groups<R extends RecordBase> {
  readonly order: Order<R>;
  readonly groups: ForkableMap<SortedList<R>>;
}

/** The list of a group, which may be changed. */
function listIn<R extends RecordBase>({ order, groups }: Groups<R>, group: string, owner: Owner): SortedList<R> {
  const known = groups.get(group);
  if (known !== undefined && known.owner === owner) return known;
  const list = known?.forkFor(owner) ?? new SortedList<R>(order.sortKey ?? inOrderOfCreation, owner);
  groups.set(group, list);
  return list;
}

function removeFrom<R extends RecordBase>(index: Groups<R>, group: string, record: R, owner: Owner): void {
  const list = listIn(index, group, owner);
  list.remove(record);
  if (list.size === 0) index.groups.delete(group);
}
