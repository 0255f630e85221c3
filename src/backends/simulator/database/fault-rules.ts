import type { Pool } from 'pg';
import type { SharedRules } from '../../../core/shared-worlds.js';
import { storeDown } from './errors.js';
import type { LockConnection } from './lock-connection.js';
import { FAULTS_CHANNEL } from './lock-statements.js';
import { GONE_MS } from './peers.js';

/** How long a change waits until all servers have it, in milliseconds. A server that is frozen may be later. */
const SPREAD_MS = 2000;
const POLL_MS = 10;

type Listener = Parameters<SharedRules['subscribe']>[0];

/** Fault rules in the database, which every server keeps in memory. */
export class FaultRules implements SharedRules {
  #listener: Listener = () => undefined;
  #reading: Promise<void> = Promise.resolve();

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

  /** Reads the rules again. */
  read(): void {
    this.#reading = this.#reading.then(() => this.#read()).catch(() => undefined);
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
        [version, GONE_MS],
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
    const { rows } = await this.pool.query<{ id: string; rule: string }>(
      'SELECT id, rule FROM understudy.fault_rules ORDER BY id',
    );
    this.#listener(rows.map((row) => ({ id: Number(row.id), rule: JSON.parse(row.rule) as object })));
    await this.pool.query('UPDATE understudy.sessions SET fault_version = $2 WHERE id = $1', [
      id,
      versions.rows[0]?.version,
    ]);
  }
}
