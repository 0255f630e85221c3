import type { Clock } from './clock.js';
import { UnderstudyError } from '../../errors.js';
import { World } from './world.js';

const MOST_WORLDS = 10_000;

/** The isolated worlds, one per account SID. A world begins when its account is first named. */
export class Worlds {
  readonly #worlds = new Map<string, World>();

  /**
   * @param sidKeyOf the text that an account's SIDs are made from; the same text gives the same SIDs
   * @param begin fills a new world, from a seed
   */
  constructor(
    readonly clock: Clock,
    readonly sidKeyOf: (account: string) => string,
    readonly begin: (world: World) => void = () => undefined,
  ) {}

  get(account: string): World {
    let world = this.#worlds.get(account);
    if (world === undefined) {
      this.#makeRoom();
      world = new World(account, this.sidKeyOf(account), this.clock);
      this.#worlds.set(account, world);
      this.begin(world);
    }
    return world;
  }

  adopt(world: World): void {
    this.#worlds.set(world.account, world);
  }

  all(): readonly World[] {
    return [...this.#worlds.values()];
  }

  /** A caller can name any number of accounts, so their number is bounded; empty ones make room first. */
  #makeRoom(): void {
    if (this.#worlds.size < MOST_WORLDS) return;
    for (const [account, world] of this.#worlds) {
      if (!world.isEmpty) continue;
      this.#worlds.delete(account);
      return;
    }
    throw new UnderstudyError(
      'UNDERSTUDY_TOO_MANY_WORLDS',
      `${MOST_WORLDS} account SIDs are in use at once. Use fewer, or delete the services of those that are done.`,
    );
  }
}
