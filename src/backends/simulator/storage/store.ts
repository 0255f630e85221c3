import { rename, rm, stat } from 'node:fs/promises';
import { UnderstudyError } from '../../../core/errors.js';
import { readChangeLog, type LogEntry } from './change-log-reader.js';
import { ChangeLog } from './change-log.js';
import { readDocument, unreadableFile, worldsDocument, writeDocument } from './data-file.js';
import { lockFile } from './file-lock.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';

/** The log is compacted when it exceeds both this size and the size of the document, so compaction stays rare. */
const MIN_COMPACTION_BYTES = 256 * 1024 * 1024;

export interface StoreOptions {
  /** Receives warnings about recovered data and failed compactions. */
  readonly onWarning: (message: string) => void;
  /**
   * Stores the bytes of media in a document that is an export, by their key. Called while the file is locked, and before
   * anything is written: a document that is written again has no media.
   */
  readonly storeMedia?: (media: Readonly<Record<string, string>>) => Promise<void>;
  /** The smallest log size at which the log is compacted. */
  readonly minCompactionBytes?: number;
}

/**
 * Saves worlds to the `--data` file: a readable document, and beside it in `FILE.log` the changes since it was written.
 * Every acknowledged change is in one of the two.
 *
 * Compaction writes the document again from memory: when the log has grown large, at shutdown, and after a crash. Changes
 * during a compaction go to a new log, `FILE.log.next`, which continues the old one and replaces it once the document is
 * complete. After a crash in between, changes that are in both document and log are applied twice, which is harmless.
 */
export class Store {
  /** Worlds whose complete state is in the document or the log, so that only their changes need to be appended. */
  readonly #tracked = new WeakSet<World>();
  readonly #minCompactionBytes: number;
  #compaction: Promise<void> | undefined;
  /** Size of the log at which the next compaction starts. */
  #compactAt: number;

  private constructor(
    readonly file: string,
    readonly worlds: Worlds,
    private log: ChangeLog,
    /** Whether the log is `FILE.log` and continues the document; false while a document is being written. */
    private isLogInPlace: boolean,
    readonly unlock: () => void,
    readonly options: StoreOptions,
  ) {
    this.#minCompactionBytes = this.#compactAt = options.minCompactionBytes ?? MIN_COMPACTION_BYTES;
  }

  /**
   * Reads the saved worlds into `worlds`.
   * @throws UnderstudyError when the file is damaged (it is not changed), in use or not writable
   */
  static async open(file: string, worlds: Worlds, options: StoreOptions): Promise<Store> {
    const unlock = lockDataFile(file);
    try {
      const { log, isLogInPlace, isNew, isDocumentBehind } = await load(file, worlds, options);
      const store = new Store(file, worlds, log, isLogInPlace, unlock, options);
      if (isNew) await store.#createDocument();
      for (const { world } of worlds.all()) store.#track(world);
      if (isDocumentBehind) store.#startCompaction();
      return store;
    } catch (error) {
      unlock();
      throw error instanceof UnderstudyError ? error : unwritable(file, error);
    }
  }

  /**
   * Resolves once all changes so far, in one world or in all of them, are in the files.
   * @throws UnderstudyError when they cannot be written
   */
  async save(only?: World): Promise<void> {
    if (only === undefined) this.#appendAllChanges();
    else this.#appendChanges(only);
    try {
      await this.log.flush();
    } catch (cause) {
      throw notSaved(cause);
    }
    if (this.log.size > this.#compactAt) this.#startCompaction();
  }

  /** Compacts the log into the document and releases the file. */
  async close(): Promise<void> {
    try {
      await this.save();
      await this.#compaction?.catch(() => undefined);
      if (!this.isLogInPlace || !this.log.isEmpty) {
        await this.#compact().catch((cause: unknown) => this.#postponeCompaction(cause));
      }
    } finally {
      await this.#compaction?.catch(() => undefined);
      await this.log.close();
      this.unlock();
    }
  }

  async #createDocument(): Promise<void> {
    try {
      await this.#compact();
    } catch (error) {
      await this.log.close();
      await rm(nextLogOf(this.file), { force: true });
      throw error;
    }
  }

  #compact(): Promise<void> {
    this.#compaction ??= this.#runCompaction().finally(() => {
      this.#compaction = undefined;
    });
    return this.#compaction;
  }

  /** Compacts in the background. */
  #startCompaction(): void {
    if (this.#compaction === undefined) this.#compact().catch((cause: unknown) => this.#postponeCompaction(cause));
  }

  async #runCompaction(): Promise<void> {
    if (this.isLogInPlace) await this.#startNextLog();
    // Records are immutable, so this snapshot stays consistent however long it takes to write.
    const document = worldsDocument(
      this.worlds.all().map(({ world }) => world.toDocument()),
      this.log.generation,
    );
    await writeDocument(this.file, document);
    await this.log.closePrevious();
    await rename(nextLogOf(this.file), logOf(this.file));
    this.isLogInPlace = true;
    this.#compactAt = Math.max(this.#minCompactionBytes, (await stat(this.file)).size);
  }

  async #startNextLog(): Promise<void> {
    const next = await ChangeLog.create(nextLogOf(this.file), this.log.generation + 1);
    // Changes from here on go to the new log, so all earlier ones must go to the old log.
    this.#appendAllChanges();
    next.follow(this.log);
    this.log = next;
    this.isLogInPlace = false;
  }

  /** Loses nothing: the log stays in use and may grow further before the next attempt. */
  #postponeCompaction(cause: unknown): void {
    this.#compactAt = this.#minCompactionBytes + this.log.size * 2;
    this.options.onWarning(
      `Cannot rewrite the data file ${this.file} (${(cause as Error).message}). Nothing is lost: the changes stay in its ` +
        'log, and the file is rewritten later. Check the disk space and the file permissions.',
    );
  }

  #appendAllChanges(): void {
    for (const { world } of this.worlds.all()) this.#appendChanges(world);
  }

  /** A new, restored or imported world is appended completely; after that, only its changes are. */
  #appendChanges(world: World): void {
    if (this.#tracked.has(world)) {
      const changes = world.takeChanges();
      if (changes !== undefined) this.log.add(changes);
    } else {
      this.#track(world);
      this.log.addWorld(world.toDocument());
    }
  }

  #track(world: World): void {
    world.recordChanges();
    this.#tracked.add(world);
  }
}

interface Loaded {
  /** The log to append to. */
  readonly log: ChangeLog;
  readonly isLogInPlace: boolean;
  /** Whether the document has to be created first. */
  readonly isNew: boolean;
  /** Whether the logs contain changes that the document does not. */
  readonly isDocumentBehind: boolean;
}

/** Reads the document and the logs that continue it. A log of an earlier generation is already in the document. */
async function load(file: string, worlds: Worlds, { onWarning, storeMedia }: StoreOptions): Promise<Loaded> {
  const { generation, worlds: documents, media = {} } = await readDocument(file, worlds.schema);
  await storeMedia?.(media);
  for (const document of documents) worlds.restore(document);
  const readLog = async (path: string, ofGeneration: number) => {
    const contents = await replay(path, ofGeneration, worlds);
    if (contents?.isTorn === true) onWarning(`${path}: dropped the incomplete last entry, which a crash left behind`);
    return contents;
  };
  const [path, nextPath] = [logOf(file), nextLogOf(file)];
  const current = await readLog(path, generation);
  const next = await readLog(nextPath, current === undefined ? generation : generation + 1);
  const isDocumentBehind = (current?.entries ?? 0) + (next?.entries ?? 0) > 0;
  if (current !== undefined && next !== undefined) {
    const log = await ChangeLog.reopen(nextPath, generation + 1, next.end);
    return { log, isLogInPlace: false, isNew: false, isDocumentBehind };
  }
  if (next !== undefined) await rename(nextPath, path);
  const only = current ?? next;
  return only === undefined
    ? { log: await ChangeLog.create(nextPath, generation + 1), isLogInPlace: false, isNew: true, isDocumentBehind }
    : { log: await ChangeLog.reopen(path, generation, only.end), isLogInPlace: true, isNew: false, isDocumentBehind };
}

async function replay(log: string, generation: number, worlds: Worlds) {
  const apply = (entry: LogEntry): void => {
    if ('world' in entry) worlds.restore(entry.world);
    else worlds.replay(entry);
  };
  try {
    return await readChangeLog(log, generation, apply);
  } catch (cause) {
    throw unreadableFile(log, (cause as Error).message, cause);
  }
}

const logOf = (file: string): string => `${file}.log`;
/** The log while the document that it continues is being written. */
const nextLogOf = (file: string): string => `${file}.log.next`;

function lockDataFile(file: string): () => void {
  try {
    return lockFile(file);
  } catch (error) {
    throw error instanceof UnderstudyError ? error : unwritable(file, error);
  }
}

function unwritable(file: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be written: ${(cause as Error).message}. Create its folder and allow writing there, or ` +
      'choose another file with --data.',
    { cause },
  );
}

function notSaved(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `The change could not be written to the data file (${(cause as Error).message}). It is in memory and will be written ` +
      'with the next change; check the disk space and the file permissions.',
    { cause },
  );
}
