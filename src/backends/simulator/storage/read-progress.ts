import type { OnStartProgress } from '../../../core/start-progress.js';
import type { DataPaths } from './data-path.js';
import type { FileSystem } from './file-system.js';

/** The same file system, which reports how much of the data file and its logs has been read. */
export async function withReadProgress(
  files: FileSystem,
  { document, log, nextLog }: DataPaths,
  onProgress: OnStartProgress | undefined,
): Promise<FileSystem> {
  if (onProgress === undefined) return files;
  const found = await Promise.all([document, log, nextLog].map((path) => files.status(path)));
  const total = found.reduce((sum, status) => sum + (status?.size ?? 0), 0);
  let read = 0;
  return {
    ...files,
    async *read(...request) {
      for await (const chunk of files.read(...request)) {
        // The beginnings of logs are read twice.
        read = Math.min(read + chunk.length, total);
        onProgress({ phase: 'read data', done: read, total });
        yield chunk;
      }
    },
  };
}
