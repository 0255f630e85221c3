import { rename, rm, stat } from 'node:fs/promises';
import { UnderstudyError } from '../../../core/errors.js';
import { readChangeLog, type LogEntry } from './change-log-reader.js';
import { ChangeLog } from './change-log.js';
import { badFile, readDocument, worldsDocument, writeDocument } from './data-file.js';
import { lockFile } from './file-lock.js';
import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';

/** A log that has grown beyond this, and beyond the document, is worked into it: what that costs is then never much of the whole. */
const LONGEST_LOG = 256 * 1024 * 1024;

export interface StoreOptions {
  /** Told of what was found and mended, and of what could not be done. */
  readonly notice: (message: string) => void;
  readonly longestLog?: number;
}

/**
 * Keeps the worlds in `--data`: the readable document at rest, and beside it, in `FILE.log`, what has changed since.
 * What was acknowledged is in one of the two. The log is worked into the document when it has grown long, at the stop, and
 * after a crash. Writes go on meanwhile, into a new log in `FILE.log.next`, which goes on from the old one and takes its
 * place once the document is there. What is then in both document and log does no harm there.
 */
export class Store {
  /** Worlds that the log holds as a whole, or the document does. */
  readonly #known = new WeakSet<World>();
  readonly #shortest: number;
  #compacting: Promise<void> | undefined;
  /** The size of the log at which it is worked in. */
  #due: number;

  private constructor(
    readonly file: string,
    readonly worlds: Worlds,
    private log: ChangeLog,
    /** Whether the log is in its place, and the document is what it goes on from. */
    private isSettled: boolean,
    readonly unlock: () => void,
    readonly options: StoreOptions,
  ) {
    this.#shortest = this.#due = options.longestLog ?? LONGEST_LOG;
  }

  /**
   * Reads what is there into `worlds`.
   * @throws UnderstudyError when the file is damaged (it is left as it is), in use or not to be written
   */
  static async open(file: string, worlds: Worlds, options: StoreOptions): Promise<Store> {
    const unlock = lockDataFile(file);
    try {
      const { log, isSettled, isNew, isBehind } = await read(file, worlds, options);
      const store = new Store(file, worlds, log, isSettled, unlock, options);
      if (isNew) await store.#begin();
      for (const { world } of worlds.all()) store.#watch(world);
      if (isBehind) store.#compactSoon();
      return store;
    } catch (error) {
      unlock();
      throw error instanceof UnderstudyError ? error : unwritable(file, error);
    }
  }

  /** Resolves once everything that has changed by now, in one world or in all, is in the files. @throws UnderstudyError when it cannot be */
  async save(only?: World): Promise<void> {
    if (only === undefined) this.#noteAll();
    else this.#note(only);
    try {
      await this.log.flush();
    } catch (cause) {
      throw notSaved(cause);
    }
    if (this.log.size > this.#due) this.#compactSoon();
  }

  /** Works the log into the document and lets the file go. */
  async close(): Promise<void> {
    try {
      await this.save();
      await this.#compacting?.catch(() => undefined);
      if (!this.isSettled || !this.log.isEmpty) await this.#compact().catch((cause: unknown) => this.#putOff(cause));
    } finally {
      await this.#compacting?.catch(() => undefined);
      await this.log.close();
      this.unlock();
    }
  }

  async #begin(): Promise<void> {
    try {
      await this.#compact();
    } catch (error) {
      await this.log.close();
      await rm(nextOf(this.file), { force: true });
      throw error;
    }
  }

  #compact(): Promise<void> {
    this.#compacting ??= this.#workIn().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  /** Nobody waits for it. */
  #compactSoon(): void {
    if (this.#compacting === undefined) this.#compact().catch((cause: unknown) => this.#putOff(cause));
  }

  async #workIn(): Promise<void> {
    if (this.isSettled) await this.#beginLog();
    // Records never change in place, so this is how everything stands now, however long it takes to write.
    const document = worldsDocument(
      this.worlds.all().map(({ world }) => world.toDocument()),
      this.log.generation,
    );
    await writeDocument(this.file, document);
    await this.log.standAlone();
    await rename(nextOf(this.file), logOf(this.file));
    this.isSettled = true;
    this.#due = Math.max(this.#shortest, (await stat(this.file)).size);
  }

  async #beginLog(): Promise<void> {
    const next = await ChangeLog.create(nextOf(this.file), this.log.generation + 1);
    // Whatever happens from here on is in the new log, so what happened before it must be in the old one.
    this.#noteAll();
    next.follow(this.log);
    this.log = next;
    this.isSettled = false;
  }

  /** Nothing is lost by it: the log goes on, and is let grow before this is tried again. */
  #putOff(cause: unknown): void {
    this.#due = this.#shortest + this.log.size * 2;
    this.options.notice(
      `${this.file} could not be written anew (${(cause as Error).message}): its log has what it lacks`,
    );
  }

  #noteAll(): void {
    for (const { world } of this.worlds.all()) this.#note(world);
  }

  /** A world that was begun, restored or imported goes into the log as a whole; from then on its changes do. */
  #note(world: World): void {
    if (this.#known.has(world)) {
      const changes = world.takeChanges();
      if (changes !== undefined) this.log.add(changes);
    } else {
      this.#watch(world);
      this.log.addWorld(world.toDocument());
    }
  }

  #watch(world: World): void {
    world.recordChanges();
    this.#known.add(world);
  }
}

interface Found {
  /** What to go on with. */
  readonly log: ChangeLog;
  readonly isSettled: boolean;
  /** Whether there is no document yet that the log goes on from. */
  readonly isNew: boolean;
  /** Whether the document lacks what is in a log. */
  readonly isBehind: boolean;
}

/** Reads the document and what goes on from it. A log of a generation before was worked in: a stop came before it went. */
async function read(file: string, worlds: Worlds, { notice }: StoreOptions): Promise<Found> {
  const { generation, worlds: documents } = await readDocument(file);
  for (const document of documents) worlds.restore(document);
  const readLog = async (path: string, of: number) => {
    const found = await replay(path, of, worlds);
    if (found?.torn === true) notice(`${path}: the last line was torn by a crash; it has been dropped`);
    return found;
  };
  const [log, next] = [logOf(file), nextOf(file)];
  const old = await readLog(log, generation);
  const latest = await readLog(next, old === undefined ? generation : generation + 1);
  const isBehind = (old?.entries ?? 0) + (latest?.entries ?? 0) > 0;
  if (old !== undefined && latest !== undefined) {
    return { log: await ChangeLog.reopen(next, generation + 1, latest.end), isSettled: false, isNew: false, isBehind };
  }
  if (latest !== undefined) await rename(next, log);
  const only = old ?? latest;
  return only === undefined
    ? { log: await ChangeLog.create(next, generation + 1), isSettled: false, isNew: true, isBehind }
    : { log: await ChangeLog.reopen(log, generation, only.end), isSettled: true, isNew: false, isBehind };
}

async function replay(log: string, generation: number, worlds: Worlds) {
  const apply = (entry: LogEntry): void => {
    if ('world' in entry) worlds.restore(entry.world);
    else worlds.repeat(entry);
  };
  try {
    return await readChangeLog(log, generation, apply);
  } catch (cause) {
    throw badFile(log, (cause as Error).message, cause);
  }
}

const logOf = (file: string): string => `${file}.log`;
/** Where a log is while the document that it goes on from is being written. */
const nextOf = (file: string): string => `${file}.log.next`;
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
