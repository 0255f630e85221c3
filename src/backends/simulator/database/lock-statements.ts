import type { Client } from 'pg';
import type { ChangeRow } from './change-row.js';

/** The lock of a world, among the advisory locks of its database. */
export const LOCK_KEY = "hashtextextended('understudy ' || $1, 0)";

/** Tells the servers to read the fault rules again. */
export const FAULTS_CHANNEL = 'understudy_faults';

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
