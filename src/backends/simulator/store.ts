import { rename, rm } from 'node:fs/promises';
import { UnderstudyError } from '../../errors.js';
import { ChangeLog, readChangeLog } from './change-log.js';
import { badFile, readDocument, worldsDocument, writeDocument } from './data-file.js';
import { lockFile } from './file-lock.js';
import type { World } from './world.js';
import type { Worlds } from './worlds.js';

/** A log that has grown beyond this is worked into the document. */
const LONGEST_LOG = 256 * 1024 * 1024;

export interface StoreOptions {
  /** Told of what was found and mended, and of what could not be done. */
  readonly notice: (message: string) => void;
  readonly longestLog?: number;
}

/**
 * Keeps the worlds in `--data`: the readable document at rest, and beside it, in `FILE.log`, what has changed since.
 * At every start and stop the log is worked into the document. What was acknowledged is in one of the two.
 */
export class Store {
  /** Worlds that the log holds as a whole, or the document does. */
  readonly #known = new WeakSet<World>();
  #compacting: Promise<void> | undefined;
  /** A log that could not be worked in is let grow to twice its size before that is tried again. */
  #longestLog: number;

  private constructor(
    readonly file: string,
    readonly worlds: Worlds,
    private generation: number,
    private log: ChangeLog,
    readonly unlock: () => void,
    readonly options: StoreOptions,
  ) {
    this.#longestLog = options.longestLog ?? LONGEST_LOG;
  }

  /**
   * Reads what is there into `worlds`, and begins a new log.
   * @throws UnderstudyError when the file is damaged (it is left as it is), in use or not to be written
   */
  static async open(file: string, worlds: Worlds, options: StoreOptions): Promise<Store> {
    const unlock = lockDataFile(file);
    try {
      const { generation, worlds: documents } = readDocument(file);
      const log = await readLog(file);
      for (const document of documents) worlds.restore(document);
      // A log of another generation was worked in already: the stop came between the two steps.
      for (const entry of log?.generation === generation ? log.entries : []) {
        if ('world' in entry) worlds.restore(entry.world);
        else worlds.get(entry.account).world.applyChanges(entry);
      }
      if (log?.torn === true) options.notice(`${logOf(file)}: the last line was torn by a crash; it has been dropped`);
      const next = generation + 1;
      const store = new Store(file, worlds, next, await begin(file, worlds, next), unlock, options);
      for (const { world } of worlds.all()) store.#watch(world);
      return store;
    } catch (error) {
      unlock();
      throw error instanceof UnderstudyError ? error : unwritable(file, error);
    }
  }

  /** Resolves once everything that has changed by now, in one world or in all, is in the files. @throws UnderstudyError when it cannot be */
  async save(only?: World): Promise<void> {
    await this.#compacting?.catch(() => undefined);
    if (only === undefined) for (const { world } of this.worlds.all()) this.#note(world);
    else this.#note(only);
    try {
      await this.log.flush();
    } catch (cause) {
      throw notSaved(cause);
    }
    if (this.log.size > this.#longestLog) await this.#compact().catch((cause: unknown) => this.#putOff(cause));
  }

  /** Works the log into the document and lets the file go. */
  async close(): Promise<void> {
    try {
      await this.save();
      await this.#compact().catch((cause: unknown) => this.#putOff(cause));
    } finally {
      await this.log.close();
      this.unlock();
    }
  }

  /** What changes meanwhile waits in the worlds; what is then in both document and log does no harm there. */
  #compact(): Promise<void> {
    this.#compacting ??= (async () => {
      const next = this.generation + 1;
      const old = this.log;
      this.log = await begin(this.file, this.worlds, next);
      this.generation = next;
      // What is still on its way into it is in the document.
      await old.flush().catch(() => undefined);
      await old.close();
    })().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  /** Nothing is lost by it: the log goes on. */
  #putOff(cause: unknown): void {
    this.#longestLog = this.log.size * 2;
    this.options.notice(
      `${this.file} could not be written anew (${(cause as Error).message}): its log has what it lacks`,
    );
  }

  /** A world that was begun, restored or imported goes into the log as a whole; from then on its changes do. */
  #note(world: World): void {
    if (this.#known.has(world)) {
      const entry = world.takeChanges();
      if (entry !== undefined) this.log.add(entry);
    } else {
      this.#watch(world);
      this.log.add({ world: world.toDocument() });
    }
  }

  #watch(world: World): void {
    world.recordChanges();
    this.#known.add(world);
  }
}

/**
 * Writes the document, and beside it the log that goes on from it. The log is made aside first: once the document names a
 * new generation, nothing may fail that changes need to be kept.
 */
async function begin(file: string, worlds: Worlds, generation: number): Promise<ChangeLog> {
  const aside = `${logOf(file)}.next`;
  const log = await ChangeLog.create(aside, generation);
  try {
    await writeDocument(file, worldsDocument(documentsOf(worlds), generation));
    await rename(aside, logOf(file));
    return log;
  } catch (error) {
    await log.close();
    await rm(aside, { force: true });
    throw error;
  }
}

const logOf = (file: string): string => `${file}.log`;
const documentsOf = (worlds: Worlds) => worlds.all().map(({ world }) => world.toDocument());

async function readLog(file: string) {
  try {
    return await readChangeLog(logOf(file));
  } catch (cause) {
    throw badFile(logOf(file), (cause as Error).message, cause);
  }
}

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
    `The data file ${file} cannot be written: ${(cause as Error).message}. Make its folder and the right to write there, ` +
      'or name another file with --data.',
    { cause },
  );
}

function notSaved(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `The change could not be written to the data file (${(cause as Error).message}). ` +
      "It is in memory and is tried again with the next write; check the disk and the file's rights.",
    { cause },
  );
}
