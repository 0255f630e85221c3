import { UnderstudyError } from '../../errors.js';
import { ChangeLog, readChangeLog } from './change-log.js';
import { badFile, readDocument, worldsDocument, writeDocument } from './data-file.js';
import { lockFile } from './file-lock.js';
import type { World } from './world.js';
import type { Worlds } from './worlds.js';

/** A log that has grown beyond this is worked into the document. */
const LONGEST_LOG = 256 * 1024 * 1024;

/**
 * Keeps the worlds in `--data`: the readable document at rest, and beside it, in `FILE.log`, what has changed since.
 * At every start and stop the log is worked into the document. What was acknowledged is in one of the two.
 */
export class Store {
  /** Worlds that the log holds as a whole, or the document does. */
  readonly #known = new WeakSet<World>();
  #compacting: Promise<void> | undefined;

  private constructor(
    readonly file: string,
    readonly worlds: Worlds,
    private generation: number,
    private log: ChangeLog,
    readonly unlock: () => void,
  ) {}

  /**
   * Reads what is there into `worlds`, and begins a new log.
   * @param notice told of what was found and mended
   * @throws UnderstudyError when the file is damaged (it is left as it is) or in use
   */
  static async open(file: string, worlds: Worlds, notice: (message: string) => void): Promise<Store> {
    const unlock = lockFile(file);
    try {
      const { generation, worlds: documents } = readDocument(file);
      const log = await readLog(file);
      for (const document of documents) worlds.restore(document);
      // A log of another generation was worked in already: the stop came between the two steps.
      for (const entry of log?.generation === generation ? log.entries : []) {
        if ('world' in entry) worlds.restore(entry.world);
        else worlds.get(entry.account).world.applyChanges(entry);
      }
      if (log?.torn === true) notice(`${logOf(file)}: the last line was torn by a crash; it has been dropped`);
      const next = generation + 1;
      await writeDocument(file, worldsDocument(documentsOf(worlds), next));
      const store = new Store(file, worlds, next, await ChangeLog.create(logOf(file), next), unlock);
      for (const { world } of worlds.all()) store.#watch(world);
      return store;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Resolves once everything that has changed by now, in one world or in all, is in the files. @throws UnderstudyError when it cannot be */
  async save(only?: World): Promise<void> {
    await this.#compacting;
    if (only === undefined) for (const { world } of this.worlds.all()) this.#note(world);
    else this.#note(only);
    try {
      await this.log.flush();
    } catch (cause) {
      throw notSaved(cause);
    }
    if (this.log.size > LONGEST_LOG) await this.#compact();
  }

  /** Works the log into the document and lets the file go. */
  async close(): Promise<void> {
    try {
      await this.save();
      await this.#compact();
    } finally {
      await this.log.close();
      this.unlock();
    }
  }

  /** What changes meanwhile waits in the worlds; what is then in both document and log does no harm there. */
  #compact(): Promise<void> {
    this.#compacting ??= (async () => {
      const next = this.generation + 1;
      await writeDocument(this.file, worldsDocument(documentsOf(this.worlds), next));
      const old = this.log;
      // The new log takes the old one's place on disk: a write still on its way would land in it. The document has it all.
      await old.flush().catch(() => undefined);
      this.log = await ChangeLog.create(logOf(this.file), next);
      this.generation = next;
      await old.close();
    })().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
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

const logOf = (file: string): string => `${file}.log`;
const documentsOf = (worlds: Worlds) => worlds.all().map(({ world }) => world.toDocument());

async function readLog(file: string) {
  try {
    return await readChangeLog(logOf(file));
  } catch (cause) {
    throw badFile(logOf(file), (cause as Error).message, cause);
  }
}

function notSaved(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `The change could not be written to the data file (${(cause as Error).message}). ` +
      "It is in memory and is tried again with the next write; check the disk and the file's rights.",
    { cause },
  );
}
