import { existsSync } from 'node:fs';
import { UnderstudyError } from '../../../core/errors.js';
import { isKey } from './media-store.js';
import { StreamedJsonFile } from './streamed-json.js';
import type { WorldSchema } from '../kernel/schema.js';
import { findInconsistency, isWorldDocument } from '../kernel/world-check.js';
import type { WorldDocument } from '../kernel/world.js';

/** The format of the `--data` file and of an export. */
export interface WorldsDocument {
  readonly format: 'understudy-worlds';
  readonly version: 1;
  /** Counts how often the file was rewritten. A change log names the generation that it continues. */
  readonly generation: number;
  readonly worlds: readonly WorldDocument[];
  /** In an export: the bytes of media in base64, by their key. They are stored beside a data file, not in it. */
  readonly media?: Readonly<Record<string, string>> | undefined;
}

export function worldsDocument(
  worlds: readonly WorldDocument[],
  generation = 0,
  media?: WorldsDocument['media'],
): WorldsDocument {
  const document = { format: 'understudy-worlds', version: 1, generation, worlds } as const;
  return media === undefined ? document : { ...document, media };
}

/** Serializes a document in pieces, with one line per record, so that people and `grep` can read it. */
function* serialize({ worlds, ...head }: WorldsDocument): Generator<string> {
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

const createAdapter = (file: string, chunkSize?: number) =>
  new StreamedJsonFile<WorldsDocument>(file, serialize, chunkSize);

/** Writes a data file. The previous content stays in place until the new content is complete. */
export async function writeDocument(file: string, document: WorldsDocument, chunkSize?: number): Promise<void> {
  const { Low } = await import('lowdb');
  await new Low(createAdapter(file, chunkSize), document).write();
}

/**
 * Reads a data file; a missing file gives an empty document.
 * @throws UnderstudyError when the file is damaged; it is not changed
 */
export async function readDocument(file: string, schema: WorldSchema, chunkSize?: number): Promise<WorldsDocument> {
  if (!existsSync(file)) return worldsDocument([]);
  const { Low } = await import('lowdb');
  const low = new Low<unknown>(createAdapter(file, chunkSize) as StreamedJsonFile<unknown>, null);
  try {
    await low.read();
  } catch (cause) {
    throw unreadableFile(file, (cause as Error).message, cause);
  }
  return parseWorlds(low.data, schema, (reason) => unreadableFile(file, reason));
}

/** Checks a document of worlds. Throws what `toError` returns for the reason why the document is invalid. */
export function parseWorlds(
  value: unknown,
  schema: WorldSchema,
  toError: (reason: string) => UnderstudyError,
): WorldsDocument {
  const document = value as Partial<WorldsDocument> | null;
  if (document?.format !== 'understudy-worlds' || !Array.isArray(document.worlds)) {
    throw toError('it has no "format": "understudy-worlds" with a list of worlds');
  }
  if (document.version !== 1) {
    throw toError(`its version is ${String(document.version)}, but this understudy reads version 1`);
  }
  if (!document.worlds.every((world) => isWorldDocument(schema, world))) {
    throw toError('a world is incomplete: its account, sidKey, counters, settings or records are missing or invalid');
  }
  const { generation = 0, worlds, media } = document;
  if (media !== undefined && !isMedia(media)) throw toError('its media are not base64 texts by SHA-256');
  const accounts = new Set<string>();
  for (const world of worlds) {
    if (accounts.has(world.account)) throw toError(`it contains the world of ${world.account} twice`);
    const problem = findInconsistency(schema, world);
    if (problem !== undefined) throw toError(`in the world of ${world.account}, ${problem}`);
    accounts.add(world.account);
  }
  return worldsDocument(worlds, Number.isSafeInteger(generation) ? generation : 0, media);
}

function isMedia(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([key, text]) => isKey(key) && typeof text === 'string' && BASE64.test(text));
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function unreadableFile(file: string, reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be read: ${reason}. It was not changed. Restore it from a backup, or choose another ` +
      'file with --data.',
    { cause },
  );
}
