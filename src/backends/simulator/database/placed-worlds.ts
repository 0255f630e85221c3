import type { Pool } from 'pg';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type {
  HereWorld,
  LocateOptions,
  OwnedWorldInfo,
  ServerAddress,
  SharedWorlds,
  Stay,
  StoredWorld,
  WorldElsewhere,
} from '../../../core/shared-worlds.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { storeDown, worldElsewhere } from './errors.js';
import { FaultRules } from './fault-rules.js';
import type { LockConnection } from './lock-connection.js';
import { WANTED_CHANNEL } from './lock-statements.js';
import type { OwnedWorld } from './owned-world.js';
import { type Elsewhere, findPeers, preferredPeer, type Peer, type Peers, SILENCE_MS } from './peers.js';

/** For how long it is remembered which server has a world, in milliseconds. That server knows if it no longer has it. */
const REMEMBERED_MS = 5000;
const MAX_REMEMBERED = 10_000;
/** In milliseconds. */
const HAND_OVER_MS = 5000;
const POLL_MS = 5;
/** How long the owner of a world may take to hand it over to a server that asks for it, in milliseconds. */
const STAY_MS = 10_000;
const ASK_AGAIN_MS = 100;

interface PlacedWorldsOptions {
  readonly connection: LockConnection;
  readonly owned: ReadonlyMap<string, OwnedWorld>;
  /** Takes a world, unless another server has it. */
  readonly take: (account: string) => Promise<Elsewhere | undefined>;
  readonly release: (owned: OwnedWorld) => Promise<void>;
  readonly sessionOf: (account: string) => WorldSession<Webhooks> | undefined;
  readonly has: (account: string) => Promise<boolean>;
  readonly handOverMs?: number | undefined;
}

/** Knows which server has which world, and hands the worlds of this one over. */
export class PlacedWorlds implements SharedWorlds {
  readonly faults: FaultRules;
  readonly #remembered = new Map<string, { readonly peer: Peer; readonly until: number }>();
  /** Aborted when a server is gone, by its id. */
  readonly #gone = new Map<string, AbortController>();

  constructor(
    readonly pool: Pool,
    readonly options: PlacedWorldsOptions,
  ) {
    this.faults = new FaultRules(pool, options.connection);
  }

  get count(): number {
    return this.options.owned.size;
  }

  get number(): number {
    return this.options.connection.identity.number;
  }

  get tokenSecret(): string {
    return this.options.connection.identity.tokenSecret;
  }

  owned(): Iterable<OwnedWorldInfo> {
    return this.options.owned.values();
  }

  async stored(limit: number): Promise<readonly StoredWorld[]> {
    const { rows } = await this.pool.query<{ account: string; address: string | null }>(SELECT_WORLDS, [
      SILENCE_MS,
      limit,
    ]);
    return rows.map(({ account, address }) => ({ account, server: address ?? undefined }));
  }

  async others(): Promise<readonly ServerAddress[]> {
    const own = this.options.connection.session?.id;
    const { answering } = await findPeers(this.pool);
    return answering.flatMap(({ id, address }) => (id === own || address === undefined ? [] : address));
  }

  announce(own: ServerAddress): Promise<void> {
    return this.options.connection.announce(own);
  }

  locate(account: string, { mustExist = false }: LocateOptions = {}): MaybePromise<Located | undefined> {
    const { owned, connection, has } = this.options;
    const world = owned.get(account);
    if (world !== undefined && connection.holds && world.leaving === undefined) return this.#pin(world);
    const remembered = this.#remembered.get(account);
    if (remembered !== undefined && performance.now() < remembered.until) {
      const place = this.#elsewhere(remembered.peer);
      if (place?.gone.aborted === false) return place;
    }
    if (!mustExist) return this.#locate(account);
    return has(account).then((isThere) => (isThere ? this.#locate(account) : undefined));
  }

  misplaced(account: string): void {
    this.#remembered.delete(account);
  }

  async #locate(account: string): Promise<Located> {
    const { owned, take, connection } = this.options;
    await owned.get(account)?.leaving;
    if (connection.isLeaving) {
      const place = await this.#successorOf(account);
      if (place !== undefined) return place;
    }
    const found = await take(account);
    const world = owned.get(account);
    if (found === undefined && world !== undefined) return this.#pin(world);
    const place = found?.owner && this.#elsewhere(found.owner);
    if (place === undefined || found?.owner === undefined) throw worldElsewhere(account);
    this.#remember(account, found.owner);
    return place;
  }

  /**
   * Brings a world to this server. If another server owns it, that one hands it over once it has answered its calls.
   * @throws UnderstudyError when it does not arrive
   */
  async stay(account: string): Promise<Stay> {
    const { owned, take, connection } = this.options;
    const end = performance.now() + STAY_MS;
    for (;;) {
      // oxlint-disable no-await-in-loop -- until the world is here
      await owned.get(account)?.leaving;
      const found = owned.has(account) || !connection.isLeaving ? await take(account) : { owner: undefined };
      const world = owned.get(account);
      if (found === undefined && world !== undefined) return this.#pin(world);
      if (found !== undefined && (found.owner === undefined || performance.now() > end)) throw worldElsewhere(account);
      await this.#askFor(account);
      await new Promise((resolve) => void setTimeout(resolve, ASK_AGAIN_MS));
      // oxlint-enable no-await-in-loop
    }
  }

  async #askFor(account: string): Promise<void> {
    const { id } = this.options.connection.required();
    await this.pool.query('SELECT pg_notify($1, $2)', [WANTED_CHANNEL, `${account} ${id}`]).catch((cause: unknown) => {
      throw storeDown(cause);
    });
  }

  /** Hands a world over because another server asks for it. */
  async wanted(account: string, server: string): Promise<void> {
    const world = this.options.owned.get(account);
    if (world === undefined || world.leaving !== undefined) return;
    const { taking } = await findPeers(this.pool);
    const peer = taking.find(({ id }) => id === server);
    // Calls that arrive meanwhile follow the world.
    if (peer !== undefined) this.#remember(account, peer);
    await this.handOverOne(world);
  }

  /** Keeps a world here until its caller has been answered. */
  #pin(world: OwnedWorld): Stay {
    const { owned } = this.options;
    world.isUsed = true;
    world.pins += 1;
    let isPinned = true;
    return {
      get isHere() {
        return owned.get(world.account) === world;
      },
      leave() {
        if (isPinned) world.pins -= 1;
        isPinned = false;
      },
    };
  }

  /** Another server for a world of which this one takes no more; undefined if there is none. */
  async #successorOf(account: string): Promise<WorldElsewhere | undefined> {
    const { rows } = await this.pool.query<{ owner: string | null }>(
      'SELECT owner FROM understudy.worlds WHERE account = $1',
      [account],
    );
    const peers = await findPeers(this.pool);
    const owner = peers.taking.find(({ id }) => id === rows[0]?.owner);
    const own = this.options.connection.session?.id;
    const successor =
      owner ??
      preferredPeer(
        account,
        peers.taking.filter(({ id }) => id !== own),
      );
    if (successor !== undefined) this.#remember(account, successor);
    return successor && this.#elsewhere(successor);
  }

  #remember(account: string, peer: Peer): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(account, { peer, until: performance.now() + REMEMBERED_MS });
  }

  #elsewhere({ id, address }: Peer): WorldElsewhere | undefined {
    if (address === undefined) return undefined;
    const controller = this.#gone.get(id) ?? new AbortController();
    this.#gone.set(id, controller);
    return { server: id, address, gone: controller.signal };
  }

  /** Ends what waits for servers that are gone. */
  peersFound({ alive }: Peers): void {
    for (const [id, controller] of this.#gone) {
      if (alive.has(id)) continue;
      this.#gone.delete(id);
      controller.abort(new Error('the server is gone'));
    }
  }

  /** Lets another server have a world, when its calls have been answered. */
  handOverOne(world: OwnedWorld): Promise<void> {
    world.leaving ??= this.#handOver(world).finally(() => {
      world.leaving = undefined;
    });
    return world.leaving;
  }

  async handOver(): Promise<void> {
    const { connection, owned } = this.options;
    await connection.leave();
    const own = connection.session?.id;
    const { taking } = await findPeers(this.pool);
    // Without another server, this one goes on until it stops.
    if (taking.every(({ id }) => id === own)) return;
    await Promise.all(Array.from(owned.values(), (world) => this.handOverOne(world)));
  }

  async #handOver(world: OwnedWorld): Promise<void> {
    const { owned, sessionOf, connection, release, handOverMs = HAND_OVER_MS } = this.options;
    const end = performance.now() + handOverMs;
    const isBusy = (): boolean => {
      // Connections of client SDKs end with the move, so that writes of theirs need not be waited for.
      const isDelivering = sessionOf(world.account)?.webhooks.isBusy === true;
      return world.pins > 0 || isDelivering || connection.commit?.isStored(world.account) !== true;
    };
    while (owned.get(world.account) === world && isBusy() && performance.now() < end) {
      // oxlint-disable-next-line no-await-in-loop -- waits for the calls
      await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    }
    await release(world);
  }
}

type Located = HereWorld | WorldElsewhere;

const SELECT_WORLDS = `
  SELECT w.account, s.address FROM understudy.worlds w
  LEFT JOIN understudy.sessions s ON s.id = w.owner AND greatest(s.heartbeat, s.busy_until) > clock_timestamp() - $1 * interval '1 ms'
  ORDER BY w.account LIMIT $2`;
