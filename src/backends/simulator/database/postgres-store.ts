import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { Pool } from 'pg';
import type { World, WorldDocument } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { jsonLines } from '../storage/log-content.js';
import { SavedWorlds } from '../storage/saved-worlds.js';
import type { ChangeSink } from '../storage/world-store.js';
import type { SharedStore } from './shared-store.js';
import type { StoredLine } from './change-row.js';
import { notConfirmed, storeDown, warnings, worldElsewhere } from './errors.js';
import { GroupCommit } from './group-commit.js';
import { loadWorld } from './load-world.js';
import { LockSession, type Elsewhere } from './lock-session.js';
import { addressOf } from './open-pool.js';
import { dueTime, OwnedWorld } from './owned-world.js';
import { Upkeep } from './upkeep.js';
import { createDeliveryKeeper } from './delivery-keeper.js';
import type { PostgresStoreOptions } from './store-options.js';
import { writeSnapshot } from './write-snapshot.js';

const LONGEST_PAUSE_MS = 1000;
/** A request for a world that is just changing hands waits for it this long, in milliseconds. */
const TAKE_MS = 5000;
const TAKE_AGAIN_MS = 50;

/**
 * Keeps worlds in PostgreSQL, for several servers. A world is in the memory of the server that holds its lock. When the
 * connection that holds the locks is lost, all worlds leave the memory, and are loaded again when they are needed: what was
 * not stored has not happened.
 */
export class PostgresStore implements SharedStore {
  readonly deliveries;
  readonly #address: string;
  readonly #saved: SavedWorlds;
  readonly #owned = new Map<string, OwnedWorld>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #former = new Set<string>();
  #session: LockSession | undefined;
  #commit: GroupCommit | undefined;
  /** Counts how often the connection was lost. */
  #losses = 0;
  #lossCause: unknown;
  #isClosed = false;
  readonly #upkeep: Upkeep;

  private constructor(
    readonly pool: Pool,
    readonly worlds: Worlds<Webhooks>,
    readonly options: PostgresStoreOptions,
  ) {
    this.#address = addressOf(options.url);
    this.#saved = new SavedWorlds(worlds);
    this.#upkeep = new Upkeep(pool, {
      canWork: () => this.#session?.holds === true,
      idleMs: options.idleMs,
      owned: this.#owned,
      sessionOf: (account) => worlds.find(account),
      isStored: (account) => this.#commit?.isStored(account) === true,
      release: (owned) => this.#release(owned),
      take: (account) => this.open(account),
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
    await store.#connect();
    store.#upkeep.start();
    return store;
  }

  notReadyReason(): string | undefined {
    return this.#session?.holds === true ? undefined : 'the database of --store cannot be reached';
  }

  open(account: string): MaybePromise<void> {
    const owned = this.#owned.get(account);
    if (owned !== undefined && this.#session?.holds === true) {
      owned.isUsed = true;
      return;
    }
    const opening = this.#opening.get(account) ?? this.#take(account).finally(() => this.#opening.delete(account));
    this.#opening.set(account, opening);
    return opening;
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
    if (this.#session === undefined) throw storeDown(this.#lossCause);
    return this.#losses;
  }

  async save(begun: number, only?: World): Promise<void> {
    if (this.#losses !== begun) throw notConfirmed(this.#lossCause);
    if (only === undefined) this.#appendAll();
    else this.#append(only.account);
    await this.options.beforeSave?.();
    await this.#flush();
  }

  saveSoon(): void {
    if (this.#session === undefined) return;
    this.#appendAll();
    this.#flushSoon();
  }

  confirm(account: string): MaybePromise<void> {
    // The world was lost after the read began.
    if (!this.#owned.has(account)) throw storeDown(this.#lossCause);
    return this.#commit?.isStored(account) === true ? undefined : this.#flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#upkeep.stop();
    await Promise.allSettled(this.#opening.values());
    if (this.#session !== undefined) {
      await this.save(this.#losses).catch(() => undefined);
      for (const owned of this.#owned.values()) await this.#release(owned).catch(() => undefined);
      await this.#session?.close();
    }
  }

  async #flush(): Promise<void> {
    if (this.#commit === undefined) throw notConfirmed(this.#lossCause);
    try {
      await this.#commit.flush();
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
    if (owned === undefined) return;
    const add = (body: string): void => this.#commit?.add(owned.row(body));
    const sink: ChangeSink = {
      add: (line) => add(JSON.stringify(line)),
      addWorld(document: WorldDocument) {
        for (const line of jsonLines(document)) add(line);
      },
    };
    const session = this.worlds.find(account);
    if (session === undefined) this.#saved.appendRemoval(account, sink);
    else this.#saved.append(session.world, sink);
    const clock = session && owned.clockLine(session);
    const lines: StoredLine[] = clock === undefined ? [] : [clock];
    for (const line of [...lines, ...owned.takeHeld()]) add(JSON.stringify(line));
    if (owned.wantsSnapshot) void this.#writeSnapshot(owned);
  }

  async #writeSnapshot(owned: OwnedWorld): Promise<void> {
    const session = this.worlds.find(owned.account);
    const id = this.#session?.id;
    if (session === undefined || id === undefined) return;
    owned.isWritingSnapshot = true;
    try {
      const { account, seq, deliveries } = owned;
      const { state: clock } = session.clock;
      const document = session.world.toDocument();
      const stored = this.#flush();
      stored.catch(() => undefined);
      const state = { account, seq, session: id, clock, document, deliveries: [...deliveries.values()], stored };
      owned.snapshotWritten(await writeSnapshot(this.pool, state));
    } catch (cause) {
      owned.snapshotFailed();
      if (!this.#isClosed && this.#session?.id === id) this.options.onWarning(warnings.snapshot(owned.account, cause));
    } finally {
      owned.isWritingSnapshot = false;
    }
  }

  async #take(account: string): Promise<void> {
    const end = performance.now() + TAKE_MS;
    for (;;) {
      const elsewhere = await this.#tryToTake(account);
      if (elsewhere === undefined) return;
      if (!elsewhere.isMoving || performance.now() > end) throw worldElsewhere(account);
      await new Promise((resolve) => void setTimeout(resolve, TAKE_AGAIN_MS));
    }
  }

  async #tryToTake(account: string): Promise<Elsewhere | undefined> {
    const session = this.#session;
    if (session === undefined || this.#isClosed) throw storeDown(this.#lossCause ?? new Error('the server stops'));
    try {
      if (this.#owned.has(account)) {
        await session.held();
        return undefined;
      }
      const taken = await session.take(account);
      if ('isMoving' in taken) return taken;
      this.worlds.unload(account);
      const { schema } = this.worlds;
      const { snapshot } = taken;
      let owned: OwnedWorld | undefined;
      await this.worlds.load(async (clock, secret) => {
        const loaded = await loadWorld(this.pool, { schema, account, snapshot, clock, secret });
        await session.held();
        owned = new OwnedWorld(account, taken, loaded);
        this.#owned.set(account, owned);
        if (loaded.world !== undefined) this.#saved.track(loaded.world);
        return loaded.world;
      });
      if (session.isEnded) throw new Error('the connection was lost');
      this.worlds.find(account)?.webhooks.resume([...(owned?.deliveries.values() ?? [])]);
      return undefined;
    } catch (cause) {
      // The lock would stay with a world that nobody can use.
      if (!session.isEnded && !this.#owned.has(account)) session.fail(cause);
      throw storeDown(cause);
    }
  }

  /** Lets other servers have a world. */
  async #release(owned: OwnedWorld): Promise<void> {
    const { account } = owned;
    const session = this.worlds.find(account);
    const lock = this.#session;
    if (lock === undefined) return;
    const due = owned.deliveries.size > 0 ? Date.now() : session && dueTime(session);
    this.#forget(account);
    if (session === undefined) await lock.remove(account);
    else await lock.release(account, due);
  }

  #forget(account: string): void {
    this.#owned.delete(account);
    this.#saved.forget(account);
    this.worlds.unload(account);
  }

  async #connect(): Promise<void> {
    const { url, address } = this.options;
    const onLost = (cause: unknown): void => this.#lost(cause);
    const session = await LockSession.open({ url, address, former: this.#former, onLost });
    this.#former.add(session.id);
    this.#session = session;
    this.#commit = new GroupCommit(
      (rows) => session.append(rows),
      (cause) => session.fail(cause),
    );
  }

  #lost(cause: unknown): void {
    this.#session = this.#commit = undefined;
    this.#lossCause = cause;
    this.#losses += 1;
    for (const account of this.#owned.keys()) this.#forget(account);
    if (this.#isClosed) return;
    this.options.onWarning(warnings.lost(this.#address, cause));
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let pause = 50; !this.#isClosed; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#connect();
        this.options.onWarning(warnings.back(this.#address));
        return;
      } catch (cause) {
        this.#lossCause = cause;
      }
      await new Promise((resolve) => void setTimeout(resolve, pause).unref());
    }
  }
}
