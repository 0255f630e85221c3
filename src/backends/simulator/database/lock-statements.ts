import type { Client } from 'pg';
import type { ChangeRow } from './change-row.js';

/** The lock of a world, among the advisory locks of its database. */
export const LOCK_KEY = "hashtextextended('understudy ' || $1, 0)";

/** Tells the servers to read the fault rules again. */
export const FAULTS_CHANNEL = 'understudy_faults';

/** Asks the owner of a world to hand it over: the account, and the session that wants it. */
export const WANTED_CHANNEL = 'understudy_wanted';

/** What a server gets from the database when it first connects. */
export interface Identity {
  readonly number: number;
  readonly tokenSecret: string;
}

export const IDENTITY = `
  SELECT nextval('understudy.server_numbers') AS number, secret FROM understudy.secrets WHERE name = 'access tokens'`;

export const INSERT_SESSION = `
  INSERT INTO understudy.sessions (id, address, mcp_address, pid, heartbeat)
  VALUES ($1, $2, $3, pg_backend_pid(), clock_timestamp())`;

/** Fails once another server has taken a world of the session. */
export const BEAT = 'UPDATE understudy.sessions SET heartbeat = clock_timestamp() WHERE id = $1 AND NOT fenced';

/**
 * Makes a session the owner of a world whose lock it has. A former owner that did not give the world up has lost all its
 * locks. No later heartbeat of it succeeds, and `wait` is how long it may still use the world after the last one.
 */
export const TAKE = `
  WITH before AS (
    UPDATE understudy.sessions s SET fenced = true
    FROM understudy.worlds w WHERE w.account = $1 AND s.id = w.owner AND s.id <> $2
    RETURNING s.id, extract(epoch FROM s.heartbeat - clock_timestamp()) * 1000 + $3 AS wait)
  INSERT INTO understudy.worlds AS w (account, epoch, owner) VALUES ($1, 1, $2)
  ON CONFLICT (account) DO UPDATE SET epoch = w.epoch + 1, owner = $2
  RETURNING w.epoch, w.snapshot, (SELECT id FROM before) AS former, (SELECT wait FROM before)::float8 AS wait`;

/** The owner of a world, and whether nothing has been heard from it for a time in milliseconds. */
export const OWNER = `
  SELECT s.id, s.address, s.mcp_address AS mcp,
         greatest(s.heartbeat, s.busy_until) < clock_timestamp() - $2 * interval '1 ms' AS "isSilent"
  FROM understudy.worlds w JOIN understudy.sessions s ON s.id = w.owner WHERE w.account = $1`;

export const RELEASE = `
  UPDATE understudy.worlds SET owner = NULL, due = to_timestamp($3::float8 / 1000) WHERE account = $1 AND owner = $2`;

export const ANNOUNCE = 'UPDATE understudy.sessions SET address = $2, mcp_address = $3, leaving = $4 WHERE id = $1';

/** Lets a session be silent for a time in milliseconds; with 0, as usual again. */
export const BUSY = `
  UPDATE understudy.sessions
  SET busy_until = CASE WHEN $2::integer > 0 THEN clock_timestamp() + $2::integer * interval '1 ms' END WHERE id = $1
  RETURNING set_config('idle_session_timeout', ($2::integer + $3::integer)::text, false),
            set_config('idle_in_transaction_session_timeout', ($2::integer + $3::integer)::text, false)`;

/** Ends a session, if it has the lock of a world. */
export const TERMINATE = `
  SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN understudy.sessions s ON s.id = $2 AND s.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = ${LOCK_KEY}`;

/**
 * Lets PostgreSQL end a session from which it hears nothing for a time in milliseconds, and makes what it acknowledges
 * durable.
 */
export const SESSION_SETTINGS = `SELECT set_config('idle_session_timeout', $1, false), set_config('tcp_user_timeout', $1, false),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                  WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`;

export async function unlock(client: Client, account: string): Promise<void> {
  await client.query({ name: 'unlock', text: `SELECT pg_advisory_unlock(${LOCK_KEY})`, values: [account] });
}

/** @throws when a world is not this session's any more */
export async function insertChanges(client: Client, session: string, rows: readonly ChangeRow[]): Promise<void> {
  const { rowCount } = await client.query({
    name: 'append',
    // JSON has no line feeds, so one text with a line for each change is the cheapest list.
    text: `INSERT INTO understudy.changes (account, seq, epoch, body)
           SELECT w.account, c.seq, c.epoch, c.body
           FROM unnest(string_to_array($2, E'\\n'), string_to_array($3, ' ')::bigint[], string_to_array($4, ' ')::bigint[],
                       string_to_array($5, E'\\n')) AS c (account, seq, epoch, body)
           JOIN understudy.worlds w ON w.account = c.account AND w.epoch = c.epoch AND w.owner = $1`,
    values: [
      session,
      rows.map(({ account }) => account).join('\n'),
      rows.map(({ seq }) => seq).join(' '),
      rows.map(({ epoch }) => epoch).join(' '),
      rows.map(({ body }) => body).join('\n'),
    ],
  });
  if (rowCount !== rows.length) throw new Error('another server has taken over a world');
}
