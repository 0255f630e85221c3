import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { ServerAddress } from '../../../core/shared-worlds.js';
import { peerOf, type Peer, type PeerRow } from './peers.js';
import { inBatches, type ChangeRow } from './change-row.js';
import { FAULTS_CHANNEL, insertChanges, LOCK_KEY, SESSION_SETTINGS, unlock } from './lock-statements.js';

/** How long a server may use its worlds after a heartbeat was sent, in milliseconds. */
const LEASE_MS = 2000;
const HEARTBEAT_MS = 500;
/** PostgreSQL ends a session from which it hears nothing for this long, in milliseconds. */
const SILENCE_MS = 3000;
/** A statement, or a connection attempt, that takes longer than this is given up, in milliseconds. */
const STATEMENT_MS = 10_000;
const CONNECT_MS = 5000;
/** Without a heartbeat for this long, the connection is taken for lost, in milliseconds. */
const GIVE_UP_MS = 5000;

/** What a server learns when it takes a world. */
export interface Taken {
  readonly epoch: number;
  /** The change after which the snapshot was made; 0 if there is none. */
  readonly snapshot: number;
}

/** The server that has a world; undefined while the world is just changing hands. */
export interface Elsewhere {
  readonly owner: Peer | undefined;
}

export interface LockSessionOptions {
  readonly url: string;
  /** Where other servers reach this one; absent: it is not known yet. */
  readonly address?: ServerAddress | undefined;
  /** The earlier sessions of this server: their worlds are no longer in use here. */
  readonly former: ReadonlySet<string>;
  /** Called when another server has changed the fault rules. */
  readonly onFaults: () => void;
  /** Called once when the connection is lost. */
  readonly onLost: (cause: unknown) => void;
}

/**
 * The connection that holds the locks of the worlds of this server, and on which their changes are written: without it there
 * are neither locks nor changes.
 *
 * A server that was stopped, or cut off, does not notice that its connection has ended. So it uses a world only for
 * `LEASE_MS` after the last heartbeat that succeeded, and whoever takes the lock next waits until then.
 */
export class LockSession {
  readonly id = randomUUID();
  readonly #client: Client;
  #leaseEnd = 0;
  #leaseEndOfDay = 0;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;
  #last: Promise<void> = Promise.resolve();
  #waiters: { resolve: () => void; reject: (cause: unknown) => void }[] = [];

  private constructor(readonly options: LockSessionOptions) {
    this.#client = new Client({
      connectionString: options.url,
      application_name: `twilio-understudy ${hostname()}`.slice(0, 63),
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: SILENCE_MS,
      keepAlive: true,
    });
    this.#client.on('error', (error) => this.#lost(error));
    this.#client.on('notification', () => options.onFaults());
    this.#client.on('end', () => this.#lost(new Error('the database closed the connection')));
  }

  /** @throws when the database cannot be reached */
  static async open(options: LockSessionOptions): Promise<LockSession> {
    const session = new LockSession(options);
    const client = session.#client;
    try {
      await client.connect();
      await client.query(SESSION_SETTINGS, [String(SILENCE_MS)]);
      await client.query(`LISTEN ${FAULTS_CHANNEL}`);
      await session.#beat(
        `INSERT INTO understudy.sessions (id, address, mcp_address, pid, heartbeat)
         VALUES ($1, $2, $3, pg_backend_pid(), clock_timestamp())`,
        [session.id, options.address?.rest ?? null, options.address?.mcp ?? null],
      );
    } catch (error) {
      session.#isEnded = true;
      session.#destroy();
      throw error;
    }
    session.#timer = setInterval(() => void session.#heartbeat(), HEARTBEAT_MS).unref();
    return session;
  }

  /** Whether the locks are certainly held. Both clocks count, because one of them stands still while a machine sleeps. */
  get holds(): boolean {
    return !this.#isEnded && performance.now() < this.#leaseEnd && Date.now() < this.#leaseEndOfDay;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves when the locks are certainly held again, after a delay. @throws when the session has ended */
  held(): Promise<void> {
    if (this.holds) return Promise.resolve();
    if (this.#isEnded) return Promise.reject(new Error('the connection is lost'));
    return new Promise((resolve, reject) => void this.#waiters.push({ resolve, reject }));
  }

  /**
   * Takes the lock of a world. Waits until a former owner that lost it without noticing has stopped using the world.
   * @returns where the world is, if another server has it
   */
  async take(account: string): Promise<Taken | Elsewhere> {
    const found = await this.#alone((client) => this.#take(client, account));
    if ('owner' in found) return found;
    const { former, wait, ...taken } = found;
    if (former !== null && wait !== null && wait > 0 && !this.options.former.has(former)) await delay(wait);
    return taken;
  }

  async #take(client: Client, account: string): Promise<(Taken & OwnerBefore) | Elsewhere> {
    const lock = await client.query<{ taken: boolean }>({
      name: 'lock',
      text: `SELECT pg_try_advisory_lock(${LOCK_KEY}) AS taken`,
      values: [account],
    });
    if (lock.rows[0]?.taken !== true) return this.#ownerOf(client, account);
    const { rows } = await client.query<Record<'epoch' | 'snapshot', string> & OwnerBefore>({
      name: 'take',
      text: `WITH before AS (
               SELECT s.id, extract(epoch FROM s.heartbeat - clock_timestamp()) * 1000 + $3 AS wait
               FROM understudy.worlds w JOIN understudy.sessions s ON s.id = w.owner WHERE w.account = $1)
             INSERT INTO understudy.worlds AS w (account, epoch, owner) VALUES ($1, 1, $2)
             ON CONFLICT (account) DO UPDATE SET epoch = w.epoch + 1, owner = $2
             RETURNING w.epoch, w.snapshot, (SELECT id FROM before) AS former, (SELECT wait FROM before)::float8 AS wait`,
      values: [account, this.id, LEASE_MS],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('the world could not be taken');
    const { epoch, snapshot, former, wait } = row;
    return { epoch: Number(epoch), snapshot: Number(snapshot), former, wait };
  }

  /** Finds the owner of a world. Ends its session if it has stopped sending heartbeats. */
  async #ownerOf(client: Client, account: string): Promise<Elsewhere> {
    const { rows } = await client.query<PeerRow & { isSilent: boolean }>({
      name: 'owner',
      text: `SELECT s.id, s.address, s.mcp_address AS mcp, s.heartbeat < clock_timestamp() - $2 * interval '1 ms' AS "isSilent"
             FROM understudy.worlds w JOIN understudy.sessions s ON s.id = w.owner WHERE w.account = $1`,
      values: [account, SILENCE_MS],
    });
    const [owner] = rows;
    if (owner === undefined) return { owner: undefined };
    if (owner.isSilent || this.options.former.has(owner.id)) {
      await client.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN understudy.sessions s ON s.id = $2 AND s.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (l.classid::bigint << 32 | l.objid::bigint) = ${LOCK_KEY}`,
        [account, owner.id],
      );
      return { owner: undefined };
    }
    return { owner: peerOf(owner) };
  }

  /** Gives up a world, so that others can take it at once. @param due when its next timer fires, in ms since 1970 */
  release(account: string, due: number | undefined): Promise<void> {
    return this.#alone(async (client) => {
      await client.query({
        name: 'release',
        text: `UPDATE understudy.worlds SET owner = NULL, due = to_timestamp($3::float8 / 1000)
               WHERE account = $1 AND owner = $2`,
        values: [account, this.id, due ?? null],
      });
      await unlock(client, account);
    });
  }

  /** Deletes all rows of a world that does not exist any more, or that was never saved. Then gives it up. */
  remove(account: string): Promise<void> {
    return this.#alone(async (client) => {
      for (const table of ['changes', 'snapshots', 'media_uses', 'worlds']) {
        // oxlint-disable-next-line no-await-in-loop -- on one connection
        await client.query(`DELETE FROM understudy.${table} WHERE account = $1`, [account]);
      }
      await unlock(client, account);
    });
  }

  /**
   * Writes changes, all of them or none.
   * @throws also when a world is not this session's any more
   */
  append(rows: readonly ChangeRow[]): Promise<void> {
    const batches = [...inBatches(rows)];
    return this.#alone(async (client) => {
      if (batches.length > 1) await client.query('BEGIN');
      // oxlint-disable-next-line no-await-in-loop -- on one connection
      for (const batch of batches) await insertChanges(client, this.id, batch);
      if (batches.length > 1) await client.query('COMMIT');
    });
  }

  /** Tells the other servers where this one is reached, and whether it still takes worlds. */
  async announce(address: ServerAddress | undefined, isLeaving: boolean): Promise<void> {
    const text = 'UPDATE understudy.sessions SET address = $2, mcp_address = $3, leaving = $4 WHERE id = $1';
    const values = [this.id, address?.rest ?? null, address?.mcp ?? null, isLeaving];
    await this.#alone((client) => client.query(text, values));
  }

  /** Gives up all worlds. */
  async close(): Promise<void> {
    if (this.#isEnded) return;
    this.#end(new Error('the server has stopped'));
    const text = 'DELETE FROM understudy.sessions WHERE id = $1';
    await this.#alone((client) => client.query(text, [this.id])).catch(() => undefined);
    await this.#client.end().catch(() => undefined);
  }

  /** Ends the connection because it cannot be relied on any more. */
  fail(cause: unknown): void {
    this.#lost(cause);
  }

  async #heartbeat(): Promise<void> {
    if (performance.now() > this.#leaseEnd - LEASE_MS + GIVE_UP_MS) {
      return this.#lost(new Error(`no response for ${GIVE_UP_MS / 1000} s`));
    }
    try {
      await this.#beat('UPDATE understudy.sessions SET heartbeat = clock_timestamp() WHERE id = $1', [this.id]);
    } catch (error) {
      this.#lost(error);
    }
  }

  async #beat(text: string, values: unknown[]): Promise<void> {
    await this.#alone(async (client) => {
      const sent = performance.now();
      const sentOfDay = Date.now();
      const { rowCount } = await client.query(text, values);
      if (rowCount !== 1) throw new Error('the session is not known to the database any more');
      this.#leaseEnd = sent + LEASE_MS;
      this.#leaseEndOfDay = sentOfDay + LEASE_MS;
    });
    if (!this.holds) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve } of waiters) resolve();
  }

  /** Runs statements that no others come between. */
  #alone<T>(run: (client: Client) => Promise<T>): Promise<T> {
    const running = this.#last.then(() => run(this.#client));
    this.#last = running.then(
      () => undefined,
      () => undefined,
    );
    return running;
  }

  #end(cause: unknown): void {
    this.#isEnded = true;
    clearInterval(this.#timer);
    for (const { reject } of this.#waiters) reject(cause);
    this.#waiters = [];
  }

  #lost(cause: unknown): void {
    if (this.#isEnded) return;
    this.#end(cause);
    this.#destroy();
    this.options.onLost(cause);
  }

  /** The locks end with the connection, so it must not linger. */
  #destroy(): void {
    const { connection } = this.#client as unknown as { connection: { stream: Socket } };
    connection.stream.destroy();
  }
}

interface OwnerBefore {
  readonly former: string | null;
  readonly wait: number | null;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
