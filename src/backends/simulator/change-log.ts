import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { WorldChanges, WorldDocument } from './world.js';

/** One line of a change log: what one call changed in a world, whole or not there at all. */
export type LogEntry =
  | WorldChanges
  /** A world that was put in place of another, or begun. */
  | { readonly world: WorldDocument };

/**
 * An append-only file of changes, a line of JSON each. Lines that come together are written together, so that an
 * acknowledged write costs what it changes. A line that could not be written is tried again with the next one.
 */
export class ChangeLog {
  #waiting: string[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** Up to here the file holds whole lines; what a failed write left behind it is written over. */
  #end = 0;

  private constructor(readonly handle: FileHandle) {}

  /** Begins an empty log that goes on from a document's generation. */
  static async create(file: string, generation: number): Promise<ChangeLog> {
    const log = new ChangeLog(await open(file, 'w+', 0o600));
    log.#waiting.push(`${JSON.stringify({ generation })}\n`);
    await log.flush();
    return log;
  }

  /** How many bytes are in the file. */
  get size(): number {
    return this.#end;
  }

  add(entry: LogEntry): void {
    this.#waiting.push(`${JSON.stringify(entry)}\n`);
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
    const lines = this.#waiting;
    this.#waiting = [];
    try {
      const bytes = Buffer.from(lines.join(''));
      let written = 0;
      while (written < bytes.length) {
        const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, this.#end + written);
        written += bytesWritten;
      }
      this.#end += bytes.length;
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting];
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** What a log holds. */
export interface LogContents {
  readonly generation: number;
  readonly entries: readonly LogEntry[];
  /** Whether the last line was torn by a crash, and dropped. */
  readonly torn: boolean;
}

/** Reads a change log; `undefined` when there is none. @throws when a line before the last is no JSON */
export async function readChangeLog(file: string): Promise<LogContents | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  // What stands behind the last line feed was never acknowledged.
  const torn = lines.pop() !== '';
  const [head, ...rest] = lines;
  if (head === undefined) return { generation: -1, entries: [], torn };
  const { generation } = JSON.parse(head) as { generation: number };
  return { generation, entries: rest.map((line) => JSON.parse(line) as LogEntry), torn };
}
