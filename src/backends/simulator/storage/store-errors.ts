import { UnderstudyError } from '../../../core/errors.js';

/** The error of a start. */
export function unwritable(file: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be written: ${messageOf(cause)}. Create its folder and allow writing there, or choose ` +
      'another file with --data.',
    { cause },
  );
}

/** The error of a call. */
export function notSaved(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `Nothing was changed, because the change could not be written to the data file (${messageOf(cause)}). Check the disk ` +
      'and the files, and try again.',
    { cause, retryAfter: 1 },
  );
}

/** The error of a stop. */
export function notCompleted(file: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `The data file ${file} could not be completed (${messageOf(cause)}). Check the disk and the files; ` +
      `\`understudy data check ${file}\` says whether they are sound.`,
    { cause },
  );
}

/** Log lines. */
export const warnings = {
  failed: (file: string, cause: unknown): string =>
    `Cannot write to the data file ${file} (${messageOf(cause)}). Calls that change something are answered with 503, and ` +
    'change nothing, until it can be written again. Check the disk and the files. If a file was deleted or replaced, put ' +
    'it back, or export the worlds (`understudy control worlds.export`) and restart.',
  recovered: (file: string): string => `The data file ${file} can be written again.`,
  postponed: (file: string, cause: unknown): string =>
    `Cannot rewrite the data file ${file} (${messageOf(cause)}). Nothing is lost: the changes stay in its log, and the file ` +
    'is rewritten later. Check the disk space and the file permissions.',
};

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
