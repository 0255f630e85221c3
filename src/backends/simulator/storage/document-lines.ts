/** Reads the lines that `DocumentFile` writes. This takes a third of the time that a parser for any layout takes. */
import { textOf } from './lines.js';
import { RepeatedTexts } from './repeated-texts.js';
import type { RecordBase } from '../kernel/collection.js';

const LINE_FEED = 10;

const LINES = {
  /** `"worlds"` is the last of the document's own fields, apart from `"end"`. */
  documentField: /^ {2}"(\w+)": (.+?),?$/,
  worlds: /^ {2}"worlds": \[(\],)?$/,
  world: /^ {4}\{$/,
  worldField: /^ {6}"(\w+)": (.+),$/,
  records: /^ {6}"records": \{$/,
  table: /^ {8}"(\w+)": \[(\],?)?$/,
  close: /^(?: {8}\],?| {6}\}| {4}\},?| {2}\],|\})$/,
};
const RECORD = '          {';
const END_OF_RECORDS = '\n        ]';

interface World {
  [field: string]: unknown;
  readonly records: Record<string, RecordBase[]>;
}

/** Thrown for a document with other lines. */
export class OtherLayout extends Error {
  constructor() {
    super('its lines are not those of a data file');
  }
}

/** @throws OtherLayout or SyntaxError */
export class DocumentLines {
  readonly #texts = new RepeatedTexts();
  readonly #document: Record<string, unknown> = {};
  readonly #worlds: World[] = [];
  #records: RecordBase[] | undefined;
  #table = '';
  #isComplete = false;

  static async read(chunks: AsyncIterable<Buffer>): Promise<unknown> {
    const lines = new DocumentLines();
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      if (end === 0) rest = Buffer.concat([rest, chunk]);
      else {
        lines.#add(textOf(Buffer.concat([rest, chunk.subarray(0, end)])));
        rest = Buffer.from(chunk.subarray(end));
      }
    }
    if (rest.length > 0 || !lines.#isComplete) throw new OtherLayout();
    return { ...lines.#document, worlds: lines.#worlds };
  }

  /** Adds complete lines. */
  #add(text = ''): void {
    if (text === '') throw new OtherLayout();
    for (let start = 0; start < text.length;) {
      if (this.#records !== undefined && text.startsWith(RECORD, start)) start = this.#addRecords(text, start);
      else {
        const end = text.indexOf('\n', start);
        this.#addLine(text.slice(start, end));
        start = end + 1;
      }
    }
  }

  /** Adds the records from `start` on together, and returns where the next line begins. */
  #addRecords(text: string, start: number): number {
    const last = text.indexOf(END_OF_RECORDS, start);
    const end = last === -1 ? text.length : last + 1;
    const withComma = text.charCodeAt(end - 2) === 44;
    const list = JSON.parse(`[${text.slice(start, end - (withComma ? 2 : 1))}]`) as RecordBase[];
    this.#texts.share(this.#table, list);
    for (const record of list) this.#records?.push(record);
    return end;
  }

  #addLine(line: string): void {
    const world = this.#worlds.at(-1);
    const [, table, none] = LINES.table.exec(line) ?? [];
    if (table !== undefined && world !== undefined) {
      this.#records = world.records[table] = [];
      this.#table = table;
      if (none !== undefined) this.#records = undefined;
      return;
    }
    if (LINES.close.test(line)) {
      this.#records = undefined;
      this.#isComplete = line === '}';
      return;
    }
    if (this.#isComplete) throw new OtherLayout();
    if (line === '{' || LINES.worlds.test(line)) return;
    if (LINES.world.test(line)) {
      this.#worlds.push({ records: {} });
      return;
    }
    if (LINES.records.test(line)) return;
    const [, worldField, worldValue] = LINES.worldField.exec(line) ?? [];
    if (worldField !== undefined && world !== undefined) {
      world[worldField] = JSON.parse(worldValue ?? '');
      return;
    }
    const [, field, value] = LINES.documentField.exec(line) ?? [];
    if (field === undefined) throw new OtherLayout();
    this.#document[field] = JSON.parse(value ?? '');
  }
}
