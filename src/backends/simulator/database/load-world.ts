import type { Pool } from 'pg';
import type { WorldClock } from '../kernel/clock.js';
import type { WorldSchema } from '../kernel/schema.js';
import { WorldDraft } from '../kernel/world-draft.js';
import { World } from '../kernel/world.js';
import type { KeptDelivery } from '../webhooks/keeper.js';
import type { WorldPart } from '../storage/log-content.js';
import type { StoredLine } from './change-row.js';
import { badWorld } from './errors.js';

/** A world as it was stored. */
export interface LoadedWorld {
  /** Undefined if it was deleted, or never saved. */
  readonly world: World | undefined;
  readonly deliveries: ReadonlyMap<string, KeptDelivery>;
  /** The number of the last change. */
  readonly seq: number;
  /** The sizes of the snapshot and of the changes since, in characters. */
  readonly snapshotSize: number;
  readonly changesSize: number;
}

export interface LoadOptions {
  readonly schema: WorldSchema;
  readonly account: string;
  /** The change after which the snapshot was made; 0 if there is none. */
  readonly snapshot: number;
  /** The clock that the world will have. */
  readonly clock: WorldClock;
  readonly secret: string | undefined;
}

/** In rows. A part of a world has 100 records, and the server must be able to do something else in between. */
const PAGE = 100;
const PAGE_BYTES = 8 * 1024 * 1024;

/** Reads a world: its snapshot, and then the changes since. */
export async function loadWorld(pool: Pick<Pool, 'query'>, options: LoadOptions): Promise<LoadedWorld> {
  const { account, snapshot } = options;
  const builder = new WorldBuilder(options);
  let seq = snapshot;
  let snapshotSize = 0;
  let changesSize = 0;
  if (snapshot > 0) {
    const parts = pages(async (after) => {
      const text = `SELECT part AS number, body FROM understudy.snapshots
                    WHERE account = $1 AND seq = $2 AND part > $3 ORDER BY part LIMIT ${PAGE}`;
      return (await pool.query<NumberedBody>(text, [account, snapshot, after])).rows;
    }, -1);
    for await (const { body } of parts) {
      snapshotSize += body.length;
      builder.add(body);
    }
  }
  const changes = pages(async (after) => {
    return (await pool.query<NumberedBody>(SELECT_CHANGES, [account, after])).rows;
  }, snapshot);
  for await (const { number, body } of changes) {
    seq = number;
    changesSize += body.length;
    builder.add(body);
  }
  return { ...builder.finish(), seq, snapshotSize, changesSize };
}

/** Most changes are small, but those of an import have 100 records each. */
const SELECT_CHANGES = `
  SELECT number, body FROM (
    SELECT seq AS number, body, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (SELECT seq, body FROM understudy.changes WHERE account = $1 AND seq > $2 ORDER BY seq LIMIT ${PAGE * 10}) AS page
  ) AS sized WHERE before < ${PAGE_BYTES} ORDER BY number`;

interface NumberedBody {
  /** PostgreSQL's `bigint` arrives as text. */
  readonly number: string | number;
  readonly body: string;
}

async function* pages(
  read: (after: number) => Promise<readonly NumberedBody[]>,
  start: number,
): AsyncGenerator<{ readonly number: number; readonly body: string }> {
  let after = start;
  for (;;) {
    const rows = await read(after);
    for (const row of rows) {
      after = Number(row.number);
      yield { number: after, body: row.body };
    }
    if (rows.length === 0) return;
  }
}

class WorldBuilder {
  #draft: WorldDraft | undefined;
  readonly #deliveries = new Map<string, KeptDelivery>();

  constructor(readonly options: LoadOptions) {}

  /** @throws UnderstudyError if the line cannot be read */
  add(body: string): void {
    try {
      this.#add(JSON.parse(body) as StoredLine);
    } catch (cause) {
      throw badWorld(this.options.account, cause);
    }
  }

  #add(line: StoredLine): void {
    if (Array.isArray(line)) this.#draft?.add(...(line as unknown as WorldPart));
    else if ('changes' in line) {
      this.#moveTo(line.moment);
      this.#draft?.apply(line);
    } else if ('world' in line) {
      this.#moveTo(line.world.moment);
      this.#draft = new WorldDraft(this.options.schema, line.world);
    } else if ('removed' in line) {
      this.#draft = undefined;
      this.#deliveries.clear();
    } else if ('clock' in line) this.options.clock.resume(line.clock);
    else if ('kept' in line) this.#deliveries.set(line.kept.delivery.idempotencyToken, line.kept);
    else if ('forgotten' in line) this.#deliveries.delete(line.forgotten);
  }

  /** @throws UnderstudyError if the world cannot be read */
  finish(): Pick<LoadedWorld, 'world' | 'deliveries'> {
    const { schema, account, clock, secret } = this.options;
    try {
      const world = this.#draft && World.from(schema, this.#draft.toDocument(), clock, secret);
      return { world, deliveries: this.#deliveries };
    } catch (cause) {
      throw badWorld(account, cause);
    }
  }

  #moveTo(moment: number): void {
    const { clock } = this.options;
    if (clock.mode === 'manual') clock.set(moment);
  }
}
