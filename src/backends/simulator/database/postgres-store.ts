import { UnderstudyError } from '../../../core/errors.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { Stay } from '../../../core/shared-worlds.js';
import type { Pool } from 'pg';
import type { World } from '../kernel/world.js';
import type { WorldContent } from '../kernel/world-content.js';
import type { Worlds } from '../kernel/worlds.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { jsonLines } from '../storage/log-content.js';
import { SavedWorlds } from '../storage/saved-worlds.js';
import type { ChangeSink } from '../storage/world-store.js';
import type { StoredLine } from './change-row.js';
import { createDeliveryKeeper } from './delivery-keeper.js';
import { notConfirmed, storeDown, warnings, worldElsewhere } from './errors.js';
import { loadWorld } from './load-world.js';
import { LockConnection } from './lock-connection.js';
import { dueTime, OwnedWorld } from './owned-world.js';
import type { Elsewhere } from './peers.js';
import { PlacedWorlds } from './placed-worlds.js';
import type { Ownership } from './postgres-media.js';
import type { SharedStore } from './shared-store.js';
import type { PostgresStoreOptions } from './store-options.js';
import { Upkeep } from './upkeep.js';
import { snapshotOf } from './write-snapshot.js';

/** A request for a world that is just changing hands waits for it this long, in milliseconds. */
const TAKE_MS = 8000;
const TAKE_AGAIN_MS = 20;

/**
 * Keeps worlds in PostgreSQL, for several servers. A world is in the memory of the server that holds its lock. When the
 * connection that holds the locks is lost, all worlds leave the memory, and are loaded again when they are needed: what was
 * not stored has not happened.
 */
export class PostgresStore implements SharedStore {
  readonly deliveries;
  readonly placed: PlacedWorlds;
  readonly #saved: SavedWorlds;
  readonly #owned = new Map<string, OwnedWorld>();
  readonly #opening = new Map<string, Promise<Elsewhere | undefined>>();
  /** Worlds that other servers may have now. Calls that take long may still change them, in vain. */
  readonly #left = new WeakSet<World>();
  readonly #connection: LockConnection;
  #isClosed = false;
  readonly #upkeep: Upkeep;

  private constructor(
    readonly pool: Pool,
    readonly worlds: Worlds<Webhooks>,
    readonly options: PostgresStoreOptions,
  ) {
    const { url, onWarning } = options;
    this.#saved = new SavedWorlds(worlds);
    this.#connection = new LockConnection({
      url,
      onWarning,
      onFaults: () => this.placed.faults.read(),
      onWanted: (account, server) => void this.placed.wanted(account, server).catch(() => undefined),
      onLost: () => {
        for (const account of this.#owned.keys()) this.#forget(account);
      },
    });
    const common = { connection: this.#connection, owned: this.#owned };
    const sessionOf = (account: string) => worlds.find(account);
    this.placed = new PlacedWorlds(pool, {
      ...common,
      sessionOf,
      take: (account) => this.#find(account),
      release: (owned) => this.#release(owned),
      has: (account) => this.has(account),
      handOverMs: options.handOverMs,
    });
    this.#upkeep = new Upkeep(pool, {
      ...common,
      sessionOf,
      idleMs: options.idleMs,
      placed: this.placed,
      take: (account) => this.open(account),
      onWarning,
    });
    this.deliveries = createDeliveryKeeper({
      owned: (account) => this.#owned.get(account),
      append: (account) => this.#append(account),
      stored: (account) => this.confirm(account),
      flush: () => this.#flushSoon(),
    });
  }

  /** @throws UnderstudyError when the database cannot be used */
  static async open(pool: Pool, worlds: Worlds<Webhooks>, options: PostgresStoreOptions): Promise<PostgresStore> {
    const store = new PostgresStore(pool, worlds, options);
    await store.#connection.connect();
    store.#upkeep.start();
    return store;
  }

  notReadyReason(): string | undefined {
    return this.#connection.holds ? undefined : 'the database of --store cannot be reached';
  }

  open(account: string): MaybePromise<void> {
    const owned = this.#owned.get(account);
    if (owned === undefined || !this.#connection.holds) return this.#open(account);
    owned.isUsed = true;
  }

  async #open(account: string): Promise<void> {
    if ((await this.#find(account)) !== undefined) throw worldElsewhere(account);
  }

  /** As what this server owns a world; undefined if it does not. */
  ownershipOf(account: string): Ownership | undefined {
    const epoch = this.#owned.get(account)?.epoch;
    const session = this.#connection.session?.id;
    return epoch === undefined || session === undefined ? undefined : { session, epoch };
  }

  readonly stay = (account: string): Promise<Stay> => this.placed.stay(account);

  busily<T>(act: () => Promise<T>): Promise<T> {
    return this.#connection.required().busily(act);
  }

  async has(account: string): Promise<boolean> {
    if (this.#owned.has(account)) return true;
    try {
      const found = await this.pool.query('SELECT FROM understudy.worlds WHERE account = $1', [account]);
      return found.rowCount === 1;
    } catch (cause) {
      throw storeDown(cause);
    }
  }

  begin(): number {
    this.#connection.required();
    return this.#connection.losses;
  }

  async save(begun: number, only?: World): Promise<void> {
    if (this.#connection.losses !== begun) throw notConfirmed(this.#connection.lossCause);
    if (only !== undefined && this.#left.has(only)) throw worldElsewhere(only.account);
    if (only === undefined) this.#appendAll();
    else this.#append(only.account);
    await this.options.beforeSave?.().catch((cause: unknown) => {
      throw notConfirmed(cause);
    });
    await this.#flush();
  }

  saveSoon(): void {
    if (this.#connection.session === undefined) return;
    this.#appendAll();
    this.#flushSoon();
  }

  confirm(account: string): MaybePromise<void> {
    // The world was lost, or moved, after the read began.
    if (!this.#owned.has(account))
      throw this.#connection.holds ? worldElsewhere(account) : storeDown(this.#connection.lossCause);
    return this.#connection.commit?.isStored(account) === true ? undefined : this.#flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#upkeep.stop();
    await Promise.allSettled(this.#opening.values());
    await this.save(this.#connection.losses).catch(() => undefined);
    for (const owned of this.#owned.values()) await this.#release(owned).catch(() => undefined);
    await this.#connection.close();
  }

  async #flush(): Promise<void> {
    const { commit, lossCause } = this.#connection;
    if (commit === undefined) throw notConfirmed(lossCause);
    try {
      await commit.flush();
    } catch (cause) {
      throw notConfirmed(cause);
    }
  }

  #flushSoon(): void {
    this.#flush().catch(() => undefined);
  }

  #appendAll(): void {
    for (const account of this.#owned.keys()) this.#append(account);
  }

  /** Adds the changes of a world to those that are to be stored. */
  #append(account: string): void {
    const owned = this.#owned.get(account);
    const { commit } = this.#connection;
    if (owned === undefined || commit === undefined) return;
    const add = (body: string): void => commit.add(owned.row(body));
    const sink: ChangeSink = {
      takesCopies: false,
      add: (line) => add(JSON.stringify(line)),
      addWorld(document: WorldContent) {
        for (const line of jsonLines(document)) add(line);
      },
    };
    const session = this.worlds.find(account);
    if (session === undefined) this.#saved.appendRemoval(account, sink);
    else this.#saved.append(session.world, sink);
    const clock = session && owned.clockLine(session);
    const lines: StoredLine[] = clock === undefined ? [] : [clock];
    for (const line of [...lines, ...owned.takeHeld()]) add(JSON.stringify(line));
    if (owned.wantsSnapshot) this.#writeSnapshot(owned);
  }

  #writeSnapshot(owned: OwnedWorld): void {
    const session = this.worlds.find(owned.account);
    const id = this.#connection.session?.id;
    if (session === undefined || id === undefined) return;
    const onFailure = (cause: unknown): void => {
      const isLost = this.#isClosed || this.#connection.session?.id !== id;
      if (!isLost) this.options.onWarning(warnings.snapshot(owned.account, cause));
    };
    void snapshotOf(this.pool, owned, { session, owner: id, stored: this.#flush(), onFailure });
  }

  /** Takes a world, unless another server has it. */
  #find(account: string): Promise<Elsewhere | undefined> {
    const opening = this.#opening.get(account) ?? this.#take(account).finally(() => this.#opening.delete(account));
    this.#opening.set(account, opening);
    return opening;
  }

  async #take(account: string): Promise<Elsewhere | undefined> {
    const end = performance.now() + TAKE_MS;
    for (;;) {
      const elsewhere = await this.#tryToTake(account);
      if (elsewhere?.owner !== undefined || elsewhere === undefined || performance.now() > end) return elsewhere;
      await new Promise((resolve) => void setTimeout(resolve, TAKE_AGAIN_MS));
    }
  }

  async #tryToTake(account: string): Promise<Elsewhere | undefined> {
    const session = this.#connection.required();
    if (this.#isClosed) throw storeDown(new Error('the server stops'));
    try {
      if (this.#owned.has(account)) {
        await session.held();
        return undefined;
      }
      const taken = await session.take(account);
      if ('owner' in taken) return taken;
      const owned = await this.#load(account, taken).catch(async (cause: unknown) => {
        this.#forget(account);
        // Whoever looks for worlds that need an owner finds it.
        await session.release(account, Date.now()).catch((error: unknown) => session.fail(error));
        throw cause;
      });
      if (session.isEnded) throw new Error('the connection was lost');
      this.worlds.find(account)?.webhooks.resume([...owned.deliveries.values()]);
      return undefined;
    } catch (cause) {
      throw cause instanceof UnderstudyError ? cause : storeDown(cause);
    }
  }

  async #load(account: string, taken: ConstructorParameters<typeof OwnedWorld>[1]): Promise<OwnedWorld> {
    const { schema } = this.worlds;
    const session = this.#connection.required();
    this.worlds.unload(account);
    let owned: OwnedWorld | undefined;
    await this.worlds.load(async (clock, secret) => {
      const { snapshot } = taken;
      const loaded = await loadWorld(this.pool, { schema, account, snapshot, clock, secret });
      await session.held();
      owned = new OwnedWorld(account, taken, loaded);
      this.#owned.set(account, owned);
      if (loaded.world !== undefined) this.#saved.track(loaded.world);
      return loaded.world;
    });
    if (owned === undefined) throw new Error('the world was not loaded');
    return owned;
  }

  /** Lets other servers have a world. */
  async #release(owned: OwnedWorld): Promise<void> {
    const { account } = owned;
    const session = this.worlds.find(account);
    const lock = this.#connection.session;
    if (lock === undefined || this.#owned.get(account) !== owned) return;
    const due = owned.deliveries.size > 0 ? Date.now() : session && dueTime(session);
    this.#forget(account);
    if (session === undefined) await lock.remove(account);
    else await lock.release(account, due);
  }

  #forget(account: string): void {
    const world = this.worlds.find(account)?.world;
    if (world !== undefined) this.#left.add(world);
    this.#owned.delete(account);
    this.#saved.forget(account);
    this.worlds.unload(account);
  }
}
