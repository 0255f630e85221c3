import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';

/** How much text is made or read at a time: some milliseconds of work, between which requests get their turn. */
export const CHUNK = 128 * 1024;

/** What a person's own messages are in is not for others to read. */
const PRIVATE = 0o600;

/** The rights of a file that is there, which somebody may have chosen; a new one is its owner's alone. */
export async function modeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch {
    return PRIVATE;
  }
}

/** Joins pieces of text to chunks of at least `size` characters, so that no text grows beyond what a string can hold. */
export function* gathered(pieces: Iterable<string>, size = CHUNK): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < size) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/**
 * A JSON file of any size, for lowdb: its own adapter makes one string of the whole, and a string ends at half a gigabyte.
 * It is written aside and renamed, so that the file is never half written.
 */
export class StreamedJsonFile<T> implements Adapter<T> {
  constructor(
    readonly file: string,
    /** The pieces of a document's text. */
    readonly textOf: (document: T) => Iterable<string>,
    readonly chunk = CHUNK,
  ) {}

  /** How the document is laid out does not matter. @throws SyntaxError when it is no JSON; TypeError when it is no UTF-8 */
  async read(): Promise<T> {
    // Loaded only where there is a file to read: most starts have none.
    const { parseChunked } = await import('@discoveryjs/json-ext');
    return (await parseChunked(this.#read())) as T;
  }

  async *#read(): AsyncGenerator<string> {
    // It would take a damaged character for another one without this.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const bytes of createReadStream(this.file, { highWaterMark: this.chunk })) {
      yield decoder.decode(bytes as Buffer, { stream: true });
    }
    yield decoder.decode();
  }

  async write(document: T): Promise<void> {
    const aside = join(dirname(this.file), `.${basename(this.file)}.tmp`);
    const mode = await modeOf(this.file);
    const handle = await open(aside, 'w', mode);
    try {
      // What is new is subject to the process's mask; what somebody chose is not.
      await handle.chmod(mode);
      for (const text of gathered(this.textOf(document), this.chunk)) await handle.writeFile(text);
      // What it takes the place of is gone with the rename, also when the machine stops a moment later.
      await handle.sync();
      await handle.close();
      await rename(aside, this.file);
    } catch (error) {
      await handle.close();
      await rm(aside, { force: true });
      throw error;
    }
  }
}
