import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Socket } from 'node:net';
import type { Client, Pool } from 'pg';
import type { ServerAddress } from '../../../core/shared-worlds.js';
import { type Elsewhere, peerOf, type PeerRow, SILENCE_MS } from './peers.js';
import { Busy } from './busy.js';
import { inBatches, type ChangeRow } from './change-row.js';
import { Lease, LEASE_MS } from './lease.js';
import * as sql from './lock-statements.js';
import { badStore } from './errors.js';
import { addressOf, createLockClient, createPool } from './open-pool.js';

const HEARTBEAT_MS = 500;
/** After so many intervals without a heartbeat, the connection is taken for lost. */
const MAX_MISSED = 10;

/** What a server learns when it takes a world. */
export interface Taken {
  readonly epoch: number;
  /** The change after which the snapshot was made; 0 if there is none. */
  readonly snapshot: number;
}

export interface LockSessionOptions {
  readonly url: string;
  /** Where other servers reach this one; absent: it is not known yet. */
  readonly address?: ServerAddress | undefined;
  /** The earlier sessions of this server: their worlds are no longer in use here. */
  readonly former: ReadonlySet<string>;
  /** Called when another server has changed the fault rules. */
  readonly onFaults: () => void;
  /** Called when another server asks for a world. @param server the id of its session */
  readonly onWanted: (account: string, server: string) => void;
  /** Called once when the connection is lost. */
  readonly onLost: (cause: unknown) => void;
}

/**
 * The connection that holds the locks of the worlds of this server, and on which their changes are written: without it there
 * are neither locks nor changes.
 *
 * A server that was stopped, or cut off, does not notice that its connection has ended. So it uses a world only for
 * `LEASE_MS` after the last heartbeat that succeeded, and the next server to take the lock waits until then. While the connection
 * is busy with a long write, heartbeats use another one. These prove nothing about the locks, so the next server to take
 * one first makes further heartbeats of the former owner fail.
 */
export class LockSession {
  readonly id = randomUUID();
  readonly #client: Client;
  readonly #lease = new Lease();
  /** For heartbeats while the connection is busy. Connects when it is needed. */
  readonly #spare: Pool;
  #timer: NodeJS.Timeout | undefined;
  #isBeating = false;
  /** Intervals since the last heartbeat. Time in which the event loop stood still is not the fault of the connection. */
  #missed = 0;
  readonly #busy = new Busy((ms) => this.#alone((client) => client.query(sql.BUSY, [this.id, ms, SILENCE_MS])));
  #isEnded = false;
  /** The number of runs of statements that wait for the connection or use it. */
  #running = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(readonly options: LockSessionOptions) {
    this.#client = createLockClient(options.url, SILENCE_MS);
    this.#client.on('error', (error) => this.#lost(error));
    this.#client.on('notification', ({ channel, payload = '' }) => {
      const [account = '', server = ''] = payload.split(' ', 2);
      if (channel === sql.FAULTS_CHANNEL) options.onFaults();
      else if (server !== this.id) options.onWanted(account, server);
    });
    this.#client.on('end', () => this.#lost(new Error('the database closed the connection')));
    this.#spare = createPool(options.url, 1);
  }

  /** @throws when the database cannot be reached */
  static async open(options: LockSessionOptions): Promise<LockSession> {
    const session = new LockSession(options);
    const client = session.#client;
    try {
      await client.connect();
      await client.query(sql.SESSION_SETTINGS, [String(SILENCE_MS)]);
      await client.query(`LISTEN ${sql.FAULTS_CHANNEL}`);
      await client.query(`LISTEN ${sql.WANTED_CHANNEL}`);
      await session.#lease.extend(async () => {
        const { rest = null, mcp = null } = options.address ?? {};
        await client.query(sql.INSERT_SESSION, [session.id, rest, mcp]);
      });
    } catch (error) {
      session.#end(error);
      session.#destroy();
      throw error;
    }
    session.#timer = setInterval(() => void session.#heartbeat(), HEARTBEAT_MS).unref();
    return session;
  }

  /** Whether the locks are certainly held. */
  get holds(): boolean {
    return this.#lease.holds;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves when the locks are certainly held again, after a delay. @throws when the session has ended */
  held(): Promise<void> {
    return this.#lease.held();
  }

  /**
   * Takes the lock of a world. Waits until a former owner that lost it without noticing has stopped using the world.
   * @returns where the world is, if another server has it
   */
  async take(account: string): Promise<Taken | Elsewhere> {
    const found = await this.#alone((client) => this.#take(client, account)).catch((cause: unknown) => {
      // Whether it has the lock is not known.
      this.fail(cause);
      throw cause;
    });
    if ('owner' in found) return found;
    const { former, wait, ...taken } = found;
    if (former !== null && wait !== null && wait > 0 && !this.options.former.has(former)) await setTimeout(wait);
    return taken;
  }

  async #take(client: Client, account: string): Promise<(Taken & OwnerBefore) | Elsewhere> {
    const lock = await client.query<{ taken: boolean }>({
      name: 'lock',
      text: `SELECT pg_try_advisory_lock(${sql.LOCK_KEY}) AS taken`,
      values: [account],
    });
    if (lock.rows[0]?.taken !== true) return this.#ownerOf(client, account);
    const { rows } = await client.query<Record<'epoch' | 'snapshot', string> & OwnerBefore>({
      name: 'take',
      text: sql.TAKE,
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
      text: sql.OWNER,
      values: [account, SILENCE_MS],
    });
    const [owner] = rows;
    if (owner === undefined) return { owner: undefined };
    if (owner.isSilent || this.options.former.has(owner.id)) {
      await client.query(sql.TERMINATE, [account, owner.id]);
      return { owner: undefined };
    }
    return { owner: peerOf(owner) };
  }

  /** Gives up a world, so that others can take it at once. @param due when its next timer fires, in ms since 1970 */
  release(account: string, due: number | undefined): Promise<void> {
    return this.#alone(async (client) => {
      await client.query({
        name: 'release',
        text: sql.RELEASE,
        values: [account, this.id, due ?? null],
      });
      await sql.unlock(client, account);
    });
  }

  /** Deletes all rows of a world that does not exist any more, or that was never saved. Then gives it up. */
  remove(account: string): Promise<void> {
    return this.#alone(async (client) => {
      for (const table of ['changes', 'snapshots', 'media_uses', 'worlds']) {
        // oxlint-disable-next-line no-await-in-loop -- on one connection
        await client.query(`DELETE FROM understudy.${table} WHERE account = $1`, [account]);
      }
      await sql.unlock(client, account);
    });
  }

  /**
   * Writes changes, all of them or none.
   * @throws also when a world is not this session's any more
   */
  append(rows: readonly ChangeRow[]): Promise<void> {
    const batches = [...inBatches(rows)];
    return this.#alone(async (client) => {
      // What so much was made of took long. A heartbeat may be due.
      if (batches.length > 1) await setTimeout(0);
      if (batches.length > 1) await client.query('BEGIN');
      // oxlint-disable-next-line no-await-in-loop -- on one connection
      for (const batch of batches) await sql.insertChanges(client, this.id, batch);
      if (batches.length > 1) await client.query('COMMIT');
    });
  }

  /** A number for this server, and the secret that it shares with the others. */
  async identity(): Promise<sql.Identity> {
    const { rows } = await this.#alone((client) => client.query<{ number: string; secret: string }>(sql.IDENTITY));
    const [row] = rows;
    // Without a secret, anyone could sign tokens.
    if (row === undefined)
      throw badStore(addressOf(this.options.url), "its table understudy.secrets lacks the row 'access tokens'");
    return { number: Number(row.number), tokenSecret: row.secret };
  }

  /** Does something that may keep the event loop busy for longer than a server may be silent. */
  busily<T>(act: () => Promise<T>): Promise<T> {
    return this.#busy.during(act);
  }

  /** Tells the other servers where this one is reached, and whether it still takes worlds. */
  async announce(address: ServerAddress | undefined, isLeaving: boolean): Promise<void> {
    const values = [this.id, address?.rest ?? null, address?.mcp ?? null, isLeaving];
    await this.#alone((client) => client.query(sql.ANNOUNCE, values));
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
    this.#missed += 1;
    if (this.#missed > MAX_MISSED)
      return this.#lost(new Error(`no response for ${(MAX_MISSED * HEARTBEAT_MS) / 1000} s`));
    if (this.#isBeating) return;
    this.#isBeating = true;
    const isBusy = this.#running > 0;
    try {
      await this.#lease.extend(() => (isBusy ? this.#beat(this.#spare) : this.#alone((client) => this.#beat(client))));
      this.#missed = 0;
    } catch (error) {
      // That the spare connection fails says nothing about the locks.
      if (!isBusy || error instanceof SessionGone) this.#lost(error);
    } finally {
      this.#isBeating = false;
    }
  }

  async #beat(client: Pick<Client, 'query'>): Promise<void> {
    const { rowCount } = await client.query(sql.BEAT, [this.id]);
    if (rowCount !== 1) throw new SessionGone('another server has taken over a world');
  }

  /** Runs statements that no others come between. */
  #alone<T>(run: (client: Client) => Promise<T>): Promise<T> {
    this.#running += 1;
    const running = this.#last.then(() => run(this.#client));
    const ended = (): void => {
      this.#running -= 1;
    };
    this.#last = running.then(ended, ended);
    return running;
  }

  #end(cause: unknown): void {
    this.#isEnded = true;
    clearInterval(this.#timer);
    this.#lease.end(cause);
    this.#spare.end().catch(() => undefined);
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

/** Thrown when a heartbeat shows that the locks are lost. */
class SessionGone extends Error {}

interface OwnerBefore {
  readonly former: string | null;
  readonly wait: number | null;
}
