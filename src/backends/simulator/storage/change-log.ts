import { open, type FileHandle } from 'node:fs/promises';
import { gathered, modeOf } from './streamed-json.js';
import type { WorldChanges, WorldDocument } from '../kernel/world.js';

/**
 * What one line of a log says: what one call changed in a world, whole or not there at all; or a world that was begun or
 * put in place of another, with as many lines of `WorldPart` behind it.
 */
export type LogLine = WorldChanges | { readonly world: WorldDocument; readonly parts?: number } | WorldPart;

/** Some of a world's records of one kind. A world in one line could be longer than a string can be. */
export type WorldPart = readonly [table: string, records: WorldDocument['records'][string]];

/** How many records share a line. */
const PART = 100;

/**
 * An append-only file of changes, a line of JSON each. Lines that come together are written together, so that an
 * acknowledged write costs what it changes. A line that could not be written is tried again with the next one.
 */
export class ChangeLog {
  /** Lines, and worlds, of which the lines are made when they are written. */
  #waiting: (string | WorldDocument)[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #before: ChangeLog | undefined;

  private constructor(
    readonly handle: FileHandle,
    /** That of the document that it goes on from. */
    readonly generation: number,
    /** Up to here the file holds whole lines; what a failed write left behind it is written over. */
    private end: number,
  ) {}

  /** Begins an empty log that goes on from a document's generation. */
  static async create(file: string, generation: number): Promise<ChangeLog> {
    const handle = await open(file, 'w+', await modeOf(file));
    const log = new ChangeLog(handle, generation, 0);
    log.#waiting.push(headOf(generation));
    try {
      await log.flush();
      return log;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Goes on with a log that is there, behind its last whole line. */
  static async reopen(file: string, generation: number, end: number): Promise<ChangeLog> {
    const handle = await open(file, 'r+');
    await handle.truncate(end);
    return new ChangeLog(handle, generation, end);
  }

  /** How many bytes are in the file. */
  get size(): number {
    return this.end;
  }

  get isEmpty(): boolean {
    return this.end === headOf(this.generation).length;
  }

  add(changes: WorldChanges): void {
    this.#waiting.push(`${JSON.stringify(changes)}\n`);
  }

  addWorld(world: WorldDocument): void {
    this.#waiting.push(world);
  }

  /** Goes on from another log: nothing is written here before all of that one is in its file. */
  follow(before: ChangeLog): void {
    this.#before = before;
  }

  /** What the log before this one holds is now in the document. */
  async standAlone(): Promise<void> {
    const before = this.#before;
    this.#before = undefined;
    await before?.flush().catch(() => undefined);
    await before?.handle.close();
  }

  /** Resolves once everything that was added before the call is in the file. */
  flush(): Promise<void> {
    // First, since the next write begins a moment after the running one has ended: a third must not come between.
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
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#before !== undefined) await this.#before.flush();
      let { end } = this;
      for (const text of gathered(linesOf(waiting))) end = await this.#put(Buffer.from(text), end);
      this.end = end;
    } catch (error) {
      this.#waiting = [...waiting, ...this.#waiting];
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  async #put(bytes: Buffer, at: number): Promise<number> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, at + written);
      written += bytesWritten;
    }
    return at + bytes.length;
  }

  async close(): Promise<void> {
    await this.#before?.close();
    await this.handle.close();
  }
}

/** The first line of a log. */
function headOf(generation: number): string {
  return `${JSON.stringify({ generation })}\n`;
}

function* linesOf(waiting: readonly (string | WorldDocument)[]): Generator<string> {
  for (const each of waiting) {
    if (typeof each === 'string') yield each;
    else yield* worldLines(each);
  }
}

function* worldLines({ records, ...world }: WorldDocument): Generator<string> {
  const parts = Object.values(records).reduce((sum, list) => sum + Math.ceil(list.length / PART), 0);
  yield `${JSON.stringify({ world: { ...world, records: {} }, parts })}\n`;
  for (const [name, list] of Object.entries(records)) {
    for (let at = 0; at < list.length; at += PART) yield `${JSON.stringify([name, list.slice(at, at + PART)])}\n`;
  }
}
