import { UnderstudyError } from '../../../core/errors.js';
import { WorldClock, type ClockSettings } from './clock.js';
import type { WorldSchema } from './schema.js';
import { WorldSession, type SessionOptions, type WebhookOutlet } from './world-session.js';
import { World, type WorldChanges, type WorldDocument } from './world.js';

const MAX_WORLDS = 10_000;

export interface WorldsOptions<W extends WebhookOutlet> extends SessionOptions<W> {
  /** How each world's clock starts, or one clock that all worlds share. */
  readonly clock: ClockSettings | WorldClock;
  /** The text from which an account's SIDs are generated. The same text gives the same SIDs. */
  readonly sidKeyOf: (account: string) => string;
  /** What callers must know to be let in, if anything. */
  readonly secret?: string | undefined;
  /** Fills a new world from a seed. */
  readonly seed?: ((world: World) => void) | undefined;
}

/** The isolated worlds, one per account SID. A world is created when its account is first used. */
export class Worlds<W extends WebhookOutlet = WebhookOutlet> {
  readonly #sessions = new Map<string, WorldSession<W>>();

  constructor(readonly options: WorldsOptions<W>) {}

  get schema(): WorldSchema {
    return this.options.product.schema;
  }

  get(account: string): WorldSession<W> {
    let session = this.#sessions.get(account);
    if (session === undefined) {
      this.#makeRoom();
      session = this.#open((clock) => {
        const world = this.empty(account, clock);
        this.options.seed?.(world);
        // A seed fires no webhooks.
        world.takeEvents();
        return world;
      });
    }
    return session;
  }

  has(account: string): boolean {
    return this.#sessions.has(account);
  }

  /** A world of this account without records, not even those of a seed. */
  empty(account: string, clock: WorldClock): World {
    return new World(this.schema, account, this.options.sidKeyOf(account), clock, this.options.secret);
  }

  /** Replaces the account's world by a saved one. */
  restore(document: WorldDocument): WorldSession<W> {
    const session = this.#sessions.get(document.account);
    const restore = (clock: WorldClock): World => {
      // Timers are stored as timestamps, so a manual clock returns to the time of the snapshot.
      if (clock.mode === 'manual') clock.set(document.moment);
      return World.fromDocument(this.schema, document, clock, this.options.secret);
    };
    if (session === undefined) return this.#open(restore);
    session.replace(restore(session.clock));
    return session;
  }

  /** Repeats changes that were made after the world was saved. */
  replay(changes: WorldChanges): void {
    const { world, clock } = this.get(changes.account);
    if (clock.mode === 'manual') clock.set(changes.moment);
    world.applyChanges(changes);
  }

  /** Starts an account's world again, from its usual seed or from another. If seeding fails, the world stays as it was. */
  reset(account: string, seed = this.options.seed): WorldSession<W> {
    const session = this.get(account);
    const { clock } = session;
    const now = clock.now();
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
    session.webhooks.clear();
    return session;
  }

  all(): readonly WorldSession<W>[] {
    return [...this.#sessions.values()];
  }

  /** The configured start time of clocks, if there is one. */
  get #startTime(): number | undefined {
    const { clock } = this.options;
    return clock instanceof WorldClock ? undefined : clock.start;
  }

  #open(worldOf: (clock: WorldClock) => World): WorldSession<W> {
    const { clock: settings } = this.options;
    const clock = settings instanceof WorldClock ? settings : new WorldClock(settings);
    const session = new WorldSession(worldOf(clock), clock, this.options);
    this.#sessions.set(session.world.account, session);
    session.timeline.arm();
    return session;
  }

  /** The number of worlds is limited, since callers can name any account. An empty world is dropped first. */
  #makeRoom(): void {
    if (this.#sessions.size < MAX_WORLDS) return;
    for (const [account, session] of this.#sessions) {
      if (!session.isPristine) continue;
      session.timeline.disarm();
      this.#sessions.delete(account);
      return;
    }
    throw new UnderstudyError(
      'UNDERSTUDY_TOO_MANY_WORLDS',
      `${MAX_WORLDS} account SIDs are in use. Use fewer, or delete the services of accounts that you no longer need.`,
    );
  }
}
