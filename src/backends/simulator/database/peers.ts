import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { ServerAddress } from '../../../core/shared-worlds.js';

/** Another server on the same database. */
export interface Peer {
  /** The id of its session. */
  readonly id: string;
  /** Undefined if it is not known. */
  readonly address: ServerAddress | undefined;
}

/** The server that has a world; undefined while the world is just changing hands. */
export interface Elsewhere {
  readonly owner: Peer | undefined;
}

export interface PeerRow {
  readonly id: string;
  readonly address: string | null;
  readonly mcp: string | null;
}

export function peerOf({ id, address, mcp }: PeerRow): Peer {
  return { id, address: address === null ? undefined : { rest: address, mcp: mcp ?? address } };
}

/**
 * A server that sends no heartbeat for this long, in milliseconds, counts as gone: PostgreSQL ends its session, and the others
 * take its worlds and stop waiting for its responses. Longer than `LEASE_MS`, during which it may still use its worlds.
 */
export const SILENCE_MS = 2500;

/** The servers that take worlds, and those that leave but still answer. */
export interface Peers {
  readonly taking: readonly Peer[];
  readonly answering: readonly Peer[];
  /** The ids of all servers with a heartbeat. */
  readonly alive: ReadonlySet<string>;
}

export async function findPeers(pool: Pick<Pool, 'query'>): Promise<Peers> {
  const { rows } = await pool.query<PeerRow & { leaving: boolean }>(
    `SELECT id, address, mcp_address AS mcp, leaving FROM understudy.sessions
     WHERE greatest(heartbeat, busy_until) > clock_timestamp() - $1 * interval '1 ms'`,
    [SILENCE_MS],
  );
  return {
    taking: rows.filter(({ address, leaving }) => address !== null && !leaving).map((row) => peerOf(row)),
    answering: rows.map((row) => peerOf(row)),
    alive: new Set(rows.map(({ id }) => id)),
  };
}

/** The server that a world without an owner belongs to, so that the servers share them: rendezvous hashing. */
export function preferredPeer(account: string, peers: readonly Peer[]): Peer | undefined {
  const scoreOf = ({ id }: Peer): string => createHash('sha256').update(`${id} ${account}`).digest('hex');
  const [best] = peers.map((peer) => ({ peer, score: scoreOf(peer) })).sort((a, b) => (a.score < b.score ? 1 : -1));
  return best?.peer;
}
