/**
 * Reads a data file: the document, and the logs that continue it. The files of a server that crashed at any moment are in
 * one of these states; G is the generation of the document.
 *
 * | log          | next log     | when                                            |
 * | ------------ | ------------ | ----------------------------------------------- |
 * | of G         | –            | normally                                        |
 * | of G         | of G + 1     | while the document of G + 1 was being written   |
 * | of G – 1     | of G         | when it was complete                            |
 * | –            | of G = 1     | the same, for the first document                |
 *
 * Anything else would lose changes, so it stops the start. The checksum of the document must be in its log.
 */
import type { UnderstudyError } from '../../../core/errors.js';
import type { OnStartProgress } from '../../../core/start-progress.js';
import { DamagedLog, readChangeLog, readGeneration, type Included, type LogContents } from './change-log-reader.js';
import { CHUNK_SIZE } from '../../../util/chunks.js';
import { indexWorlds, INCOMPLETE_WORLD, readDocument, unreadableFile, type ReadDocument } from './data-file.js';
import type { DataPaths } from './data-path.js';
import type { FileSystem } from './file-system.js';
import { withReadProgress } from './read-progress.js';
import { WorldDrafts } from './world-drafts.js';
import type { WorldSchema } from '../kernel/schema.js';
import { isWorldDocument } from '../kernel/world-check.js';
import type { WorldContent, WorldDocument } from '../kernel/world-content.js';

/** The logs that were found, as `load` returns them. */
interface LoadedLog {
  readonly path: string;
  readonly contents: LogContents;
}

export interface Loaded {
  /** Without its worlds; undefined for a new data file. */
  readonly document: Omit<ReadDocument, 'worlds'> | undefined;
  /** With what the logs changed. */
  readonly worlds: readonly WorldContent[];
  /** The logs that continue the document, in order: none, one, or two. */
  readonly logs: readonly LoadedLog[];
  /** What a user should know. */
  readonly warnings: readonly string[];
}

interface LoadOptions {
  /** Receives the document, if there is one, before logs are read. */
  readonly onDocument?: (document: ReadDocument) => void;
  /** Called now and then. */
  readonly onProgress?: OnStartProgress | undefined;
}

/**
 * Reads the files. Changes none of them.
 * @throws UnderstudyError if a file is damaged, missing or inconsistent, or if they do not belong together
 */
export async function loadFiles(
  disk: FileSystem,
  paths: DataPaths,
  schema: WorldSchema,
  { onDocument, onProgress }: LoadOptions = {},
): Promise<Loaded> {
  const files = await withReadProgress(disk, paths, onProgress);
  const read = await readDocument(files, paths.document, schema);
  const found = await findLogs(files, paths, read);
  if (read !== undefined) onDocument?.(read);
  const drafts = new WorldDrafts(schema);
  for (const world of read?.worlds ?? []) drafts.add(world);
  const document = read && { ...read, worlds: undefined };
  const logs: LoadedLog[] = [];
  const warnings: string[] = [];
  for (const path of found) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the changes
    const contents = await readLog(files, path, drafts, document);
    if (logs.length === 0) checkDocument(paths, path, document, contents);
    if (logs[0]?.contents.tear !== undefined && contents.entries > 0) {
      throw mismatch(paths, `the end of ${logs[0].path} is missing, although ${path} continues it`);
    }
    if (contents.tear !== undefined) warnings.push(`${path}: ${TEARS[contents.tear]}`);
    logs.push({ path, contents });
  }
  if (document?.checksum !== undefined && logs.length === 0) {
    warnings.push(
      `${paths.log} does not exist. If it was not left out on purpose, what was changed after ${paths.document} was ` +
        'written is lost.',
    );
  }
  const changed = logs.filter(({ contents }) => contents.entries > 0).map(({ path }) => path);
  if (changed.length === 0) {
    const worlds = indexWorlds(drafts.toDocuments(), schema, (reason) => mismatch(paths, reason));
    return { document, worlds, logs, warnings };
  }
  try {
    return { document, worlds: indexChanged(drafts, paths, changed), logs, warnings };
  } catch (error) {
    // The document alone may be the cause.
    const again = await readDocument(disk, paths.document, schema);
    indexWorlds(again?.worlds ?? [], schema, (reason) => mismatch(paths, reason));
    throw error;
  }
}

/** Checks and indexes worlds that logs have changed. */
function indexChanged(drafts: WorldDrafts, paths: DataPaths, logs: readonly string[]): WorldContent[] {
  const toError = (reason: string): UnderstudyError =>
    mismatch(paths, `with the changes in ${logs.join(' and ')}, ${reason}`);
  const { schema, accountWithoutBase } = drafts;
  if (accountWithoutBase !== undefined) throw toError(`the world of ${accountWithoutBase} has only changes`);
  const documents = drafts.toDocuments();
  if (!documents.every((world: WorldDocument) => isWorldDocument(schema, world))) throw toError(INCOMPLETE_WORLD);
  return indexWorlds(documents, schema, toError);
}

const TEARS = {
  incomplete: 'dropped the incomplete last entry, which a crash left behind',
  'power loss': 'dropped the last entries, which were not yet on disk before a power loss',
};

/** The paths of the logs to read, in order. */
async function findLogs(files: FileSystem, paths: DataPaths, document: ReadDocument | undefined): Promise<string[]> {
  const log = await readGeneration(files, paths.log);
  const next = await readGeneration(files, paths.nextLog);
  if (document === undefined) {
    const missing = `${paths.document} is missing`;
    if (log !== undefined) throw mismatch(paths, `${missing}, although its log exists`);
    return findUnusedLog(files, paths, next, missing);
  }
  const { generation } = document;
  // The document has everything of an earlier log.
  if (next === generation && log !== generation) return [paths.nextLog];
  if (log === undefined) return findUnusedLog(files, paths, next, `${paths.log} is missing`);
  if (log === 'torn') throw mismatch(paths, `${paths.log} is empty, or its first line is damaged`);
  if (log !== generation) {
    const older = log > generation ? paths.document : paths.log;
    throw mismatch(
      paths,
      `the document has generation ${generation}, but its log continues generation ${log}. An older ${older} was put back`,
    );
  }
  // A crash interrupted the creation of the next log, before anything was written to it.
  if (next === undefined || next === 'torn') return [paths.log];
  if (next !== generation + 1)
    throw mismatch(paths, `${paths.nextLog} continues generation ${next}, not ${generation + 1}`);
  return [paths.log, paths.nextLog];
}

/** Without a log, or without a document, there may only be a next log from a first start that a crash interrupted. */
async function findUnusedLog(
  files: FileSystem,
  paths: DataPaths,
  next: number | 'torn' | undefined,
  missing: string,
): Promise<string[]> {
  if (next === undefined || next === 'torn') return [];
  const { entries } = await readLog(files, paths.nextLog);
  if (entries > 0) throw mismatch(paths, `${missing}, although ${paths.nextLog} continues it`);
  return [];
}

async function readLog(
  files: FileSystem,
  path: string,
  drafts?: WorldDrafts,
  document?: Included,
): Promise<LogContents> {
  try {
    return await readChangeLog(files.read(path, CHUNK_SIZE), (entry) => drafts?.apply(entry), document);
  } catch (cause) {
    if (cause instanceof DamagedLog) throw unreadableFile(path, cause.message, cause);
    throw cause;
  }
}

function checkDocument(
  paths: DataPaths,
  path: string,
  document: Pick<ReadDocument, 'checksum'> | undefined,
  { documents, hasChecksums }: LogContents,
): void {
  const { checksum } = document ?? {};
  // Files of earlier versions have no checksums.
  if (checksum === undefined && documents.size === 0) return;
  if (checksum !== undefined && documents.has(checksum)) return;
  throw mismatch(
    paths,
    hasChecksums && documents.size > 0
      ? `${path} continues another document than ${paths.document}: one of them was replaced`
      : `${path} does not say which document it continues`,
  );
}

function mismatch(paths: DataPaths, reason: string): UnderstudyError {
  return unreadableFile(paths.document, reason);
}
