import { ChangeLog, type ChangeLogOptions } from './change-log.js';
import type { DataPaths } from './data-path.js';
import type { Loaded } from './load.js';

/** Opens the log to append to, or creates the one of a new document. */
export async function openLog(
  paths: DataPaths,
  { document, logs }: Loaded,
  options: ChangeLogOptions,
): Promise<{ readonly log: ChangeLog; readonly isInPlace: boolean }> {
  const { files } = options;
  // Another process may have created or renamed the files and then crashed before it could do this.
  await files.syncFolderOf(paths.document);
  const [first, second] = logs;
  if (first === undefined) {
    const log = await ChangeLog.create(paths.nextLog, (document?.generation ?? 0) + 1, options);
    return { log, isInPlace: false };
  }
  if (second !== undefined) {
    // Nothing may follow the complete entries of a log that another one continues.
    await (await ChangeLog.reopen(first.path, first.contents, options)).close();
    return { log: await ChangeLog.reopen(second.path, second.contents, options), isInPlace: false };
  }
  if (first.path === paths.nextLog) await files.rename(paths.nextLog, paths.log);
  else await files.remove(paths.nextLog);
  return { log: await ChangeLog.reopen(paths.log, first.contents, options), isInPlace: true };
}
