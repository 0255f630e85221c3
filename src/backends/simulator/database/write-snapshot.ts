import type { Pool, PoolClient } from 'pg';
import { jsonLines } from '../storage/log-content.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { inBatches, type StoredLine, type WorldState } from './change-row.js';
import type { OwnedWorld } from './owned-world.js';

interface SnapshotOptions extends WorldState {
  readonly account: string;
  /** The last change that the state contains. */
  readonly seq: number;
  /** The owner of the world. */
  readonly session: string;
  /** Resolves when the last change that the state contains is stored. */
  readonly stored: Promise<unknown>;
}

/** In characters, of one statement. */
const BATCH = 1024 * 1024;

interface SnapshotParts {
  readonly session: WorldSession<Webhooks>;
  /** The session that owns the world. */
  readonly owner: string;
  /** Resolves when the changes so far are stored. */
  readonly stored: Promise<unknown>;
  readonly onFailure: (cause: unknown) => void;
}

/** Writes a snapshot of a world as it is now, beside its calls. */
export async function snapshotOf(pool: Pick<Pool, 'connect'>, owned: OwnedWorld, parts: SnapshotParts): Promise<void> {
  const { session, owner, stored, onFailure } = parts;
  const { account, seq } = owned;
  stored.catch(() => undefined);
  owned.isWritingSnapshot = true;
  try {
    const { state: clock } = session.clock;
    const document = session.world.snapshot();
    const deliveries = [...owned.deliveries.values()];
    const state = { account, seq, session: owner, clock, document, deliveries, stored };
    owned.snapshotWritten(await writeSnapshot(pool, state));
  } catch (cause) {
    owned.snapshotFailed();
    onFailure(cause);
  } finally {
    owned.isWritingSnapshot = false;
  }
}

/**
 * Writes the state of a world beside its changes, and deletes the changes that it contains. Others see all of it or nothing.
 * @returns its size in characters
 */
async function writeSnapshot(pool: Pick<Pool, 'connect'>, options: SnapshotOptions): Promise<number> {
  const { account, seq, session } = options;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const size = await insertParts(client, options);
    await options.stored;
    const { rowCount } = await client.query(
      'UPDATE understudy.worlds SET snapshot = $2 WHERE account = $1 AND owner = $3 AND snapshot < $2',
      [account, seq, session],
    );
    if (rowCount !== 1) throw new Error('another server has taken over the world');
    await client.query('DELETE FROM understudy.snapshots WHERE account = $1 AND seq < $2', [account, seq]);
    await client.query('DELETE FROM understudy.changes WHERE account = $1 AND seq <= $2', [account, seq]);
    await client.query('COMMIT');
    client.release();
    return size;
  } catch (error) {
    // The database takes everything back when the connection ends.
    client.release(true);
    throw error;
  }
}

async function insertParts(client: PoolClient, { account, seq, ...state }: SnapshotOptions): Promise<number> {
  let part = 0;
  let size = 0;
  for (const batch of inBatches(partsOf(state), BATCH)) {
    // oxlint-disable-next-line no-await-in-loop -- in one transaction
    await client.query(
      `INSERT INTO understudy.snapshots (account, seq, part, body)
       SELECT $1, $2, $3 + number - 1, body
       FROM unnest(string_to_array($4, E'\\n')) WITH ORDINALITY AS parts (body, number)`,
      [account, seq, part, batch.map(({ body }) => body).join('\n')],
    );
    part += batch.length;
    for (const { body } of batch) size += body.length;
  }
  return size;
}

const toBody = (line: StoredLine) => ({ body: JSON.stringify(line) });

function* partsOf({ document, clock, deliveries }: WorldState): Generator<{ readonly body: string }> {
  // It must be known before the world, whose records are on a clock.
  yield toBody({ clock });
  for (const body of jsonLines(document)) yield { body };
  for (const kept of deliveries) yield toBody({ kept });
}
