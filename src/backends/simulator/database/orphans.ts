import type { Pool } from 'pg';
import { SILENCE_MS } from './peers.js';

/** The sessions of servers that are gone for this long are deleted, in hours. */
const KEPT_HOURS = 1;

/** At a time; the servers share the work. */
const LIMIT = 20;

/** Worlds that someone must take: their owner is gone, or one of their timers is due. In random order, without some. */
export async function findOrphans(pool: Pick<Pool, 'query'>, without: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account: string }>(
    `SELECT account FROM understudy.worlds w LEFT JOIN understudy.sessions s ON s.id = w.owner
     WHERE ((w.owner IS NOT NULL AND (s.id IS NULL OR greatest(s.heartbeat, s.busy_until) < clock_timestamp() - $1 * interval '1 ms'))
        OR (w.owner IS NULL AND w.due <= clock_timestamp())) AND account <> ALL ($2::text[])
     ORDER BY random() LIMIT ${LIMIT}`,
    [SILENCE_MS, without],
  );
  return rows.map(({ account }) => account);
}

export async function deleteOldSessions(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query(
    `DELETE FROM understudy.sessions s WHERE s.heartbeat < clock_timestamp() - $1 * interval '1 hour'
     AND NOT EXISTS (SELECT FROM understudy.worlds w WHERE w.owner = s.id)`,
    [KEPT_HOURS],
  );
}
