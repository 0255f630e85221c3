import { open, type FileHandle } from 'node:fs/promises';
import { joinToChunks, modeOf } from './streamed-json.js';
import type { WorldChanges, WorldDocument } from '../kernel/world.js';

/**
 * One line of a change log: the changes of one call, which are applied completely or not at all; or a new or replaced
 * world, followed by `parts` lines with its records.
 */
export type LogLine = WorldChanges | { readonly world: WorldDocument; readonly parts?: number } | WorldPart;

/** Some records of one table of a world. A whole world in one line could exceed the maximum length of a string. */
type WorldPart = readonly [table: string, records: WorldDocument['records'][string]];

const RECORDS_PER_LINE = 100;

/**
 * An append-only file of changes, one line of JSON each, so that the cost of a write depends on the change and not on the
 * size of the world. Lines added while a write is running are written together in the next one. Lines whose write failed
 * are retried with the next write.
 */
export class ChangeLog {
  /** Lines to write, and worlds, which are serialized when they are written. */
  #pending: (string | WorldDocument)[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #previous: ChangeLog | undefined;

  private constructor(
    readonly handle: FileHandle,
    /** Generation of the document that this log continues. */
    readonly generation: number,
    /** Size of the complete lines, in bytes. The next write overwrites whatever a failed one left after them. */
    private end: number,
  ) {}

  /** Creates an empty log that continues the document of the given generation. */
  static async create(file: string, generation: number): Promise<ChangeLog> {
    const handle = await open(file, 'w+', await modeOf(file));
    const log = new ChangeLog(handle, generation, 0);
    log.#pending.push(headerOf(generation));
    try {
      await log.flush();
      return log;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Opens an existing log to append after its last complete line. */
  static async reopen(file: string, generation: number, end: number): Promise<ChangeLog> {
    const handle = await open(file, 'r+');
    await handle.truncate(end);
    return new ChangeLog(handle, generation, end);
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.end;
  }

  get isEmpty(): boolean {
    return this.end === headerOf(this.generation).length;
  }

  add(changes: WorldChanges): void {
    this.#pending.push(`${JSON.stringify(changes)}\n`);
  }

  addWorld(world: WorldDocument): void {
    this.#pending.push(world);
  }

  /** Continues another log: nothing is written here until everything in the other one is in its file. */
  follow(previous: ChangeLog): void {
    this.#previous = previous;
  }

  /** Closes the log that this one follows, once the document contains everything in it. */
  async closePrevious(): Promise<void> {
    const previous = this.#previous;
    this.#previous = undefined;
    await previous?.flush().catch(() => undefined);
    await previous?.handle.close();
  }

  /** Resolves once everything that was added before this call is in the file. */
  flush(): Promise<void> {
    // Check `#next` first: it starts shortly after `#running` ends, and a third write must not start in between.
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return (this.#running = this.#write());
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return (this.#running = this.#write());
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    try {
      if (this.#previous !== undefined) await this.#previous.flush();
      let { end } = this;
      for (const text of joinToChunks(serialize(pending))) end = await this.#writeAt(end, Buffer.from(text));
      this.end = end;
    } catch (error) {
      this.#pending = [...pending, ...this.#pending];
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  async #writeAt(position: number, bytes: Buffer): Promise<number> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
    return position + bytes.length;
  }

  async close(): Promise<void> {
    await this.#previous?.close();
    await this.handle.close();
  }
}

/** The first line of a log. */
function headerOf(generation: number): string {
  return `${JSON.stringify({ generation })}\n`;
}

function* serialize(pending: readonly (string | WorldDocument)[]): Generator<string> {
  for (const each of pending) {
    if (typeof each === 'string') yield each;
    else yield* worldLines(each);
  }
}

function* worldLines({ records, ...world }: WorldDocument): Generator<string> {
  const parts = Object.values(records).reduce((sum, list) => sum + Math.ceil(list.length / RECORDS_PER_LINE), 0);
  yield `${JSON.stringify({ world: { ...world, records: {} }, parts })}\n`;
  for (const [table, list] of Object.entries(records)) {
    for (let start = 0; start < list.length; start += RECORDS_PER_LINE) {
      yield `${JSON.stringify([table, list.slice(start, start + RECORDS_PER_LINE)])}\n`;
    }
  }
}
