import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';

/** Characters or bytes to process at a time: a few milliseconds of work, between which requests are served. */
export const CHUNK_SIZE = 128 * 1024;

/** Data files contain private messages, so only their owner may read them. */
const OWNER_ONLY = 0o600;

/** The permissions of an existing file, which its owner may have chosen, or the default for a new one. */
export async function modeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch {
    return OWNER_ONLY;
  }
}

/** Joins pieces of text to chunks of at least `size` characters, so that no string exceeds the maximum length. */
export function* joinToChunks(pieces: Iterable<string>, size = CHUNK_SIZE): Generator<string> {
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
 * A lowdb adapter for JSON files of any size. lowdb's own adapter builds one string, which is limited to about 512 MB.
 * Writes go to a temporary file that is then renamed, so that the file is always complete.
 */
export class StreamedJsonFile<T> implements Adapter<T> {
  constructor(
    readonly file: string,
    /** Serializes the document in pieces. */
    readonly serialize: (document: T) => Iterable<string>,
    readonly chunkSize = CHUNK_SIZE,
  ) {}

  /** Accepts any JSON layout. @throws SyntaxError for invalid JSON, TypeError for invalid UTF-8 */
  async read(): Promise<T> {
    // Loaded on demand, because most starts have no file to read.
    const { parseChunked } = await import('@discoveryjs/json-ext');
    return (await parseChunked(this.#readChunks())) as T;
  }

  async *#readChunks(): AsyncGenerator<string> {
    // `fatal` refuses damaged characters instead of replacing them.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const bytes of createReadStream(this.file, { highWaterMark: this.chunkSize })) {
      yield decoder.decode(bytes as Buffer, { stream: true });
    }
    yield decoder.decode();
  }

  async write(document: T): Promise<void> {
    const temporary = join(dirname(this.file), `.${basename(this.file)}.tmp`);
    const mode = await modeOf(this.file);
    const handle = await open(temporary, 'w', mode);
    try {
      // `open` applies the umask to the mode; permissions that the owner chose must not change.
      await handle.chmod(mode);
      for (const text of joinToChunks(this.serialize(document), this.chunkSize)) await handle.writeFile(text);
      // The rename removes the previous content, so the new content must be on disk before it.
      await handle.sync();
      await handle.close();
      await rename(temporary, this.file);
    } catch (error) {
      await handle.close();
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
