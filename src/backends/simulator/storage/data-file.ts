import type { Adapter } from 'lowdb';
import { UnderstudyError } from '../../../core/errors.js';
import { countsOf, DocumentFile, type DocumentOptions } from './document-file.js';
import type { FileSystem } from './file-system.js';
import { isKey } from './media-store.js';
import type { WorldSchema } from '../kernel/schema.js';
import { indexWorld, isWorldDocument } from '../kernel/world-check.js';
import type { WorldContent, WorldDocument } from '../kernel/world-content.js';

/** The format of the `--data` file and of an export. */
export interface WorldsDocument<W extends WorldContent = WorldContent> {
  readonly format: 'understudy-worlds';
  /** 2: it ends with a checksum, as data files do. 1: it does not, as exports and the data files of earlier versions. */
  readonly version: 1 | 2;
  /** Counts how often the file was rewritten. A change log names the generation that it continues. */
  readonly generation: number;
  readonly worlds: readonly W[];
  /** In an export: the bytes of media in base64, by their key. They are stored beside a data file, not in it. */
  readonly media?: Readonly<Record<string, string>> | undefined;
}

/** A document as it was read from a file. */
export interface ReadDocument extends WorldsDocument {
  /** Undefined for version 1. */
  readonly checksum: string | undefined;
}

/** A document without checksum, for an export. */
export function worldsDocument(worlds: readonly WorldContent[]): WorldsDocument {
  return { format: 'understudy-worlds', version: 1, generation: 0, worlds };
}

/**
 * Writes a data file. The previous content stays in place until the new content is complete.
 * @returns the checksum
 */
export async function writeDocument(
  files: FileSystem,
  path: string,
  { generation, worlds }: Pick<WorldsDocument, 'generation' | 'worlds'>,
  options: DocumentOptions = {},
): Promise<string> {
  const { Low } = await import('lowdb');
  const document: WorldsDocument = { format: 'understudy-worlds', version: 2, generation, worlds };
  const file = new DocumentFile<WorldsDocument>(files, path, options);
  await new Low(file, document).write();
  return file.checksum ?? '';
}

/**
 * Reads a data file. Undefined if it does not exist.
 * @throws UnderstudyError when the file is damaged; it is not changed
 */
export async function readDocument(
  files: FileSystem,
  path: string,
  schema: WorldSchema,
  options: DocumentOptions = {},
): Promise<ReadDocument | undefined> {
  if ((await files.status(path)) === undefined) return undefined;
  const { Low } = await import('lowdb');
  const file = new DocumentFile<WorldsDocument>(files, path, options);
  const low = new Low<unknown>(file as unknown as Adapter<unknown>, null);
  try {
    await low.read();
  } catch (cause) {
    throw unreadableFile(path, (cause as Error).message, cause);
  }
  const document = parseWorlds(low.data, schema, (reason) => unreadableFile(path, reason));
  const isSealed = file.checksum !== undefined;
  if (isSealed !== (document.version === 2)) {
    throw unreadableFile(
      path,
      isSealed ? 'its version does not fit its last line' : 'its last line is missing or damaged',
    );
  }
  return { ...document, checksum: file.checksum };
}

/** Checks a document of worlds, and indexes its records. Throws what `toError` returns for the reason why the document is invalid. */
export function parseWorlds(
  value: unknown,
  schema: WorldSchema,
  toError: (reason: string) => UnderstudyError,
): WorldsDocument {
  const document = value as Partial<
    WorldsDocument<WorldDocument> & { end: Partial<ReturnType<typeof countsOf>> }
  > | null;
  if (document?.format !== 'understudy-worlds' || !Array.isArray(document.worlds)) {
    throw toError('it has no "format": "understudy-worlds" with a list of worlds');
  }
  const { version, generation = 0, worlds, media, end } = document;
  if (version !== 1 && version !== 2) {
    throw toError(`its version is ${String(version)}, but this understudy reads versions 1 and 2`);
  }
  if (!worlds.every((world) => isWorldDocument(schema, world))) {
    throw toError('a world is incomplete: its account, sidKey, counters, settings or records are missing or invalid');
  }
  if (media !== undefined && !isMedia(media)) throw toError('its media are not base64 texts by SHA-256');
  const indexed = new Map<string, WorldContent>();
  for (const world of worlds) {
    if (indexed.has(world.account)) throw toError(`it contains the world of ${world.account} twice`);
    const content = indexWorld(schema, world);
    if (typeof content === 'string') throw toError(`in the world of ${world.account}, ${content}`);
    indexed.set(world.account, content);
  }
  const counts = countsOf({ worlds });
  if (version === 2 && (end?.worlds !== counts.worlds || end.records !== counts.records)) {
    throw toError('its last line is missing, or counts other worlds and records than it contains');
  }
  const known = {
    format: document.format,
    version,
    generation: Number.isSafeInteger(generation) ? generation : 0,
    worlds: [...indexed.values()],
  };
  return media === undefined ? known : { ...known, media };
}

function isMedia(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([key, text]) => isKey(key) && typeof text === 'string' && BASE64.test(text));
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The error of a start with a damaged file. */
export function unreadableFile(path: string, reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${path} cannot be read: ${reason}. It was not changed. Restore it from a backup, write what is readable ` +
      `to a new file with \`understudy data repair ${path}\`, or choose another file with --data.`,
    { cause },
  );
}
