import type { Pool } from 'pg';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { deleteOldSessions, findOrphans } from './orphans.js';
import { isQuiet, type OwnedWorld } from './owned-world.js';

const INTERVAL_MS = 1000;
/** A world that nobody has used for this long is released, in milliseconds. */
const IDLE_MS = 60_000;
/** After how many rounds old sessions are deleted. */
const ROUNDS = 600;

interface UpkeepOptions {
  /** Whether the locks are held. */
  readonly canWork: () => boolean;
  readonly idleMs?: number | undefined;
  readonly owned: ReadonlyMap<string, OwnedWorld>;
  readonly sessionOf: (account: string) => WorldSession<Webhooks> | undefined;
  readonly isStored: (account: string) => boolean;
  readonly release: (owned: OwnedWorld) => Promise<void>;
  readonly take: (account: string) => MaybePromise<void>;
}

/** Releases worlds that nobody uses, and takes those whose owner is gone or whose timers are due. */
export class Upkeep {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #rounds = 0;

  constructor(
    readonly pool: Pick<Pool, 'query'>,
    readonly options: UpkeepOptions,
  ) {}

  start(): void {
    this.#timer = setTimeout(() => {
      // It is tried again in the next round.
      void this.#run()
        .catch(() => undefined)
        .then(() => !this.#isStopped && this.start());
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (!this.options.canWork()) return;
    await this.#releaseIdle();
    for (const account of await findOrphans(this.pool)) {
      // Another server may be faster, or it may have ended.
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the servers share them
      await Promise.resolve(this.options.take(account)).catch(() => undefined);
    }
    this.#rounds += 1;
    if (this.#rounds % ROUNDS === 0) await deleteOldSessions(this.pool);
  }

  async #releaseIdle(): Promise<void> {
    const { owned, sessionOf, isStored, release, idleMs = IDLE_MS } = this.options;
    const now = performance.now();
    for (const world of owned.values()) {
      const session = sessionOf(world.account);
      if (world.isUsed || (session !== undefined && !isQuiet(session)) || !isStored(world.account)) {
        world.isUsed = false;
        world.idleSince = now;
      } else if (now - world.idleSince >= idleMs) {
        // oxlint-disable-next-line no-await-in-loop -- on one connection
        await release(world);
      }
    }
  }
}
