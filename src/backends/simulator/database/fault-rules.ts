import { setImmediate } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { SharedRule, SharedRules } from '../../../core/shared-worlds.js';
import { storeDown } from './errors.js';
import type { LockConnection } from './lock-connection.js';
import { FAULTS_CHANNEL } from './lock-statements.js';
import { SILENCE_MS } from './peers.js';

/** How long a change waits until all servers have it, in milliseconds. A server that is frozen may be later. */
const SPREAD_MS = 2000;
const POLL_MS = 10;

const SELECT_RULES = 'SELECT id, rule, happened FROM understudy.fault_rules ORDER BY id';

type Listener = Parameters<SharedRules['subscribe']>[0];

/** Fault rules in the database, which every server keeps in memory. */
export class FaultRules implements SharedRules {
  #listener: Listener = () => undefined;
  #reading: Promise<void> = Promise.resolve();
  /** Whether the last attempt to read the rules failed. */
  #isStale = false;
  /** How often rules have applied that the database does not know of yet, by id. */
  #counted = new Map<number, number>();
  #counting: Promise<void> | undefined;

  constructor(
    readonly pool: Pick<Pool, 'query'>,
    readonly connection: Pick<LockConnection, 'session'>,
  ) {}

  subscribe(listener: Listener): void {
    this.#listener = listener;
    this.read();
  }

  async add(rule: object): Promise<number> {
    const text = 'INSERT INTO understudy.fault_rules (rule) VALUES ($1) RETURNING id';
    const { rows } = await this.#change<{ id: string }>(text, [JSON.stringify(rule)]);
    return Number(rows[0]?.id);
  }

  async remove(id: number): Promise<boolean> {
    return (await this.#change('DELETE FROM understudy.fault_rules WHERE id = $1', [id])).rowCount === 1;
  }

  async clear(): Promise<void> {
    await this.#change('DELETE FROM understudy.fault_rules', []);
  }

  async list(): Promise<readonly SharedRule[]> {
    try {
      await this.#counting;
      return await this.#select();
    } catch (cause) {
      throw storeDown(cause);
    }
  }

  /** Without the database, the rule does not apply. How often it has applied is then read again. */
  async claim(id: number, times: number): Promise<boolean> {
    const text = 'UPDATE understudy.fault_rules SET happened = happened + 1 WHERE id = $1 AND happened < $2';
    try {
      return (await this.pool.query(text, [id, times])).rowCount === 1;
    } catch {
      this.#isStale = true;
      return false;
    }
  }

  count(id: number): void {
    this.#counted.set(id, (this.#counted.get(id) ?? 0) + 1);
    this.#counting ??= this.#storeCounts();
  }

  /** Reads the rules again. */
  read(): void {
    this.#reading = this.#reading
      .then(() => this.#read())
      .then(
        () => (this.#isStale = false),
        () => (this.#isStale = true),
      )
      .then(() => undefined);
  }

  /** Resolves when the rules have been read, or that has failed. */
  settled(): Promise<void> {
    return this.#reading;
  }

  /** Reads the rules again if that has failed. */
  readIfStale(): void {
    if (this.#isStale) this.read();
  }

  /** Counts of the same moment are stored together. Without the database, they are lost. */
  async #storeCounts(): Promise<void> {
    while (this.#counted.size > 0) {
      // Others may be counted in this turn of the event loop.
      // oxlint-disable no-await-in-loop -- those that are counted meanwhile are stored together
      await setImmediate();
      const counts = [...this.#counted];
      this.#counted = new Map();
      await this.pool
        .query(STORE_COUNTS, [counts.map(([id]) => id), counts.map(([, count]) => count)])
        .catch(() => undefined);
      // oxlint-enable no-await-in-loop
    }
    // At once, so that no count comes between.
    this.#counting = undefined;
  }

  async #change<R extends object>(text: string, values: unknown[]) {
    try {
      const result = await this.pool.query<R>(text, values);
      // After the change, so that whoever reads this version also reads the change.
      const { rows } = await this.pool.query<{ version: string }>(
        `SELECT nextval('understudy.fault_version') AS version, pg_notify('${FAULTS_CHANNEL}', '')`,
      );
      await this.#spread(Number(rows[0]?.version));
      return result;
    } catch (cause) {
      throw storeDown(cause);
    }
  }

  /** Waits until all servers have a version. */
  async #spread(version: number): Promise<void> {
    const end = performance.now() + SPREAD_MS;
    for (;;) {
      const { rows } = await this.pool.query<{ late: number }>(
        `SELECT count(*)::integer AS late FROM understudy.sessions
         WHERE fault_version < $1 AND heartbeat > clock_timestamp() - $2 * interval '1 ms'`,
        [version, SILENCE_MS],
      );
      if (rows[0]?.late === 0 || performance.now() > end) return;
      await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    }
  }

  async #read(): Promise<void> {
    const id = this.connection.session?.id;
    if (id === undefined) return;
    const versions = await this.pool.query<{ version: string }>(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS version FROM understudy.fault_version',
    );
    this.#listener(await this.#select());
    await this.pool.query('UPDATE understudy.sessions SET fault_version = $2 WHERE id = $1', [
      id,
      versions.rows[0]?.version,
    ]);
  }

  async #select(): Promise<readonly SharedRule[]> {
    const { rows } = await this.pool.query<Record<keyof SharedRule, string>>(SELECT_RULES);
    return rows.map(({ id, rule, happened }) => ({
      id: Number(id),
      rule: JSON.parse(rule) as object,
      happened: Number(happened),
    }));
  }
}

/** The other servers read the counts again if a rule may have applied as often as it may. */
const STORE_COUNTS = `
  WITH counted AS (
    UPDATE understudy.fault_rules r SET happened = r.happened + c.happened
    FROM unnest($1::bigint[], $2::bigint[]) AS c (id, happened) WHERE r.id = c.id RETURNING r.rule)
  SELECT pg_notify('${FAULTS_CHANNEL}', '') FROM counted WHERE rule::json -> 'times' IS NOT NULL LIMIT 1`;
