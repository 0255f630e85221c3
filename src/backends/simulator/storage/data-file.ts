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
  /** How many lines of the log of this generation the document has already. Absent: unknown; they may be applied again. */
  readonly logLines?: number | undefined;
  readonly worlds: readonly W[];
  /** In an export: the bytes of media in base64, by their key. They are stored beside a data file, not in it. */
  readonly media?: Readonly<Record<string, string>> | undefined;
}

/** A document as it was read from a file. Whether its records fit together has not been checked. */
export interface ReadDocument extends WorldsDocument<WorldDocument> {
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
  { generation, logLines, worlds }: Pick<WorldsDocument, 'generation' | 'logLines' | 'worlds'>,
  options: DocumentOptions = {},
): Promise<string> {
  const { Low } = await import('lowdb');
  const document: WorldsDocument = {
    format: 'understudy-worlds',
    version: 2,
    generation,
    ...(logLines !== undefined && { logLines }),
    worlds,
  };
  const file = new DocumentFile<WorldsDocument>(files, path, options);
  await new Low(file, document).write();
  return file.checksum ?? '';
}

/**
 * Reads a data file. Undefined if it does not exist. `indexWorlds` must follow.
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
  const toError: ToError = (reason) => unreadableFile(path, reason);
  const { document, endProblem } = parseDocument(low.data, schema, toError);
  const isSealed = file.checksum !== undefined;
  let problem = endProblem;
  if (isSealed !== (document.version === 2)) {
    problem ??= isSealed ? 'its version does not fit its last line' : 'its last line is missing or damaged';
  }
  if (problem !== undefined) {
    // What is wrong with a record says more.
    indexWorlds(document.worlds, schema, toError);
    throw toError(problem);
  }
  return { ...document, checksum: file.checksum };
}

/** Makes an error of the reason why a document is invalid. */
type ToError = (reason: string) => UnderstudyError;

/** Checks a document of worlds, and indexes its records. Throws what `toError` returns. */
export function parseWorlds(value: unknown, schema: WorldSchema, toError: ToError): WorldsDocument {
  const { document, endProblem } = parseDocument(value, schema, toError);
  const worlds = indexWorlds(document.worlds, schema, toError);
  if (endProblem !== undefined) throw toError(endProblem);
  return { ...document, worlds };
}

/** Checks that the records of worlds fit together, and indexes them. Throws what `toError` returns. */
export function indexWorlds(worlds: Iterable<WorldDocument>, schema: WorldSchema, toError: ToError): WorldContent[] {
  return Array.from(worlds, (world) => {
    const content = indexWorld(schema, world);
    if (typeof content === 'string') throw toError(`in the world of ${world.account}, ${content}`);
    return content;
  });
}

export const INCOMPLETE_WORLD =
  'a world is incomplete: its account, sidKey, counters, settings or records are missing or invalid';

interface ParsedDocument {
  readonly document: WorldsDocument<WorldDocument>;
  /** What is wrong with its last line, if anything. */
  readonly endProblem: string | undefined;
}

/** Checks everything but the records. */
function parseDocument(value: unknown, schema: WorldSchema, toError: ToError): ParsedDocument {
  const document = value as Partial<
    WorldsDocument<WorldDocument> & { end: Partial<ReturnType<typeof countsOf>> }
  > | null;
  if (document?.format !== 'understudy-worlds' || !Array.isArray(document.worlds)) {
    throw toError('it has no "format": "understudy-worlds" with a list of worlds');
  }
  const { version, generation = 0, logLines, worlds, media, end } = document;
  if (version !== 1 && version !== 2) {
    throw toError(`its version is ${String(version)}, but this understudy reads versions 1 and 2`);
  }
  if (!worlds.every((world) => isWorldDocument(schema, world))) {
    throw toError(INCOMPLETE_WORLD);
  }
  if (media !== undefined && !isMedia(media)) throw toError('its media are not base64 texts by SHA-256');
  const accounts = new Set<string>();
  for (const { account } of worlds) {
    if (accounts.has(account)) throw toError(`it contains the world of ${account} twice`);
    accounts.add(account);
  }
  const counts = countsOf({ worlds });
  const isCounted = version === 1 || (end?.worlds === counts.worlds && end.records === counts.records);
  return {
    document: {
      format: document.format,
      version,
      generation: Number.isSafeInteger(generation) ? generation : 0,
      logLines: Number.isSafeInteger(logLines) ? logLines : undefined,
      worlds,
      ...(media !== undefined && { media }),
    },
    endProblem: isCounted ? undefined : 'its last line is missing, or counts other worlds and records than it contains',
  };
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
