import type { DataPaths } from './data-path.js';
import { countsOf } from './document-file.js';
import { diskFiles } from './file-system.js';
import { loadFiles } from './load.js';
import { UnderstudyError } from '../../../core/errors.js';
import type { WorldSchema } from '../kernel/schema.js';

/** What `understudy data check` found. */
export interface DataReport {
  /** Undefined if there is no document, or it cannot be read. */
  readonly document:
    | {
        readonly path: string;
        readonly version: number;
        readonly generation: number;
        readonly worlds: number;
        readonly records: number;
        readonly has_checksum: boolean;
      }
    | undefined;
  readonly logs: readonly { readonly path: string; readonly changes: number; readonly has_checksums: boolean }[];
  /** What a start would report. */
  readonly warnings: readonly string[];
  /** Why a start would be refused; undefined if it would not be. */
  readonly problem: string | undefined;
}

/** Reads the files of a data file as a start does, and changes nothing. */
export async function checkFiles(paths: DataPaths, schema: WorldSchema): Promise<DataReport> {
  let document: DataReport['document'];
  try {
    const { logs, warnings } = await loadFiles(diskFiles, paths, schema, {
      onDocument(read) {
        const { version, generation, checksum } = read;
        document = {
          path: paths.document,
          version,
          generation,
          ...countsOf(read),
          has_checksum: checksum !== undefined,
        };
      },
    });
    const isEmpty = document === undefined && logs.length === 0;
    return {
      document,
      logs: logs.map(({ path, contents }) => ({
        path,
        changes: contents.entries,
        has_checksums: contents.hasChecksums,
      })),
      warnings,
      problem: isEmpty ? `there is no data file ${paths.document}` : undefined,
    };
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    return { document, logs: [], warnings: [], problem: error.message };
  }
}
