import type { Pool } from 'pg';
import { UnderstudyError } from '../../../core/errors.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { warnings } from './errors.js';
import type { LockConnection } from './lock-connection.js';
import { deleteOldSessions, findOrphans } from './orphans.js';
import { isQuiet, type OwnedWorld } from './owned-world.js';
import { findPeers, preferredPeer, type Peers } from './peers.js';
import type { PlacedWorlds } from './placed-worlds.js';

const INTERVAL_MS = 250;
/** A world that could not be taken is left alone for this long, in milliseconds. */
const FAILED_MS = 30_000;
/** A world that nobody has used for this long is released, in milliseconds. */
const IDLE_MS = 60_000;
const MAX_FAILED = 1000;
/** After how many rounds old sessions are deleted. */
const ROUNDS = 2400;

interface UpkeepOptions {
  readonly connection: LockConnection;
  readonly idleMs?: number | undefined;
  readonly owned: ReadonlyMap<string, OwnedWorld>;
  readonly sessionOf: (account: string) => WorldSession<Webhooks> | undefined;
  readonly placed: PlacedWorlds;
  readonly take: (account: string) => MaybePromise<void>;
  readonly onWarning: (message: string) => void;
}

/** Releases worlds that nobody uses, and takes those whose owner is gone or whose timers are due. */
export class Upkeep {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #rounds = 0;
  #hasWarned = false;
  /** The worlds that could not be taken, and when that is tried again, by `performance.now()`. */
  readonly #failed = new Map<string, number>();
  /** The worlds that another server should have taken in the round before. */
  #leftToOthers: ReadonlySet<string> = new Set();

  constructor(
    readonly pool: Pick<Pool, 'query'>,
    readonly options: UpkeepOptions,
  ) {}

  start(): void {
    this.#timer = setTimeout(() => {
      void this.#run()
        .then(() => (this.#hasWarned = false))
        .catch((cause: unknown) => this.#roundFailed(cause))
        .then(() => !this.#isStopped && this.start());
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** It is tried again in the next round. A lost connection is in the log already. */
  #roundFailed(cause: unknown): void {
    if (this.#isStopped || this.#hasWarned || this.options.connection.session === undefined) return;
    this.#hasWarned = true;
    this.options.onWarning(warnings.upkeep(cause));
  }

  async #run(): Promise<void> {
    const { connection, placed } = this.options;
    const peers = await findPeers(this.pool);
    placed.peersFound(peers);
    placed.faults.readIfStale();
    if (!connection.holds || connection.isLeaving) return;
    await this.#releaseIdle();
    await this.#takeOrphans(peers);
    this.#rounds += 1;
    if (this.#rounds % ROUNDS === 0) await deleteOldSessions(this.pool);
  }

  async #takeOrphans({ taking }: Peers): Promise<void> {
    const left = new Set<string>();
    const now = performance.now();
    for (const [account, until] of this.#failed) if (until < now) this.#failed.delete(account);
    for (const account of await findOrphans(this.pool, [...this.#failed.keys()])) {
      const preferred = preferredPeer(account, taking)?.id;
      const isOurs = preferred === undefined || preferred === this.options.connection.session?.id;
      if (!isOurs && !this.#leftToOthers.has(account)) {
        left.add(account);
        continue;
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the servers share them
      await this.#take(account);
    }
    this.#leftToOthers = left;
  }

  async #take(account: string): Promise<void> {
    const { take, connection, onWarning } = this.options;
    try {
      await take(account);
    } catch (error) {
      // Another server may be faster.
      const isTaken = error instanceof UnderstudyError && error.name === 'UNDERSTUDY_WORLD_ELSEWHERE';
      if (isTaken || !connection.holds) return;
      onWarning(warnings.world(account, error));
      if (this.#failed.size < MAX_FAILED) this.#failed.set(account, performance.now() + FAILED_MS);
    }
  }

  async #releaseIdle(): Promise<void> {
    const { owned, sessionOf, connection, placed, idleMs = IDLE_MS } = this.options;
    const now = performance.now();
    for (const world of owned.values()) {
      const session = sessionOf(world.account);
      const isStored = connection.commit?.isStored(world.account) === true;
      if (world.isUsed || world.pins > 0 || (session !== undefined && !isQuiet(session)) || !isStored) {
        world.isUsed = false;
        world.idleSince = now;
      } else if (now - world.idleSince >= idleMs) {
        // oxlint-disable-next-line no-await-in-loop -- on one connection
        await placed.handOverOne(world);
      }
    }
  }
}
