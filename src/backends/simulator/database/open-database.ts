import type { Worlds } from '../kernel/worlds.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { badStore, messageOf } from './errors.js';
import { addressOf, createPool, openPool } from './open-pool.js';
import { PostgresMedia } from './postgres-media.js';
import { PostgresStore } from './postgres-store.js';
import type { PostgresStoreOptions } from './store-options.js';

/** @throws UnderstudyError when the database cannot be used */
export async function openDatabase(
  worlds: Worlds<Webhooks>,
  options: Omit<PostgresStoreOptions, 'beforeSave'>,
): Promise<{ readonly store: PostgresStore; readonly media: PostgresMedia }> {
  const pool = await openPool(options.url);
  let store: PostgresStore | undefined;
  const media = new PostgresMedia(pool, createPool(options.url), (account) => store?.ownershipOf(account));
  try {
    store = await PostgresStore.open(pool, worlds, { ...options, beforeSave: () => media.settled() });
    return { store, media };
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw badStore(addressOf(options.url), messageOf(error), error);
  }
}
