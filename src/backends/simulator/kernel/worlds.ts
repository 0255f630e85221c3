import { UnderstudyError } from '../../../core/errors.js';
import { WorldClock, type ClockSettings } from './clock.js';
import type { WorldSchema } from './schema.js';
import { WorldSession, type SessionOptions, type WebhookOutlet } from './world-session.js';
import { World } from './world.js';
import type { WorldContent } from './world-content.js';

export interface WorldLimits {
  /** Worlds that callers have changed. */
  readonly changed: number;
  /** Worlds that have only been read. The least recently used one is dropped, and created again when it is needed. */
  readonly initial: number;
}

const defaultLimits: WorldLimits = { changed: 10_000, initial: 1000 };

export interface WorldsOptions<W extends WebhookOutlet> extends SessionOptions<W> {
  /** How each world's clock starts, or one clock that all worlds share. */
  readonly clock: ClockSettings | WorldClock;
  /**
   * The text from which an account's SIDs are generated. The same text gives the same SIDs. The number changes when a world
   * is replaced or removed, so that its SIDs need not appear again.
   */
  readonly sidKeyOf: (account: string, generation: number) => string;
  /** What callers must know to be let in, if anything. */
  readonly secret?: string | undefined;
  readonly limits?: WorldLimits | undefined;
  /** An account whose world is always kept. */
  readonly defaultAccount?: string | undefined;
  /** Fills a new world from a seed. */
  readonly seed?: ((world: World) => void) | undefined;
}

/**
 * The isolated worlds, one per account SID. A world is created when its account is first used. Callers can name any
 * account, so the number of worlds is limited; those that have only been read do not count.
 */
export class Worlds<W extends WebhookOutlet = WebhookOutlet> {
  /** The worlds that must be kept. */
  readonly #sessions = new Map<string, WorldSession<W>>();
  /** The worlds that can be created again, the least recently used one first. */
  readonly #initial = new Map<string, WorldSession<W>>();
  readonly #limits: WorldLimits;
  #generation = 0;

  constructor(readonly options: WorldsOptions<W>) {
    this.#limits = options.limits ?? defaultLimits;
  }

  get schema(): WorldSchema {
    return this.options.product.schema;
  }

  /** The world of an account, to be read. */
  get(account: string): WorldSession<W> {
    return this.#sessions.get(account) ?? this.#getInitial(account);
  }

  /**
   * The world of an account, to be changed. `endWrite` must follow.
   * @throws UnderstudyError if it would be one world too many
   */
  beginWrite(account: string): WorldSession<W> {
    this.admit([account]);
    const session = this.keep(account);
    session.writes += 1;
    return session;
  }

  /** If nothing has changed, the world does not count against the limit. */
  endWrite(session: WorldSession<W>): void {
    session.writes -= 1;
    this.#release(session);
  }

  /** The world of an account, which is kept from now on, even if it is not changed. */
  keep(account: string): WorldSession<W> {
    const session = this.get(account);
    this.#initial.delete(account);
    this.#sessions.set(account, session);
    return session;
  }

  /** @throws UnderstudyError if there is no room for the worlds of these accounts */
  admit(accounts: readonly string[]): void {
    const limit = this.#limits.changed;
    if (this.#sessions.size + accounts.length <= limit) return;
    const added = new Set(accounts.filter((account) => !this.#sessions.has(account))).size;
    if (added === 0 || this.#sessions.size + added <= limit) return;
    throw new UnderstudyError(
      'UNDERSTUDY_TOO_MANY_WORLDS',
      `${limit} account SIDs are in use. Use fewer, or delete worlds that you no longer need (worlds.delete).`,
    );
  }

  has(account: string): boolean {
    return this.find(account) !== undefined;
  }

  /** The world of an account, if there is one now. */
  find(account: string): WorldSession<W> | undefined {
    return this.#sessions.get(account) ?? this.#initial.get(account);
  }

  /** Whether the account has a world that must be kept. */
  isKept(account: string): boolean {
    return this.#sessions.has(account);
  }

  /** A world of this account without records, not even those of a seed. */
  empty(account: string, clock: WorldClock): World {
    const { sidKeyOf, secret } = this.options;
    return new World(this.schema, account, sidKeyOf(account, this.#generation), clock, secret);
  }

  /** Replaces the account's world by a saved one. */
  restore(content: WorldContent): WorldSession<W> {
    const restore = (clock: WorldClock): World => {
      // Timers are stored as timestamps, so a manual clock returns to the time of the snapshot.
      if (clock.mode === 'manual') clock.set(content.moment);
      return World.from(this.schema, content, clock, this.options.secret);
    };
    if (!this.has(content.account)) {
      const session = this.#open(restore);
      this.#sessions.set(content.account, session);
      return session;
    }
    const session = this.keep(content.account);
    session.replace(restore(session.clock));
    return session;
  }

  /** Copies a world to another account, whose world it replaces. Takes the same time for any number of records. */
  fork({ world }: WorldSession<W>, to: string): WorldSession<W> {
    const session = this.restore({ ...world.snapshot(), account: to });
    session.world.origin = { world, revision: world.revision, ownRevision: session.world.revision };
    return session;
  }

  /** Starts an account's world again, from its usual seed or from another. If seeding fails, the world stays as it was. */
  reset(account: string, seed = this.options.seed): WorldSession<W> {
    const session = this.get(account);
    const { clock } = session;
    const now = clock.now();
    this.#generation += 1;
    const world = this.empty(account, clock);
    // A manual clock with a start time returns to it, so that the same calls give the same bytes.
    if (clock.mode === 'manual') clock.set(this.#startTime ?? now);
    try {
      seed?.(world);
    } catch (error) {
      clock.set(now);
      throw error;
    }
    world.takeEvents();
    session.replace(world);
    if (seed === this.options.seed) session.markInitial();
    session.webhooks.clear();
    return session;
  }

  /** Deletes an account's world. The next call of the account gets a new one. */
  remove(account: string): void {
    const session = this.find(account);
    if (session === undefined) return;
    this.#sessions.delete(account);
    this.#initial.delete(account);
    this.#generation += 1;
    session.end();
  }

  /** Takes a world out of memory. It is not deleted: it exists elsewhere. */
  unload(account: string): void {
    const session = this.find(account);
    this.#sessions.delete(account);
    this.#initial.delete(account);
    session?.close();
  }

  /** Adds a world that was loaded. `build` gets the clock that the world will have. */
  async load(build: (clock: WorldClock, secret?: string) => Promise<World | undefined>): Promise<void> {
    const clock = this.#newClock();
    const world = await build(clock, this.options.secret);
    if (world === undefined) return;
    this.unload(world.account);
    const session = new WorldSession(world, clock, this.options);
    this.#sessions.set(world.account, session);
    session.timeline.arm();
  }

  all(): readonly WorldSession<W>[] {
    return [...this.#sessions.values(), ...this.#initial.values()];
  }

  /** The configured start time of clocks, if there is one. */
  get #startTime(): number | undefined {
    const { clock } = this.options;
    return clock instanceof WorldClock ? undefined : clock.start;
  }

  #getInitial(account: string): WorldSession<W> {
    let session = this.#initial.get(account);
    // Moves it to the end.
    this.#initial.delete(account);
    session ??= this.#create(account);
    // Time alone may have changed it.
    if (this.#isDisposable(session)) this.#initial.set(account, session);
    else this.#sessions.set(account, session);
    this.#trim();
    return session;
  }

  #create(account: string): WorldSession<W> {
    const session = this.#open((clock) => {
      const world = this.empty(account, clock);
      this.options.seed?.(world);
      // A seed fires no webhooks.
      world.takeEvents();
      return world;
    });
    session.markInitial();
    return session;
  }

  #open(worldOf: (clock: WorldClock) => World): WorldSession<W> {
    const clock = this.#newClock();
    const session = new WorldSession(worldOf(clock), clock, this.options);
    session.timeline.arm();
    return session;
  }

  #newClock(): WorldClock {
    const { clock } = this.options;
    return clock instanceof WorldClock ? clock : new WorldClock(clock);
  }

  /** Whether the account would get the same world if this one was dropped. */
  #isDisposable(session: WorldSession<W>): boolean {
    const { clock, defaultAccount } = this.options;
    if (!session.isInitial || session.writes > 0 || session.webhooks.isBusy) return false;
    const isClockLost = !(clock instanceof WorldClock) && session.clock.wasChanged;
    return !isClockLost && session.world.account !== defaultAccount;
  }

  #release(session: WorldSession<W>): void {
    const { account } = session.world;
    if (this.#sessions.get(account) !== session || !this.#isDisposable(session)) return;
    this.#sessions.delete(account);
    this.#initial.set(account, session);
    this.#trim();
  }

  #trim(): void {
    if (this.#initial.size <= this.#limits.initial) return;
    for (const [account, session] of this.#initial) {
      this.#initial.delete(account);
      if (!this.#isDisposable(session)) {
        this.#sessions.set(account, session);
        continue;
      }
      session.timeline.disarm();
      // It had records once, whose SIDs must not appear again.
      if (session.world.isEmpty && session.world.revision > 0) this.#generation += 1;
      return;
    }
  }
}
