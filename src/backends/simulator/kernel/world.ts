import { WorldClock, type Clock } from './clock.js';
import { Collection, type RecordBase, type Table } from './collection.js';
import type { WorldEvent } from '../conversations/event.js';
import type { ReceiptRule } from '../conversations/receipt/plan.js';
import { tables } from '../conversations/tables.js';
import { SidSource } from './sid.js';

type AnyTable = Table<RecordBase>;

/** A world as it is written to disk: plain data, in an order that reads back. */
export interface WorldDocument {
  readonly account: string;
  readonly sidKey: string;
  readonly sequence: number;
  readonly stamp: number;
  /** What its clock showed. */
  readonly moment: number;
  readonly receiptRules: readonly ReceiptRule[];
  readonly autocreateIn: string | null;
  readonly messagingServiceSid: string;
  readonly formerSids: Readonly<Record<string, number>>;
  readonly records: Readonly<Record<string, readonly RecordBase[]>>;
}

/** A record as it is now, or the SID of one that is gone. */
export type WorldChange = readonly [table: string, record: RecordBase | string];

/** What changed in a world since the last one: whole, so that applying it twice does no harm. */
export interface WorldChanges extends Omit<WorldDocument, 'sidKey' | 'messagingServiceSid' | 'formerSids' | 'records'> {
  readonly changes: readonly WorldChange[];
}

/** One account's simulated state. */
export class World {
  readonly #collections = new Map<string, Collection<RecordBase>>();
  readonly #children = new Map<string, AnyTable[]>();
  /** Places of deleted records whose SID was given by a seed and so does not tell its place. */
  readonly #formerSids = new Map<string, number>();
  readonly sids: SidSource;
  #sequence = 0;
  #stamp = 0;
  #autocreateIn: string | null = null;
  #receiptRules: readonly ReceiptRule[] = [];
  /** Whether a setting has changed since changes were last taken. */
  #isSet = false;
  /** What the clock showed when changes were last taken. */
  #moment: number;
  /** What changed since it was last taken, by SID; `undefined` while nobody wants to know. */
  #changes: Map<string, WorldChange> | undefined;
  /** What happened since it was last taken, for the webhooks. */
  #events: WorldEvent[] = [];
  /** What Twilio calls the account's default messaging service. */
  readonly messagingServiceSid: string;

  constructor(
    readonly account: string,
    sidKey: string,
    readonly clock: Clock,
  ) {
    this.sids = new SidSource(sidKey);
    this.#moment = clock.now();
    for (const table of tables as unknown as readonly AnyTable[]) {
      this.#collections.set(table.name, new Collection(table));
      if (table.parent !== undefined) {
        this.#children.set(table.parent.table, [...(this.#children.get(table.parent.table) ?? []), table]);
      }
    }
    this.messagingServiceSid = this.newSid('MG');
  }

  static fromDocument(document: WorldDocument, clock: Clock): World {
    const world = new World(document.account, document.sidKey, clock);
    world.#sequence = document.sequence;
    world.#stamp = document.stamp;
    world.#receiptRules = document.receiptRules;
    world.#autocreateIn = document.autocreateIn;
    for (const [sid, seq] of Object.entries(document.formerSids)) world.#formerSids.set(sid, seq);
    for (const [name, collection] of world.#collections) {
      for (const record of document.records[name] ?? []) collection.insert(record);
    }
    return world;
  }

  toDocument(): WorldDocument {
    return {
      account: this.account,
      sidKey: this.sids.key,
      sequence: this.#sequence,
      stamp: this.#stamp,
      moment: this.now(),
      receiptRules: this.receiptRules,
      autocreateIn: this.autocreateIn,
      messagingServiceSid: this.messagingServiceSid,
      formerSids: Object.fromEntries(this.#formerSids),
      records: Object.fromEntries([...this.#collections].map(([name, c]) => [name, [...c.values()]])),
    };
  }

  /** From now on `takeChanges` tells what changed. */
  recordChanges(): void {
    this.#changes ??= new Map();
  }

  /** What changed since the last time it was asked; `undefined` when nothing did. */
  takeChanges(): WorldChanges | undefined {
    const moment = this.now();
    if (this.#changes === undefined || (this.#changes.size === 0 && !this.#isSet && !this.#wasMoved(moment))) {
      return undefined;
    }
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    this.#isSet = false;
    this.#moment = moment;
    const { account, receiptRules, autocreateIn } = this;
    const [sequence, stamp] = [this.#sequence, this.#stamp];
    return { account, sequence, stamp, moment, receiptRules, autocreateIn, changes };
  }

  /** A clock that runs moves by itself; one that stands still was told to. */
  #wasMoved(now: number): boolean {
    return now !== this.#moment && this.clock instanceof WorldClock && this.clock.mode === 'manual';
  }

  /** Makes changes that were taken from this world before. */
  applyChanges({ sequence, stamp, receiptRules, autocreateIn, changes }: WorldChanges): void {
    this.#sequence = sequence;
    this.#stamp = stamp;
    this.#receiptRules = receiptRules;
    this.#autocreateIn = autocreateIn;
    for (const [name, record] of changes) {
      const collection = this.#collections.get(name);
      const old = collection?.get(typeof record === 'string' ? record : record.sid);
      if (typeof record === 'string') {
        if (old !== undefined) this.#forget(collection, old);
      } else if (old === undefined) collection?.insert(record);
      else collection?.replace(old, record);
    }
  }

  #forget(collection: Collection<RecordBase> | undefined, record: RecordBase): void {
    collection?.remove(record);
    if (this.sids.sequenceOf(record.sid) !== record.seq) this.#formerSids.set(record.sid, record.seq);
  }

  get isEmpty(): boolean {
    return [...this.#collections.values()].every((collection) => collection.size === 0);
  }

  /** How many records there are of each kind. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#collections].map(([name, { size }]) => [name, size]));
  }

  /** The highest sequence number given so far. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The service in which a message from an unawaited number opens a conversation; `null`: none. */
  get autocreateIn(): string | null {
    return this.#autocreateIn;
  }

  set autocreateIn(serviceSid: string | null) {
    this.#autocreateIn = serviceSid;
    this.#isSet = true;
  }

  /** A test's own rules of what becomes of receipts, the first that fits counts. */
  get receiptRules(): readonly ReceiptRule[] {
    return this.#receiptRules;
  }

  set receiptRules(rules: readonly ReceiptRule[]) {
    this.#receiptRules = rules;
    this.#isSet = true;
  }

  /** Notes an event. Whether anybody hears of it is decided once the whole change is made. */
  emit(event: WorldEvent): void {
    this.#events.push(event);
  }

  takeEvents(): readonly WorldEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  now(): number {
    return this.clock.now();
  }

  /** A moment that is later than every one given before, even on a clock that stands still. */
  stamp(): number {
    this.#stamp = Math.max(this.now(), this.#stamp + 1);
    return this.#stamp;
  }

  /** A SID for something that is no record of its own, such as the SMS behind a receipt. */
  newSid(prefix: string): string {
    this.#sequence += 1;
    return this.sids.sid(prefix, this.#sequence);
  }

  records<R extends RecordBase, U extends string, O extends string>(table: Table<R, U, O>): Collection<R, U, O> {
    // Collections are made from the same tables, so the name settles the type.
    return this.#collections.get(table.name) as unknown as Collection<R, U, O>;
  }

  /**
   * Keeps a new record and gives it its SID and place.
   * @param given a SID from a seed, or dates from a caller who imports; without them the world makes its own
   */
  create<R extends RecordBase, U extends string, O extends string>(
    table: Table<R, U, O>,
    fields: Omit<R, keyof RecordBase>,
    given: { sid?: string | undefined; dateCreated?: number | undefined; dateUpdated?: number | undefined } = {},
  ): R {
    this.#sequence += 1;
    const seq = this.#sequence;
    const dateCreated = given.dateCreated ?? this.now();
    const record = {
      sid: given.sid ?? this.sids.sid(table.prefix, seq),
      seq,
      dateCreated,
      dateUpdated: given.dateUpdated ?? dateCreated,
      ...fields,
    } as R;
    this.records(table).insert(record);
    this.#changes?.set(record.sid, [table.name, record]);
    return record;
  }

  /** Puts a changed copy in the place of a record. */
  update<R extends RecordBase, U extends string, O extends string>(
    table: Table<R, U, O>,
    record: R,
    changes: Partial<R>,
  ): R {
    // Node 20 takes far longer for two spreads.
    const changed = Object.assign({}, record, changes);
    this.records(table).replace(record, changed);
    this.#changes?.set(changed.sid, [table.name, changed]);
    return changed;
  }

  /** Takes a record out, and everything that belongs to it. */
  remove<R extends RecordBase, U extends string, O extends string>(table: Table<R, U, O>, record: R): void {
    for (const child of this.#children.get(table.name) ?? []) {
      if (child.parent === undefined) continue;
      const owned = this.records(child).list(child.parent.order, record.sid);
      for (const each of owned.slice(0, owned.size)) this.remove(child, each);
    }
    this.#forget(this.#collections.get(table.name), record);
    this.#changes?.set(record.sid, [table.name, record.sid]);
  }

  /** The place in the order of creation that a SID stands for, also when its record is gone. */
  placeOf<R extends RecordBase, U extends string, O extends string>(
    table: Table<R, U, O>,
    sid: string,
  ): number | undefined {
    const present = this.records(table).get(sid)?.seq ?? this.#formerSids.get(sid);
    if (present !== undefined) return present;
    const place = sid.startsWith(table.prefix) ? this.sids.sequenceOf(sid) : undefined;
    return place !== undefined && place <= this.#sequence ? place : undefined;
  }
}
