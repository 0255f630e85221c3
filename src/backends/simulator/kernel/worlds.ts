import { UnderstudyError } from '../../../core/errors.js';
import { WorldClock, type ClockSettings } from './clock.js';
import { Stage, type StageParts } from './world-session.js';
import { World, type WorldChanges, type WorldDocument } from './world.js';

const MOST_WORLDS = 10_000;

export interface WorldsOptions extends StageParts {
  /** How each world's clock begins, or one clock that all of them share. */
  readonly clock: ClockSettings | WorldClock;
  /** The text that an account's SIDs are made from; the same text gives the same SIDs. */
  readonly sidKeyOf: (account: string) => string;
  /** Fills a new world, from a seed. */
  readonly begin?: ((world: World) => void) | undefined;
}

/** The isolated worlds, one per account SID. A world begins when its account is first named. */
export class Worlds {
  readonly #stages = new Map<string, Stage>();

  constructor(readonly options: WorldsOptions) {}

  get(account: string): Stage {
    let stage = this.#stages.get(account);
    if (stage === undefined) {
      this.#makeRoom();
      stage = this.#stage((clock) => {
        const world = this.empty(account, clock);
        this.options.begin?.(world);
        // Nobody hears of what a seed does.
        world.takeEvents();
        return world;
      });
    }
    return stage;
  }

  has(account: string): boolean {
    return this.#stages.has(account);
  }

  /** A world of this account with nothing in it, not even a seed. */
  empty(account: string, clock: WorldClock): World {
    return new World(account, this.options.sidKeyOf(account), clock);
  }

  /** Puts a saved world on, in place of the account's present one. */
  restore(document: WorldDocument): Stage {
    const stage = this.#stages.get(document.account);
    const restore = (clock: WorldClock): World => {
      // Its timers are moments: a clock that stands still goes back to where it stood.
      if (clock.mode === 'manual') clock.set(document.moment);
      return World.fromDocument(document, clock);
    };
    if (stage === undefined) return this.#stage(restore);
    stage.replace(restore(stage.clock));
    return stage;
  }

  /** Makes changes again that were saved after the world was. */
  repeat(changes: WorldChanges): void {
    const { world, clock } = this.get(changes.account);
    if (clock.mode === 'manual') clock.set(changes.moment);
    world.applyChanges(changes);
  }

  /** Begins an account's world anew, from its usual seed or by `begin`. What that throws leaves the world as it was. */
  reset(account: string, begin = this.options.begin): Stage {
    const stage = this.get(account);
    const { clock } = stage;
    const now = clock.now();
    const world = this.empty(account, clock);
    // A clock that began at a moment and only moves when told begins there again: the same calls, the same bytes.
    if (clock.mode === 'manual') clock.set(this.#start ?? now);
    try {
      begin?.(world);
    } catch (error) {
      clock.set(now);
      throw error;
    }
    world.takeEvents();
    stage.replace(world);
    stage.webhooks.outbox.clear();
    return stage;
  }

  all(): readonly Stage[] {
    return [...this.#stages.values()];
  }

  /** The moment at which clocks begin, if they begin at one. */
  get #start(): number | undefined {
    const { clock } = this.options;
    return clock instanceof WorldClock ? undefined : clock.start;
  }

  #stage(worldOf: (clock: WorldClock) => World): Stage {
    const { clock: settings } = this.options;
    const clock = settings instanceof WorldClock ? settings : new WorldClock(settings);
    const stage = new Stage(worldOf(clock), clock, this.options);
    this.#stages.set(stage.world.account, stage);
    stage.timeline.arm();
    return stage;
  }

  /** A caller can name any number of accounts, so their number is bounded; empty ones make room first. */
  #makeRoom(): void {
    if (this.#stages.size < MOST_WORLDS) return;
    for (const [account, { world, timeline }] of this.#stages) {
      if (!world.isEmpty) continue;
      timeline.disarm();
      this.#stages.delete(account);
      return;
    }
    throw new UnderstudyError(
      'UNDERSTUDY_TOO_MANY_WORLDS',
      `${MOST_WORLDS} account SIDs are in use at once. Use fewer, or delete the services of those that are done.`,
    );
  }
}
