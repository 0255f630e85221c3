import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { UnderstudyError } from '../../../core/errors.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';

/** Whether a text can be a key: a SHA-256 in hexadecimal digits. */
export const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export const keyOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export interface StoredBytes {
  /** Names the bytes; equal bytes have the same key. */
  readonly key: string;
  readonly size: number;
}

/** Thrown when a file has more bytes than it may. */
export class TooManyBytes extends Error {}

/**
 * Stores the bytes of files outside worlds and data files. Records name them by their hash, and they never change. So a
 * snapshot or a copy of a world needs no copy of its files.
 */
export interface MediaStore {
  /** Whether there are no files. */
  readonly isEmpty: boolean;
  /**
   * Stores a stream. Calls `commit` when the bytes are stored. From then on they stay only if a record names them.
   * @throws TooManyBytes after `limit` bytes; UnderstudyError when the store is full. Nothing is stored then.
   */
  write<T>(bytes: Readable, limit: number, commit: (stored: StoredBytes) => T): Promise<T>;
  /** Stores a small file at once, and returns its key. It stays only if a record names it soon. */
  put(bytes: Buffer): string;
  /** A file, to be opened as often as needed; undefined if the store does not have it. */
  find(key: string): MaybePromise<{ readonly size: number; open(): Readable } | undefined>;
  /** Removes all files but these. @param byAccount the same keys, by the accounts whose worlds use them */
  retain(keys: ReadonlySet<string>, byAccount: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** Resolves when removed files are gone. */
  close(): Promise<void>;
}

/** Limits the bytes of all files together, including those that are still arriving. */
export class Quota {
  #used = 0;

  constructor(readonly total: number) {}

  take(bytes: number): void {
    if (this.#used + bytes > this.total) throw storeFull(this.total);
    this.#used += bytes;
  }

  /** Counts what exists already. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

interface Consumer {
  readonly limit: number;
  readonly quota: Quota;
  readonly onChunk: (chunk: Buffer) => Promise<unknown> | void;
  readonly onEnd?: () => Promise<void>;
}

/**
 * Reads a stream to its end, passes each chunk on, and names the whole by its hash. What it took of the quota is given back
 * if it fails.
 */
export async function consume(bytes: Readable, { limit, quota, onChunk, onEnd }: Consumer): Promise<StoredBytes> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const each of bytes) {
      const chunk = each as Buffer;
      if (size + chunk.length > limit) throw new TooManyBytes(`more than ${limit} bytes`);
      quota.take(chunk.length);
      size += chunk.length;
      hash.update(chunk);
      await onChunk(chunk);
    }
    await onEnd?.();
  } catch (error) {
    quota.give(size);
    throw error;
  }
  return { key: hash.digest('hex'), size };
}

/** Of all worlds together. */
const MAX_BYTES_IN_MEMORY = 1024 ** 3;

export class MemoryMedia implements MediaStore {
  readonly #files = new Map<string, Buffer>();
  readonly #quota: Quota;

  constructor(maxBytes = MAX_BYTES_IN_MEMORY) {
    this.#quota = new Quota(maxBytes);
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  async write<T>(bytes: Readable, limit: number, commit: (stored: StoredBytes) => T): Promise<T> {
    const chunks: Buffer[] = [];
    const onChunk = (chunk: Buffer) => void chunks.push(chunk);
    const stored = await consume(bytes, { limit, quota: this.#quota, onChunk });
    if (this.#files.has(stored.key)) this.#quota.give(stored.size);
    else this.#files.set(stored.key, Buffer.concat(chunks));
    return commit(stored);
  }

  put(bytes: Buffer): string {
    const key = keyOf(bytes);
    if (!this.#files.has(key)) {
      this.#quota.take(bytes.length);
      this.#files.set(key, bytes);
    }
    return key;
  }

  find(key: string) {
    const file = this.#files.get(key);
    return file && { size: file.length, open: () => Readable.from([file], { objectMode: false }) };
  }

  retain(keys: ReadonlySet<string>): void {
    for (const [key, { length }] of this.#files) {
      if (keys.has(key)) continue;
      this.#files.delete(key);
      this.#quota.give(length);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function storeFull(total: number): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_MEDIA_FULL',
    `The media of all worlds together have the most bytes that this understudy stores (${total}). Delete messages with ` +
      'media, or reset worlds.',
  );
}
