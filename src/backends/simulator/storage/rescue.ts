/** Reads what is readable in damaged files. */
import { existsSync } from 'node:fs';
import { ChangeLog } from './change-log.js';
import { createAssembler, type Included } from './change-log-reader.js';
import { CHUNK_SIZE } from '../../../util/chunks.js';
import { indexWorlds, readDocument, unreadableFile, writeDocument } from './data-file.js';
import type { DataPaths } from './data-path.js';
import { diskFiles } from './file-system.js';
import { readLines } from './lines.js';
import { decodeHeader, decodeLine, oldJson } from './log-line.js';
import { isLogLine, type LogLine } from './log-content.js';
import { salvageDocument } from './salvage-document.js';
import { WorldDrafts } from './world-drafts.js';
import type { WorldSchema } from '../kernel/schema.js';
import { withoutInconsistencies } from '../kernel/world-check.js';

export interface Rescue {
  readonly worlds: number;
  readonly records: number;
  /** What was read or left out, in sentences. */
  readonly notes: readonly string[];
}

/** Writes what is readable in the files of a data file to a new data file. Changes none of the old ones. */
export async function rescueFiles(paths: DataPaths, out: DataPaths, schema: WorldSchema): Promise<Rescue> {
  const worlds = new WorldDrafts(schema);
  const notes: string[] = [];
  const included = await rescueDocument(paths, worlds, notes);
  for (const path of [paths.log, paths.nextLog]) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the changes
    if (existsSync(path)) await rescueLog(path, included, worlds, notes);
  }
  const documents = worlds.toDocuments().map((world) => {
    const { document, dropped } = withoutInconsistencies(schema, world);
    notes.push(...dropped.map((what) => `Left out of the world of ${document.account}: ${what}`));
    return document;
  });
  await writeFiles(out, documents);
  const records = documents.flatMap((document) => Object.values(document.records)).flat().length;
  return { worlds: documents.length, records, notes };
}

/** Returns what is known of the document's place among the logs. */
async function rescueDocument(
  { document: path }: DataPaths,
  worlds: WorldDrafts,
  notes: string[],
): Promise<Partial<Included>> {
  const { schema } = worlds;
  try {
    const document = await readDocument(diskFiles, path, schema);
    if (document === undefined) notes.push(`${path} does not exist.`);
    indexWorlds(document?.worlds ?? [], schema, (reason) => unreadableFile(path, reason));
    for (const world of document?.worlds ?? []) worlds.add(world);
    return document ?? {};
  } catch {
    const { documents, generation, isComplete, lost } = await salvageDocument(path, schema);
    for (const world of documents) worlds.add(world);
    notes.push(
      isComplete
        ? `${path} is complete JSON, but not what was written: it was changed or damaged. All of it was taken.`
        : `${path} is damaged. Unreadable lines: ${lost}. Whatever was cut off is missing.`,
    );
    return generation === undefined ? {} : { generation };
  }
}

/** Applies every line whose checksum matches. */
async function rescueLog(
  path: string,
  { generation: documentGeneration, logLines = 0 }: Partial<Included>,
  worlds: WorldDrafts,
  notes: string[],
): Promise<void> {
  let entries = 0;
  let lost = 0;
  let header: ReturnType<typeof decodeHeader>;
  let isFirst = true;
  const assemble = createAssembler((entry) => {
    worlds.apply(entry);
    entries += 1;
  });
  for await (const { bytes } of readLines(diskFiles.read(path, CHUNK_SIZE))) {
    if (isFirst) header = decodeHeader(bytes);
    // A log without a readable header continues the document, most probably.
    const generation = header?.generation ?? documentGeneration ?? 1;
    if (isFirst && header !== undefined && generation < (documentGeneration ?? 0)) {
      notes.push(`${path} was left out: the document has everything in it.`);
      return;
    }
    if (!isFirst || header === undefined) {
      const { number = 0, line } = parseLine(bytes, generation, header?.hasChecksums === false);
      const isIncluded = generation === documentGeneration && number < logLines;
      if (line === undefined) lost += 1;
      else if (!('document' in line) && !isIncluded) assemble(line);
    }
    isFirst = false;
  }
  const isLater =
    header !== undefined && documentGeneration !== undefined && header.generation > documentGeneration + 1;
  notes.push(`${path}: applied changes: ${entries}; unreadable lines: ${lost}.`);
  if (isLater) notes.push('The document is older than this log. Changes between the two are missing.');
}

function parseLine(bytes: Buffer, generation: number, isOld: boolean): { number?: number; line?: LogLine } {
  const decoded = decodeLine(bytes, generation);
  const json = decoded?.json ?? (isOld ? oldJson(bytes) : undefined) ?? '';
  try {
    const value: unknown = JSON.parse(json);
    return isLogLine(value) ? { ...(decoded && { number: decoded.number }), line: value } : {};
  } catch {
    return {};
  }
}

/** Writes a document with an empty log, as a clean stop leaves them. */
async function writeFiles(out: DataPaths, worlds: Parameters<typeof writeDocument>[2]['worlds']): Promise<void> {
  const document = await writeDocument(diskFiles, out.document, { generation: 1, worlds });
  const log = await ChangeLog.create(out.log, 1, {
    files: diskFiles,
    syncsAlways: true,
    checkPlace: () => Promise.resolve(),
    onFailure: () => undefined,
  });
  try {
    log.add({ document });
    await log.flush();
  } finally {
    await log.close();
  }
}
