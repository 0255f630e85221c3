import { hostname } from 'node:os';
import { Client, Pool } from 'pg';
import { badStore, messageOf } from './errors.js';
import { migrate } from './migrations.js';

/** In connections. They read worlds and write snapshots; the changes have a connection of their own. */
const POOL_SIZE = 4;
const CONNECT_MS = 5000;
/** A statement of the connection that holds locks is given up after this long, in milliseconds. */
const STATEMENT_MS = 10_000;
/** How long the response to it may take, in milliseconds. PostgreSQL has given it up by then. */
const RESPONSE_MS = 15_000;
/** PostgreSQL 14: the first that ends silent sessions (`idle_session_timeout`). */
const OLDEST_VERSION = 140_000;

/** The host, port and name of a database, without the user and the password. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

/** The connection that holds locks. @param silenceMs within a transaction, PostgreSQL ends it after so much silence */
export function createLockClient(url: string, silenceMs: number): Client {
  return new Client({
    connectionString: url,
    application_name: `twilio-understudy ${hostname()}`.slice(0, 63),
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: RESPONSE_MS,
    idle_in_transaction_session_timeout: silenceMs,
    keepAlive: true,
  });
}

/** Connects to a database when it is needed. */
export function createPool(url: string, max = POOL_SIZE): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: 'twilio-understudy',
    connectionTimeoutMillis: CONNECT_MS,
    allowExitOnIdle: true,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Connects to the database, and brings its tables up to date.
 * @throws UnderstudyError that says why it cannot be used
 */
export async function openPool(url: string): Promise<Pool> {
  const pool = createPool(url);
  try {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ version: number }>(
        "SELECT current_setting('server_version_num')::integer AS version",
      );
      const version = rows[0]?.version ?? 0;
      if (version < OLDEST_VERSION) throw new Error(`it is PostgreSQL ${Math.floor(version / 10_000)}`);
      await migrate(client);
    } finally {
      client.release();
    }
    return pool;
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw badStore(addressOf(url), messageOf(error), error);
  }
}
