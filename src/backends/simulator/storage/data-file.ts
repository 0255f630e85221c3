import { existsSync } from 'node:fs';
import { UnderstudyError } from '../../../core/errors.js';
import { StreamedJsonFile } from './streamed-json.js';
import { faultIn } from '../kernel/world-check.js';
import type { WorldDocument } from '../kernel/world.js';

/** The file of `--data` at rest, and what an export gives: worlds, readable, in a versioned format. */
export interface WorldsDocument {
  readonly format: 'understudy-worlds';
  readonly version: 1;
  /** Counts how often the file was written anew; a change log names the one that it goes on from. */
  readonly generation: number;
  readonly worlds: readonly WorldDocument[];
}

export function worldsDocument(worlds: readonly WorldDocument[], generation = 0): WorldsDocument {
  return { format: 'understudy-worlds', version: 1, generation, worlds };
}

/** The document as text, a line for each record: it can be read by eye, searched by line, and written piece by piece. */
function* textOf({ worlds, ...head }: WorldsDocument): Generator<string> {
  yield `{\n${fields(head, '  ')}  "worlds": [`;
  for (const [i, { records, ...world }] of worlds.entries()) {
    yield `${i === 0 ? '' : ','}\n    {\n${fields(world, '      ')}      "records": {`;
    for (const [j, [name, list]] of Object.entries(records).entries()) {
      yield `${j === 0 ? '' : ','}\n        ${JSON.stringify(name)}: [`;
      for (const [k, record] of list.entries()) yield `${k === 0 ? '' : ','}\n          ${JSON.stringify(record)}`;
      yield list.length === 0 ? ']' : '\n        ]';
    }
    yield '\n      }\n    }';
  }
  yield worlds.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

function fields(object: object, indent: string): string {
  return Object.entries(object)
    .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
    .join('');
}

const adapterOf = (file: string, chunk?: number) => new StreamedJsonFile<WorldsDocument>(file, textOf, chunk);

/** Writes a data file; the former one is there until the new one is whole. */
export async function writeDocument(file: string, document: WorldsDocument, chunk?: number): Promise<void> {
  const { Low } = await import('lowdb');
  await new Low(adapterOf(file, chunk), document).write();
}

/** Reads a data file; none yet is an empty one. A damaged file stops the start and is left as it is. */
export async function readDocument(file: string, chunk?: number): Promise<WorldsDocument> {
  if (!existsSync(file)) return worldsDocument([]);
  const { Low } = await import('lowdb');
  const low = new Low<unknown>(adapterOf(file, chunk) as StreamedJsonFile<unknown>, null);
  try {
    await low.read();
  } catch (cause) {
    throw badFile(file, (cause as Error).message, cause);
  }
  return parseWorlds(low.data, file);
}

/** Checks a document of worlds. `file` names it in errors. */
export function parseWorlds(value: unknown, file: string): WorldsDocument {
  const document = value as Partial<WorldsDocument> | null;
  if (document?.format !== 'understudy-worlds' || !Array.isArray(document.worlds)) {
    throw badFile(file, 'it does not say "format": "understudy-worlds"');
  }
  if (document.version !== 1) {
    throw badFile(file, `its version is ${String(document.version)}, this understudy reads version 1`);
  }
  if (!document.worlds.every(isWorld)) throw badFile(file, 'a world in it lacks its account, its key or its records');
  const { generation = 0, worlds } = document;
  const accounts = new Set<string>();
  for (const world of worlds) {
    const fault = accounts.has(world.account) ? 'it is there twice' : faultIn(world);
    if (fault !== undefined) throw badFile(file, `in the world of ${world.account}, ${fault}`);
    accounts.add(world.account);
  }
  return worldsDocument(worlds, Number.isSafeInteger(generation) ? generation : 0);
}

function isWorld(value: unknown): value is WorldDocument {
  const world = value as Partial<WorldDocument> | null;
  return (
    typeof world?.account === 'string' &&
    typeof world.sidKey === 'string' &&
    Number.isSafeInteger(world.sequence) &&
    Number.isSafeInteger(world.stamp) &&
    typeof world.moment === 'number' &&
    Array.isArray(world.receiptRules) &&
    world.autocreateIn !== undefined &&
    typeof world.formerSids === 'object' &&
    world.formerSids !== null &&
    typeof world.records === 'object' &&
    world.records !== null &&
    Object.values(world.records).every(
      (records) => Array.isArray(records) && records.every((record) => typeof record?.sid === 'string'),
    )
  );
}

export function badFile(file: string, why: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be read: ${why}. It was left untouched; restore it from a copy, or name another file with --data.`,
    { cause },
  );
}
