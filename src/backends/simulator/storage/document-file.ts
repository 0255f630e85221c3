/**
 * The JSON document of a data file. It has one line per record, so that people and `grep` can read it, and it ends with a
 * line that counts what is in it and has the SHA-256 of everything before.
 */
import { createHash } from 'node:crypto';
import type { Adapter } from 'lowdb';
import { CHUNK_SIZE, joinToChunks } from '../../../util/chunks.js';
import { decodeChunks, parseLargeJson } from '../../../util/large-json.js';
import { DocumentLines, OtherLayout } from './document-lines.js';
import { replaceFile, writeAll, type FileSystem } from './file-system.js';
import type { WorldContent } from '../kernel/world-content.js';

interface DocumentContent {
  readonly worlds: readonly WorldContent[];
}

/** What the last line says. */
interface Seal {
  readonly worlds: number;
  readonly records: number;
  readonly sha256: string;
}

/** The last property with everything after it. Nothing may differ, not even white space. */
const sealLine = (seal: Seal): string => `  "end": ${JSON.stringify(seal)}\n}\n`;
const SEAL_PATTERN = /(?<=,\n) {2}"end": \{[^\n]*\}\n\}\n$/;
/** More bytes than such a line has. */
const MAX_SEAL_BYTES = 512;

/**
 * How many bytes are written before the disk must have them. If all of a large document reached it at once, everything else that
 * waits for it, such as the log, would wait for most of a second.
 */
const SYNC_BYTES = 4 * 1024 * 1024;

interface ReadContent<T> {
  readonly document: T;
  /** Of everything before the seal; undefined if there is none. */
  readonly checksum: string | undefined;
}

export interface DocumentOptions {
  readonly chunkSize?: number | undefined;
  /** Called when the new document is complete, just before it takes the place of the old one. */
  readonly beforeRename?: ((written: WrittenDocument) => Promise<void>) | undefined;
}

interface WrittenDocument {
  readonly checksum: string;
  /** Identifies the file. */
  readonly id: string;
}

/** Reads and writes a document of any size. lowdb's own adapter builds one string, which is limited to about 512 MB. */
export class DocumentFile<T extends DocumentContent> implements Adapter<T> {
  /** The checksum of what was read or written last; undefined for a document that does not end with one. */
  checksum: string | undefined;

  constructor(
    readonly files: FileSystem,
    readonly path: string,
    readonly options: DocumentOptions = {},
  ) {}

  /**
   * Accepts a document without checksum in any JSON layout: an export, or a file of an earlier version.
   * @throws Error for invalid JSON or UTF-8, and if the last line does not match
   */
  async read(): Promise<T> {
    const sealed = await this.#findSeal();
    const { document, checksum } =
      (sealed && (await this.#readLines(sealed.offset))) ?? (await this.#readAny(sealed?.offset));
    this.checksum = checksum;
    const expected = sealed && sealLine({ ...countsOf(document), sha256: this.checksum ?? '' });
    if (expected !== sealed?.line) throw new Error('its contents do not match the checksum in its last line');
    return document;
  }

  /** Undefined if the lines are not those that `write` writes. */
  async #readLines(end: number): Promise<ReadContent<T> | undefined> {
    const hash = createHash('sha256');
    try {
      const document = (await DocumentLines.read(this.#readBytes((part) => hash.update(part), end))) as T;
      return { document, checksum: hash.digest('hex') };
    } catch (error) {
      if (error instanceof OtherLayout || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** @param end where the last line begins, if it is a seal */
  async #readAny(end?: number): Promise<ReadContent<T>> {
    const hash = createHash('sha256');
    const bytes = this.#readBytes((part) => hash.update(part), end ?? 0);
    const document = (await parseLargeJson(decodeChunks(bytes))) as T;
    return { document, checksum: end === undefined ? undefined : hash.digest('hex') };
  }

  async #findSeal(): Promise<{ readonly line: string; readonly offset: number } | undefined> {
    const { size = 0 } = (await this.files.status(this.path)) ?? {};
    const start = Math.max(0, size - MAX_SEAL_BYTES);
    const chunks: Buffer[] = [];
    for await (const chunk of this.files.read(this.path, MAX_SEAL_BYTES, start)) chunks.push(chunk);
    // One character per byte, for the offset.
    const [line] = SEAL_PATTERN.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
    return line === undefined ? undefined : { line, offset: size - line.length };
  }

  /** @param update receives the bytes before `end` */
  async *#readBytes(update: (bytes: Buffer) => void, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for await (const bytes of this.files.read(this.path, this.options.chunkSize ?? CHUNK_SIZE)) {
      if (offset < end) update(bytes.subarray(0, end - offset));
      offset += bytes.length;
      yield bytes;
    }
  }

  async write(document: T): Promise<void> {
    const hash = createHash('sha256');
    let checksum = '';
    let id = '';
    await replaceFile(
      this.files,
      this.path,
      async (file) => {
        let [end, synced] = [0, 0];
        const write = async (text: string): Promise<void> => {
          const bytes = Buffer.from(text);
          hash.update(bytes);
          await writeAll(file, bytes, end);
          end += bytes.length;
          if (end - synced < SYNC_BYTES) return;
          await file.sync();
          synced = end;
        };
        for (const text of joinToChunks(serialize(document), this.options.chunkSize)) await write(text);
        checksum = hash.copy().digest('hex');
        await write(sealLine({ ...countsOf(document), sha256: checksum }));
        ({ id } = await file.status());
      },
      async () => {
        await this.options.beforeRename?.({ checksum, id });
      },
    );
    this.checksum = checksum;
  }
}

/** What a document says about itself in its last line. */
export function countsOf({ worlds }: Partial<DocumentContent>): Omit<Seal, 'sha256'> {
  if (!Array.isArray(worlds)) return { worlds: 0, records: 0 };
  let records = 0;
  for (const world of worlds as readonly Partial<WorldContent>[]) {
    for (const list of Object.values(world?.records ?? {})) records += list?.length ?? 0;
  }
  return { worlds: worlds.length, records };
}

/** Serializes a document in pieces, up to the comma before its last line. */
function* serialize({ worlds, ...head }: DocumentContent): Generator<string> {
  yield `{\n${fields(head, '  ')}  "worlds": [`;
  for (const [i, { records, ...world }] of worlds.entries()) {
    yield `${i === 0 ? '' : ','}\n    {\n${fields(world, '      ')}      "records": {`;
    for (const [j, [name, list]] of Object.entries(records).entries()) {
      yield `${j === 0 ? '' : ','}\n        ${JSON.stringify(name)}: [`;
      let separator = '';
      for (const record of list) {
        yield `${separator}\n          ${JSON.stringify(record)}`;
        separator = ',';
      }
      yield list.length === 0 ? ']' : '\n        ]';
    }
    yield '\n      }\n    }';
  }
  yield worlds.length === 0 ? '],\n' : '\n  ],\n';
}

function fields(object: object, indent: string): string {
  return Object.entries(object)
    .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
    .join('');
}
