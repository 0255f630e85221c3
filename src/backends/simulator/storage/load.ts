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
import { DamagedLog, readChangeLog, readGeneration, type LogContents, type LogEntry } from './change-log-reader.js';
import { CHUNK_SIZE } from '../../../util/chunks.js';
import { readDocument, unreadableFile, type ReadDocument } from './data-file.js';
import type { DataPaths } from './data-path.js';
import type { FileSystem } from './file-system.js';
import { withReadProgress } from './read-progress.js';
import type { WorldSchema } from '../kernel/schema.js';
import type { Worlds } from '../kernel/worlds.js';

/** The logs that were found, as `load` returns them. */
interface LoadedLog {
  readonly path: string;
  readonly contents: LogContents;
}

export interface Loaded {
  /** Undefined for a new data file. */
  readonly document: ReadDocument | undefined;
  /** The logs that continue the document, in order: none, one, or two. */
  readonly logs: readonly LoadedLog[];
  /** What a user should know. */
  readonly warnings: readonly string[];
}

interface Target {
  /** Receives the document, if there is one, before the entries of logs. */
  readonly restore: (document: ReadDocument | undefined) => void | Promise<void>;
  readonly apply: (entry: LogEntry) => void;
  /** Called now and then. */
  readonly onProgress?: OnStartProgress | undefined;
}

/**
 * Reads the files. Changes none of them.
 * @throws UnderstudyError if a file is damaged or missing, or if they do not belong together
 */
export async function loadFiles(
  disk: FileSystem,
  paths: DataPaths,
  schema: WorldSchema,
  { restore, apply, onProgress }: Target,
): Promise<Loaded> {
  const files = await withReadProgress(disk, paths, onProgress);
  const document = await readDocument(files, paths.document, schema);
  const found = await findLogs(files, paths, document);
  await restore(document);
  const logs: LoadedLog[] = [];
  const warnings: string[] = [];
  for (const path of found) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the changes
    const contents = await readLog(files, path, apply);
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
  return { document, logs, warnings };
}

export function applyEntry(worlds: Worlds, entry: LogEntry): void {
  if ('world' in entry) worlds.restore(entry.world);
  else if ('removed' in entry) worlds.remove(entry.removed);
  else worlds.replay(entry);
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
  const { entries } = await readLog(files, paths.nextLog, () => undefined);
  if (entries > 0) throw mismatch(paths, `${missing}, although ${paths.nextLog} continues it`);
  return [];
}

async function readLog(files: FileSystem, path: string, apply: (entry: LogEntry) => void): Promise<LogContents> {
  try {
    return await readChangeLog(files.read(path, CHUNK_SIZE), apply);
  } catch (cause) {
    if (cause instanceof DamagedLog) throw unreadableFile(path, cause.message, cause);
    throw cause;
  }
}

function checkDocument(
  paths: DataPaths,
  path: string,
  document: ReadDocument | undefined,
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
