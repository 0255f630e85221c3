import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { UnderstudyError } from '../../../core/errors.js';
import { diskFiles } from './file-system.js';
import { consume, isKey, keyOf, Quota, type MediaStore, type StoredBytes } from './media-store.js';

/** Of all worlds together. */
const MAX_BYTES = 4 * 1024 ** 3;

/** How the names of files begin that are still arriving. */
const UPLOAD = '.upload-';

/** Files contain private messages, so only their owner may read them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Stores each file in a folder beside the data file, under its hash. The lock of the data file protects the folder, too. */
export class MediaFolder implements MediaStore {
  readonly #sizes = new Map<string, number>();
  readonly #quota = new Quota(MAX_BYTES);
  /** Files appear and disappear one after another, so that a file is not removed while it is stored again. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(readonly folder: string) {}

  /** Reads which files exist, and removes what an interrupted upload left behind. */
  static async open(folder: string): Promise<MediaFolder> {
    const store = new MediaFolder(folder);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if (name.startsWith(UPLOAD)) await rm(path, { force: true });
      if (isKey(name)) {
        const { size } = await stat(path);
        store.#quota.add(size);
        store.#sizes.set(name, size);
      }
    }
    return store;
  }

  get isEmpty(): boolean {
    return this.#sizes.size === 0;
  }

  async write<T>(bytes: Readable, limit: number, commit: (stored: StoredBytes) => T): Promise<T> {
    const path = join(this.folder, `${UPLOAD}${randomUUID()}`);
    try {
      const stored = await this.#writeTo(path, bytes, limit);
      return await this.#enqueue(async () => {
        const target = join(this.folder, stored.key);
        try {
          await rename(path, target);
          // A record must not survive a power loss without its bytes, so their name is on disk first.
          await diskFiles.syncFolderOf(target);
        } catch (error) {
          this.#quota.give(stored.size);
          throw error;
        }
        if (this.#sizes.has(stored.key)) this.#quota.give(stored.size);
        this.#sizes.set(stored.key, stored.size);
        return commit(stored);
      });
    } catch (error) {
      await rm(path, { force: true });
      throw (error as NodeJS.ErrnoException).syscall === undefined ? error : notStored(this.folder, error);
    }
  }

  async #writeTo(path: string, bytes: Readable, limit: number): Promise<StoredBytes> {
    await mkdir(this.folder, { recursive: true, mode: FOLDER_MODE });
    const handle = await open(path, 'wx', FILE_MODE);
    try {
      const onChunk = (chunk: Buffer) => handle.writeFile(chunk);
      // A record must not survive a crash without its bytes, so they are on disk first.
      const sync = () => handle.sync();
      return await consume(bytes, { limit, quota: this.#quota, onChunk, onEnd: sync });
    } finally {
      await handle.close();
    }
  }

  put(bytes: Buffer): string {
    const key = keyOf(bytes);
    if (this.#sizes.has(key)) return key;
    this.#quota.take(bytes.length);
    mkdirSync(this.folder, { recursive: true, mode: FOLDER_MODE });
    const path = join(this.folder, `${UPLOAD}${randomUUID()}`);
    writeFileSync(path, bytes, { mode: FILE_MODE, flush: true });
    renameSync(path, join(this.folder, key));
    this.#sizes.set(key, bytes.length);
    return key;
  }

  find(key: string) {
    const size = this.#sizes.get(key);
    return size === undefined ? undefined : { size, open: () => createReadStream(join(this.folder, key)) };
  }

  retain(keys: ReadonlySet<string>): void {
    for (const [key, size] of this.#sizes) {
      if (keys.has(key)) continue;
      this.#sizes.delete(key);
      this.#quota.give(size);
      this.#enqueue(async () => {
        // Stored again meanwhile.
        if (!this.#sizes.has(key)) await rm(join(this.folder, key), { force: true });
      }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function notStored(folder: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `The file could not be written to ${folder} (${(cause as Error).message}). Check the disk space and the permissions.`,
    { cause },
  );
}
