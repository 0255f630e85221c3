import { UnderstudyError } from '../../../core/errors.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { OnStartProgress } from '../../../core/start-progress.js';
import { ChangeLog } from './change-log.js';
import { writeDocument } from './data-file.js';
import { dataPathsOf } from './data-path.js';
import type { FileLock } from './file-lock.js';
import { diskFiles, type FileSystem } from './file-system.js';
import { loadFiles, type Loaded } from './load.js';
import { openLog } from './open-log.js';
import { Place } from './place.js';
import { SavedWorlds } from './saved-worlds.js';
import { notCompleted, notSaved, unwritable, warnings } from './store-errors.js';
import type { SyncPolicy } from './sync-policy.js';
import type { WorldStore } from './world-store.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';

/** The log is compacted when it exceeds both this size and the size of the document, so compaction stays rare. */
const MIN_COMPACTION_BYTES = 256 * 1024 * 1024;

/** Room that a log must have after a failure, so that a full disk does not refuse every other change. */
const MIN_ROOM_BYTES = 64 * 1024;

const SYNC_INTERVAL_MS = 1000;

export interface StoreOptions {
  /** Receives warnings about recovered data and failed writes. */
  readonly onWarning: (message: string) => void;
  readonly onProgress?: OnStartProgress | undefined;
  /**
   * Stores the bytes of media in a document that is an export, by their key. Called while the file is locked, and before
   * anything is written: a document that is written again has no media.
   */
  readonly storeMedia?: (media: Readonly<Record<string, string>>) => Promise<void>;
  /** Default: `interval`. */
  readonly sync?: SyncPolicy | undefined;
  readonly syncIntervalMs?: number | undefined;
  /** The smallest log size at which the log is compacted. */
  readonly minCompactionBytes?: number | undefined;
  readonly files?: FileSystem | undefined;
}

/**
 * Saves worlds to the `--data` file: a readable document, and beside it in `FILE.log` the changes since it was written.
 * Every acknowledged change is in one of the two.
 *
 * Compaction writes the document again from memory: when the log has grown large, at shutdown, and after a crash. Changes
 * during a compaction go to a new log, `FILE.log.next`, which continues the old one and replaces it once the document is
 * complete. The document says how many lines of the new log it has.
 *
 * A change that cannot be written is taken back, and no further ones are begun until the files can be written again.
 */
export class Store implements WorldStore {
  readonly #saved: SavedWorlds;
  readonly #minCompactionBytes: number;
  readonly #sync: SyncPolicy;
  #compaction: Promise<void> | undefined;
  #recovery: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  /** Size of the log at which the next compaction starts. */
  #compactAt: number;
  /** Why nothing can be written at present. */
  #failure: { readonly cause: unknown } | undefined;
  #failures = 0;
  /** Whether the document lacks changes that the logs had at the start. */
  #isBehind: boolean;

  private constructor(
    readonly file: string,
    readonly place: Place,
    readonly worlds: Worlds,
    private log: ChangeLog,
    /** Whether the log is `FILE.log` and continues the document; false while a document is being written. */
    private isLogInPlace: boolean,
    { logs }: Loaded,
    readonly options: StoreOptions,
  ) {
    this.#saved = new SavedWorlds(worlds);
    this.#minCompactionBytes = this.#compactAt = options.minCompactionBytes ?? MIN_COMPACTION_BYTES;
    this.#sync = options.sync ?? 'interval';
    this.#isBehind = logs.some(({ contents }) => contents.entries > 0);
  }

  /**
   * Reads the saved worlds into `worlds`.
   * @throws UnderstudyError when the file is damaged (it is not changed), in use or not writable
   */
  static async open(file: string, worlds: Worlds, options: StoreOptions): Promise<Store> {
    const paths = dataPathsOf(file);
    const { files = diskFiles, onProgress } = options;
    let lock: FileLock | undefined;
    try {
      lock = await files.lock(paths.lock, file);
      const place = new Place(files, paths, lock);
      const loaded = await loadFiles(files, paths, worlds.schema, { onProgress });
      await options.storeMedia?.(loaded.document?.media ?? {});
      for (const warning of loaded.warnings) options.onWarning(warning);
      let store: Store | undefined;
      const { log, isInPlace } = await openLog(paths, loaded, {
        files,
        syncsAlways: options.sync === 'always',
        checkPlace: (id) => place.check(id),
        onFailure: (cause) => store?.fail(cause),
      });
      await place.acceptDocument();
      store = new Store(file, place, worlds, log, isInPlace, loaded, options);
      await store.#start(loaded);
      return store;
    } catch (error) {
      lock?.release();
      throw error instanceof UnderstudyError ? error : unwritable(file, error);
    }
  }

  async #start({ logs, worlds }: Loaded): Promise<void> {
    // A timer of a world must not run before its changes are recorded.
    for (const content of worlds) this.#saved.track(this.worlds.restore(content).world);
    if (logs.length > 0) {
      if (this.#isBehind) this.#startCompaction();
      return;
    }
    try {
      await this.#compact();
    } catch (error) {
      await this.log.close().catch(() => undefined);
      await this.place.files.remove(this.place.paths.nextLog).catch(() => undefined);
      throw error;
    }
  }

  /**
   * To be called before a change is made. Tries to write again if that failed before.
   * @returns what `save` needs to know
   * @throws UnderstudyError when the change could not be saved; it must not be made then
   */
  begin(): MaybePromise<number> {
    if (this.#failure === undefined) return this.#failures;
    return this.#recover().then(
      () => this.#failures,
      (cause: unknown) => {
        throw notSaved(cause);
      },
    );
  }

  /**
   * Resolves once all changes so far, in one world or in all of them, are in the files.
   * @param begun what `begin` returned before the changes were made
   * @throws UnderstudyError when they cannot be written; they have been taken back then
   */
  async save(begun: number, only?: World): Promise<void> {
    if (this.#failures !== begun) {
      // Some of the changes may be older than the failure, and were taken back with it. So the others must be, too.
      this.#takeBack(this.#failure?.cause);
      throw notSaved(this.#failure?.cause ?? new Error('another write failed meanwhile'));
    }
    if (only === undefined) this.#saved.appendAll(this.log);
    else this.#saved.append(only, this.log);
    try {
      await this.log.flush();
    } catch (cause) {
      throw notSaved(cause);
    }
    this.#syncSoon();
    if (this.log.size > this.#compactAt) this.#startCompaction();
  }

  /** Saves changes that no call made. If that fails, they are made again later. */
  saveSoon(): void {
    if (this.#failure === undefined) void this.save(this.#failures).catch(() => undefined);
  }

  /** Compacts the log into the document and releases the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (this.#failure !== undefined) await this.#recover();
      await this.save(this.#failures);
      await this.#compaction?.catch(() => undefined);
      if (!this.isLogInPlace || this.log.hasChanges || this.#isBehind) {
        await this.#compact().catch((cause: unknown) => this.#postponeCompaction(cause));
      }
      await this.log.sync();
    } catch (error) {
      throw notCompleted(this.file, error instanceof UnderstudyError ? error.cause : error);
    } finally {
      clearTimeout(this.#syncTimer);
      await this.#compaction?.catch(() => undefined);
      await this.log.close().catch(() => undefined);
      this.place.lock.release();
    }
  }

  #compact(): Promise<void> {
    this.#compaction ??= this.#runCompaction().finally(() => {
      this.#compaction = undefined;
    });
    return this.#compaction;
  }

  #startCompaction(): void {
    if (this.#compaction === undefined) this.#compact().catch((cause: unknown) => this.#postponeCompaction(cause));
  }

  async #runCompaction(): Promise<void> {
    const { files, paths } = this.place;
    // Both write at the end of the log.
    await this.#recovery?.catch(() => undefined);
    if (this.isLogInPlace) await this.#startNextLog();
    if (this.#failure === undefined) this.#saved.appendAll(this.log);
    const failures = this.#failures;
    // Records are immutable, so this snapshot stays consistent however long it takes to write.
    const document = {
      generation: this.log.generation,
      logLines: this.log.lineCount,
      worlds: this.worlds.all().map(({ world }) => world.snapshot()),
    };
    await writeDocument(files, paths.document, document, {
      beforeRename: async ({ checksum, id }) => {
        await this.place.check(this.log.id);
        this.log.add({ document: checksum });
        await this.log.flush();
        await this.log.sync();
        if (this.#failures !== failures) throw new Error('it has changes that could not be saved');
        this.place.expectDocument(id);
      },
    });
    await this.place.acceptDocument();
    await this.log.closePrevious();
    await files.rename(paths.nextLog, paths.log);
    this.isLogInPlace = true;
    this.#isBehind = false;
    await files.syncFolderOf(paths.log);
    this.#compactAt = Math.max(this.#minCompactionBytes, (await files.status(paths.document))?.size ?? 0);
  }

  async #startNextLog(): Promise<void> {
    const { log } = this;
    const next = await ChangeLog.create(this.place.paths.nextLog, log.generation + 1, log.options);
    // Changes from here on go to the new log, so all earlier ones must go to the old log.
    if (this.#failure === undefined) this.#saved.appendAll(this.log);
    next.follow(log);
    this.log = next;
    this.isLogInPlace = false;
  }

  /** Loses nothing: the log stays in use and may grow further before the next attempt. */
  #postponeCompaction(cause: unknown): void {
    this.#compactAt = this.#minCompactionBytes + this.log.size * 2;
    this.options.onWarning(warnings.postponed(this.file, cause));
  }

  #syncSoon(): void {
    if (this.#sync !== 'interval' || this.#syncTimer !== undefined || this.log.isSynced) return;
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = undefined;
      this.log.sync().catch((cause: unknown) => this.fail(cause));
    }, this.options.syncIntervalMs ?? SYNC_INTERVAL_MS).unref();
  }

  /** From now on, nothing is written until `#recover` succeeds. */
  private fail(cause: unknown): void {
    if (this.#failure === undefined) this.options.onWarning(warnings.failed(this.file, cause));
    this.#failure = { cause };
    this.#takeBack(cause);
  }

  /** Takes back everything that is not in the files. */
  #takeBack(cause: unknown): void {
    this.#failures += 1;
    this.#saved.appendAll(this.log);
    this.log.takeBack(cause);
    for (const session of this.worlds.all()) session.resume();
  }

  #recover(): Promise<void> {
    this.#recovery ??= this.#runRecovery().finally(() => {
      this.#recovery = undefined;
    });
    return this.#recovery;
  }

  async #runRecovery(): Promise<void> {
    await this.#compaction?.catch(() => undefined);
    await this.log.writeAgain();
    await this.log.checkRoom(MIN_ROOM_BYTES);
    this.#failure = undefined;
    this.options.onWarning(warnings.recovered(this.file));
    // What became due meanwhile.
    this.#saved.appendAll(this.log);
    await this.log.flush();
  }
}
