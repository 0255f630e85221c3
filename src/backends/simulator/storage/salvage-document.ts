import { readFileSync } from 'node:fs';
import { CHUNK_SIZE } from '../../../util/chunks.js';
import { diskFiles } from './file-system.js';
import { readLines, textOf } from './lines.js';
import { emptyWorld } from './world-drafts.js';
import type { RecordBase } from '../kernel/collection.js';
import type { WorldSchema } from '../kernel/schema.js';
import { isWorldDocument } from '../kernel/world-check.js';
import type { WorldDocument } from '../kernel/world-content.js';

export interface SalvagedDocument {
  readonly documents: readonly WorldDocument[];
  readonly generation: number | undefined;
  /** Whether the file is complete JSON, so that only its checksum is wrong. */
  readonly isComplete: boolean;
  /** How many lines could not be read. */
  readonly lost: number;
}

/** What was found of a world. */
interface Part {
  readonly head: Record<string, unknown>;
  readonly records: Record<string, RecordBase[]>;
}

/** Reads a damaged document: as JSON if it is complete, else line by line. */
export async function salvageDocument(path: string, schema: WorldSchema): Promise<SalvagedDocument> {
  const whole = parseWhole(path);
  const { parts, generation, lost } = whole ?? (await readParts(path));
  const documents = parts.flatMap((part) => documentOf(part, schema) ?? []);
  return { documents, generation, isComplete: whole !== undefined, lost };
}

interface Parts {
  readonly parts: readonly Part[];
  readonly generation: number | undefined;
  readonly lost: number;
}

function parseWhole(path: string): Parts | undefined {
  try {
    const { generation, worlds } = JSON.parse(readFileSync(path, 'utf8')) as {
      generation?: number;
      worlds: WorldDocument[];
    };
    const parts = worlds.map(({ records, ...head }) => ({ head, records: records as Part['records'] }));
    return { parts, generation, lost: 0 };
  } catch {
    return undefined;
  }
}

/** The lines that `serialize` in `document-file.ts` writes, by their indentation. */
const LINES = {
  documentField: /^ {2}"(\w+)": (.+?),?$/,
  world: /^ {4}\{$/,
  worldField: /^ {6}"(\w+)": (.+?),?$/,
  table: /^ {8}"(\w+)": \[\]?,?$/,
  record: /^ {10}(\{.*\}),?$/,
  other: /^(?: {6}"records": \{| {2}"worlds": \[\]?,?| {2}"end": .*|[ \]}{,]*)$/,
};

async function readParts(path: string): Promise<Parts> {
  const parts: Part[] = [];
  let table: string | undefined;
  let generation: number | undefined;
  let lost = 0;
  for await (const { bytes } of readLines(diskFiles.read(path, CHUNK_SIZE))) {
    const text = textOf(bytes) ?? '\0';
    const part = parts.at(-1);
    const record = parse(LINES.record.exec(text)?.[1]) as RecordBase | undefined;
    const [, tableName] = LINES.table.exec(text) ?? [];
    const [, field = '', json] = LINES.worldField.exec(text) ?? LINES.documentField.exec(text) ?? [];
    const value = parse(json);
    if (record !== undefined && part !== undefined && table !== undefined) (part.records[table] ??= []).push(record);
    else if (tableName !== undefined) table = tableName;
    else if (LINES.world.test(text)) parts.push({ head: {}, records: {} });
    else if (value !== undefined && part !== undefined && text.startsWith('      ')) part.head[field] = value;
    else if (value !== undefined && part === undefined) {
      if (field === 'generation' && Number.isSafeInteger(value)) generation = value as number;
    } else if (!LINES.other.test(text)) lost += 1;
  }
  return { parts, generation, lost };
}

function parse(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}

/** Completes a world with initial values. Undefined if its account is unknown. */
function documentOf({ head, records }: Part, schema: WorldSchema): WorldDocument | undefined {
  const { account, sidKey } = head;
  if (typeof account !== 'string') return undefined;
  const valid = Object.values(records).flatMap((list) => list.filter((record) => Number.isSafeInteger(record?.seq)));
  const initial = emptyWorld(schema, account, typeof sidKey === 'string' ? sidKey : undefined);
  let document: WorldDocument = {
    ...initial,
    records: Object.fromEntries(
      Object.entries(records).map(([name, list]) => [name, list.filter((each) => typeof each?.sid === 'string')]),
    ),
    // Sequence numbers must not be given twice.
    sequence: valid.reduce((highest, { seq }) => Math.max(highest, seq), initial.sequence),
    moment: valid.reduce((latest, { dateUpdated }) => Math.max(latest, dateUpdated), 0),
  };
  for (const [name, value] of Object.entries(head)) {
    const changed = { ...document, [name]: value };
    if (name !== 'records' && isWorldDocument(schema, changed)) document = changed;
  }
  return document;
}
