import { readChangeLog } from './change-log-reader.js';
import { CHUNK_SIZE, joinToChunks } from '../../../util/chunks.js';
import { modeOf, writeAll, type FileSystem, type OpenFile } from './file-system.js';
import { encodeHeader, encodeLine } from './log-line.js';
import { jsonLines, lineCountOf } from './log-content.js';
import type { ChangeSink, SinkLine } from './world-store.js';
import type { WorldContent } from '../kernel/world-content.js';
import { jsonText } from '../../../util/json-text.js';

/** Something to write. A world is serialized when it is written. */
interface Pending {
  readonly content: string | WorldContent;
  /** Takes the change back in memory. */
  readonly undo?: () => void;
}

export interface ChangeLogOptions {
  readonly files: FileSystem;
  /** Whether `flush` syncs what it has written. */
  readonly syncsAlways: boolean;
  /** Rejects if this file is no longer where a start would look for it. Runs beside each write. */
  readonly checkPlace: (id: string) => Promise<void>;
  /** Called when a write failed, before anything else runs. Takes everything back that has not been written. */
  readonly onFailure: (cause: unknown) => void;
}

/** What is in a log already. */
interface Contents {
  readonly generation: number;
  /** Size of the complete lines, in bytes. */
  readonly end: number;
  /** Number of complete lines. */
  readonly lines: number;
}

/**
 * An append-only file of changes, so that the cost of a write depends on the change and not on the size of the world. Lines
 * added while a write is running are written together in the next one, and synced together.
 *
 * What could not be written is taken back: it is in the file neither now nor after a restart.
 */
export class ChangeLog implements ChangeSink {
  /** Generation of the document that this log continues. */
  readonly generation: number;
  readonly takesCopies = true;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #previous: ChangeLog | undefined;
  /** Size of the complete lines, in bytes, and their number. */
  #end: number;
  #lines: number;
  /** How many lines are on disk for certain. */
  #synced: number;
  /** Whether a failed write may have left bytes after the complete lines. */
  #hasRest = false;
  /** Counts the failures, so that code that waits for a write notices one in between. */
  #failures = 0;
  #failure: unknown;
  #hasChanges = false;
  #isSuspect = false;

  private constructor(
    readonly file: OpenFile,
    /** Identifies the file, whatever its name is. */
    readonly id: string,
    { generation, end, lines }: Contents,
    readonly options: ChangeLogOptions,
  ) {
    this.generation = generation;
    this.#end = end;
    this.#lines = this.#synced = lines;
  }

  /** Creates an empty log that continues the document of the given generation. */
  static async create(path: string, generation: number, options: ChangeLogOptions): Promise<ChangeLog> {
    const { files } = options;
    const file = await files.open(path, 'w', await modeOf(files, path));
    try {
      const header = Buffer.from(encodeHeader({ generation }));
      await writeAll(file, header, 0);
      await file.sync();
      await files.syncFolderOf(path);
      const { id } = await file.status();
      return new ChangeLog(file, id, { generation, end: header.length, lines: 1 }, options);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  /** Opens an existing log to append after its last complete line. What follows that line is removed. */
  static async reopen(path: string, at: Contents, options: ChangeLogOptions): Promise<ChangeLog> {
    const file = await options.files.open(path, 'r+');
    try {
      const { id } = await file.status();
      // In any case: an earlier process may have removed what follows, but failed to sync that.
      await file.truncate(at.end);
      // The next line says that all earlier ones are on disk.
      await file.sync();
      return new ChangeLog(file, id, at, options);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#end;
  }

  /** Whether changes were added since this log was created or opened. */
  get hasChanges(): boolean {
    return this.#hasChanges;
  }

  /** The number of lines, with those that are still to be written. */
  get lineCount(): number {
    return this.#pending.reduce((sum, { content }) => sum + lineCountOf(content), this.#lines);
  }

  /** Whether everything in the file is on disk. */
  get isSynced(): boolean {
    return this.#synced === this.#lines;
  }

  /** @param undo takes the changes back if they cannot be written */
  add(line: SinkLine, undo?: () => void): void {
    this.#pending.push({ content: jsonText(line as never), ...(undo && { undo }) });
  }

  addWorld(world: WorldContent, undo: () => void): void {
    this.#pending.push({ content: world, undo });
  }

  /** Continues another log: nothing is written here until everything in the other one is on disk. */
  follow(previous: ChangeLog): void {
    this.#previous = previous;
  }

  /** Closes the log that this one follows, once the document contains everything in it. */
  async closePrevious(): Promise<void> {
    const previous = this.#previous;
    this.#previous = undefined;
    await previous?.close().catch(() => undefined);
  }

  /** Resolves once everything that was added before this call is in the file. */
  flush(): Promise<void> {
    // Check `#next` first: it starts shortly after `#running` ends, and a third write must not start in between.
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return (this.#running = this.#write());
    const failures = this.#failures;
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        // What this flush waits for was taken back with the failed write.
        if (this.#failures !== failures) throw this.#failure;
        this.#next = undefined;
        return (this.#running = this.#write());
      });
    return this.#next;
  }

  /** Puts everything in the file on disk. */
  async sync(): Promise<void> {
    await this.#previous?.sync();
    const lines = this.#lines;
    if (this.#synced >= lines) return;
    await this.#syncFile();
    this.#synced = Math.max(this.#synced, lines);
  }

  async #syncFile(): Promise<void> {
    try {
      await this.file.sync();
    } catch (error) {
      this.#isSuspect = true;
      throw error;
    }
    // One that ran at the same time may have failed, after which this one proves nothing.
    if (this.#isSuspect) throw new Error('an earlier sync failed');
  }

  /** Puts everything on disk, and nothing else. */
  private async finish(): Promise<void> {
    await this.flush();
    await this.#removeRest();
    await this.sync();
  }

  /** Takes back everything that has not been written completely, the latest change first. */
  takeBack(cause: unknown): void {
    this.#failures += 1;
    this.#failure = cause;
    this.#next = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (const { undo } of pending.toReversed()) undo?.();
    this.#previous?.takeBack(cause);
  }

  /** Removes what a failed write left behind, and checks that there is room for some bytes. */
  async checkRoom(bytes: number): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.options.checkPlace(this.id);
    await this.#removeRest();
    this.#hasRest = true;
    await writeAll(this.file, Buffer.alloc(bytes), this.#end);
    await this.#removeRest();
  }

  /**
   * Makes the file certain after a failed sync. The system may take what it could not write for written from then on, so a
   * later sync proves nothing, unless everything is written again.
   */
  async writeAgain(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#previous?.writeAgain();
    if (!this.#isSuspect) return;
    await this.#removeRest();
    // It may have dropped its copy as well.
    const { end, tear } = await readChangeLog(this.file.read(CHUNK_SIZE), () => undefined);
    if (end !== this.#end || tear !== undefined) throw new Error('the log has changed on the disk');
    let position = 0;
    for await (const chunk of this.file.read(CHUNK_SIZE)) {
      await writeAll(this.file, chunk, position);
      position += chunk.length;
    }
    this.#isSuspect = false;
    await this.#syncFile();
    this.#hasRest = false;
    this.#synced = this.#lines;
  }

  async #removeRest(): Promise<void> {
    if (!this.#hasRest) return;
    await this.file.truncate(this.#end);
    // `writeAgain` syncs it. If that fails, the rest must be removed again.
    if (this.#isSuspect) return;
    // Otherwise, a power loss might leave a mixture of what was there and of what comes next.
    await this.#syncFile();
    this.#hasRest = false;
  }

  async #write(): Promise<void> {
    const failures = this.#failures;
    // They stay in the list until they are written, so that a failure anywhere takes them back in the right order.
    const pending = this.#pending.slice();
    try {
      if (pending.length > 0) await this.#writeLines(pending, failures);
    } catch (error) {
      if (this.#failures === failures) this.options.onFailure(error);
      // After a crash, lines that are complete would be read.
      await this.#removeRest().catch(() => undefined);
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  async #writeLines(pending: readonly Pending[], failures: number): Promise<void> {
    const { checkPlace, syncsAlways } = this.options;
    await this.#previous?.finish();
    await this.#removeRest();
    const isInPlace = checkPlace(this.id);
    // It is awaited below, unless the write fails first.
    isInPlace.catch(() => undefined);
    this.#hasRest = true;
    let end = this.#end;
    let lines = this.#lines;
    const encode = (json: string) => encodeLine({ number: lines++, synced: this.#synced, json }, this.generation);
    for (const text of joinToChunks(encodeEach(pending, encode))) {
      const bytes = Buffer.from(text);
      await writeAll(this.file, bytes, end);
      end += bytes.length;
    }
    if (syncsAlways) await this.#syncFile();
    await isInPlace;
    if (this.#failures !== failures) throw this.#failure;
    this.#pending.splice(0, pending.length);
    this.#hasRest = false;
    this.#end = end;
    this.#lines = lines;
    this.#hasChanges ||= pending.some(({ undo }) => undo !== undefined);
    if (syncsAlways) this.#synced = lines;
  }

  async close(): Promise<void> {
    await this.#previous?.close();
    await this.file.close();
  }
}

function* encodeEach(pending: readonly Pending[], encode: (json: string) => string): Generator<string> {
  for (const { content } of pending) for (const json of jsonLines(content)) yield encode(json);
}
