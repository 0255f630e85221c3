import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { storeDown } from './errors.js';
import { consume, keyOf, Quota, type MediaStore, type StoredBytes } from '../storage/media-store.js';

/** In bytes, of one row. */
const PART = 256 * 1024;
/** How often bytes that no world uses are looked for, in milliseconds. */
const CLEAN_MS = 600_000;

/** In bytes, of the small files together that could not be stored yet. */
const MAX_FAILED = 16 * 1024 * 1024;

/** As what a server owns a world. */
export interface Ownership {
  /** The session that holds the lock. */
  readonly session: string;
  readonly epoch: number;
}

/** Stores the bytes of media in the database, so that each server has those of every world. */
export class PostgresMedia implements MediaStore {
  /** Small files that are still being stored. */
  readonly #storing = new Map<string, { readonly bytes: Buffer; readonly done: Promise<unknown> }>();
  /** Small files that could not be stored. They are stored before the next change, which may name them. */
  readonly #failed = new Map<string, Buffer>();
  #failedBytes = 0;
  /** Which keys the database knows each world to use. */
  readonly #uses = new Map<string, ReadonlySet<string>>();
  #isEmpty = true;
  #retaining: Promise<void> = Promise.resolve();
  #cleaned = performance.now();

  constructor(
    readonly pool: Pool,
    /** Each upload uses a connection as long as its sender takes, and must not keep the servers from anything else. */
    readonly uploads: Pool,
    /** Undefined if another server has the world of an account. */
    readonly ownershipOf: (account: string) => Ownership | undefined,
  ) {}

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  async write<T>(bytes: Readable, limit: number, commit: (stored: StoredBytes) => T): Promise<T> {
    const stored = await this.#store(bytes, limit);
    this.#isEmpty = false;
    return commit(stored);
  }

  async #store(bytes: Readable, limit: number): Promise<StoredBytes> {
    const client = await this.uploads.connect().catch(failDown);
    const query = <R extends object>(text: string, values?: unknown[]) => client.query<R>(text, values).catch(failDown);
    try {
      await query('BEGIN');
      // The key is known at the end, so the parts arrive under another.
      const { rows } = await query<{ id: string }>('SELECT gen_random_uuid()::text AS id');
      const id = rows[0]?.id ?? '';
      let part = 0;
      const stored = await consume(bytes, {
        limit,
        quota: new Quota(Infinity),
        async onChunk(chunk) {
          for (let start = 0; start < chunk.length; start += PART) {
            await query('INSERT INTO understudy.media_parts VALUES ($1, $2, $3)', [
              id,
              part++,
              chunk.subarray(start, start + PART),
            ]);
          }
        },
      });
      const inserted = await query<{ isNew: boolean }>(INSERT_KEY, [stored.key, stored.size]);
      if (inserted.rows[0]?.isNew === true)
        await query('UPDATE understudy.media_parts SET key = $2 WHERE key = $1', [id, stored.key]);
      else await query('DELETE FROM understudy.media_parts WHERE key = $1', [id]);
      await query('COMMIT');
      client.release();
      return stored;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  put(bytes: Buffer): string {
    const key = keyOf(bytes);
    if (this.#storing.has(key)) return key;
    if (this.#failedBytes > MAX_FAILED) throw storeDown(new Error('other files wait to be stored'));
    this.#isEmpty = false;
    this.#putLater(key, bytes);
    return key;
  }

  #putLater(key: string, bytes: Buffer): void {
    const done = this.write(Readable.from([bytes]), bytes.length, () => undefined);
    this.#storing.set(key, { bytes, done });
    done
      .catch(() => {
        if (!this.#failed.has(key)) this.#failedBytes += bytes.length;
        this.#failed.set(key, bytes);
      })
      .finally(() => this.#storing.delete(key));
  }

  /** Resolves when the files of `put` are stored, also those for which that has failed before. */
  async settled(): Promise<void> {
    if (this.#storing.size > 0) await Promise.allSettled(Array.from(this.#storing.values(), ({ done }) => done));
    for (const [key, bytes] of this.#failed) {
      // oxlint-disable-next-line no-await-in-loop -- the first failure is enough
      await this.write(Readable.from([bytes]), bytes.length, () => undefined);
      if (this.#failed.delete(key)) this.#failedBytes -= bytes.length;
    }
  }

  async find(key: string) {
    const bytes = this.#storing.get(key)?.bytes ?? this.#failed.get(key);
    if (bytes !== undefined) {
      return { size: bytes.length, open: () => Readable.from([bytes], { objectMode: false }) };
    }
    const text = 'SELECT size FROM understudy.media WHERE key = $1';
    const { rows } = await this.pool.query<{ size: string }>(text, [key]).catch(failDown);
    const [row] = rows;
    if (row === undefined) return undefined;
    return { size: Number(row.size), open: () => Readable.from(this.#parts(key), { objectMode: false }) };
  }

  async *#parts(key: string): AsyncGenerator<Buffer> {
    for (let part = 0; ; part += 1) {
      const text = 'SELECT bytes FROM understudy.media_parts WHERE key = $1 AND part = $2';
      // oxlint-disable-next-line no-await-in-loop -- one part in memory at a time
      const { rows } = await this.pool.query<{ bytes: Buffer }>(text, [key, part]);
      if (rows[0] === undefined) return;
      yield rows[0].bytes;
    }
  }

  retain(_: ReadonlySet<string>, used: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#retaining = this.#retaining.then(() => this.#retain(used)).catch(() => undefined);
  }

  /** Resolves when the database knows which files are used. */
  retained(): Promise<void> {
    return this.#retaining;
  }

  async #retain(used: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    for (const [account, keys] of used) {
      const known = this.#uses.get(account);
      if (known !== undefined && known.size === keys.size && [...keys].every((key) => known.has(key))) continue;
      const { session, epoch } = this.ownershipOf(account) ?? {};
      // oxlint-disable-next-line no-await-in-loop -- few worlds change at the same time
      const { rows } = await this.pool.query<{ isOwner: boolean }>(STORE_USES, [account, [...keys], session, epoch]);
      if (rows[0]?.isOwner === true) this.#uses.set(account, keys);
    }
    // Worlds that are no longer here may change elsewhere.
    for (const account of this.#uses.keys()) if (!used.has(account)) this.#uses.delete(account);
    if (performance.now() - this.#cleaned < CLEAN_MS) return;
    this.#cleaned = performance.now();
    await this.pool.query(DELETE_UNUSED);
  }

  /** Ends the connections of the store as well. */
  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.retained();
    await Promise.allSettled([this.uploads.end(), this.pool.end()]);
  }
}

function failDown(cause: unknown): never {
  throw storeDown(cause);
}

const INSERT_KEY = `
  INSERT INTO understudy.media AS m (key, size) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET stored = now()
  RETURNING m.xmax = 0 AS "isNew"`;

/** Does nothing if another server has taken the world meanwhile, which may use other media by now. */
const STORE_USES = `
  WITH own AS (SELECT FROM understudy.worlds WHERE account = $1 AND owner = $3::uuid AND epoch = $4 FOR SHARE),
    gone AS (DELETE FROM understudy.media_uses WHERE account = $1 AND key <> ALL ($2::text[]) AND EXISTS (SELECT FROM own)),
    added AS (
      INSERT INTO understudy.media_uses SELECT $1, key FROM unnest($2::text[]) AS used (key) WHERE EXISTS (SELECT FROM own)
      ON CONFLICT DO NOTHING)
  SELECT EXISTS (SELECT FROM own) AS "isOwner"`;

/** A file is stored before its record, and a server may stop in between. */
const DELETE_UNUSED = `
  WITH unused AS (
    DELETE FROM understudy.media m WHERE m.stored < now() - interval '1 hour'
      AND NOT EXISTS (SELECT FROM understudy.media_uses u WHERE u.key = m.key) RETURNING m.key)
  DELETE FROM understudy.media_parts p USING unused WHERE p.key = unused.key`;
