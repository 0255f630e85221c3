import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { UnderstudyError } from '../../../core/errors.js';
import { loadTryLock } from './try-lock.js';

/**
 * The byte that is locked. It is far behind the content of the lock file, because a lock on Windows also prevents other
 * processes from reading what is locked, and they name the owner in their error.
 */
const LOCKED_BYTE = 2 ** 40;

/** Other processes may be just about to remove the lock file. */
const MAX_ATTEMPTS = 10;

export interface FileLock {
  /** False if someone removed the lock file, so that another process could lock a new one. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Locks a data file against every other understudy, in this process, in another one, or in another container that shares
 * the folder. The operating system holds the lock and releases it when the process ends in any way. So what counts is the
 * lock, and not whether the lock file exists or which process id it contains.
 * @param lock the lock file
 * @param file the data file, for errors
 */
export async function lockFile(lock: string, file: string): Promise<FileLock> {
  const tryLock = await loadTryLock();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const fd = openSync(lock, 'a+', 0o600);
    try {
      if (!tryLock(fd, LOCKED_BYTE, 1)) throw inUse(file, readOwner(lock));
      // It is the same file as long as it is open.
      const opened = fstatSync(fd);
      if (isAt(lock, opened)) {
        writeOwner(fd);
        return {
          isHeld: () => isAt(lock, opened),
          release() {
            // While it is locked, so that no other process can have locked it. One that has opened it already tries again.
            if (isAt(lock, opened)) rmSync(lock, { force: true });
            closeSync(fd);
          },
        };
      }
    } catch (error) {
      closeSync(fd);
      throw error instanceof UnderstudyError ? error : noLocks(file, error);
    }
    closeSync(fd);
  }
  throw inUse(file, readOwner(lock));
}

/** Whether a path still leads to the file that was opened there. Its previous owner may have removed it meanwhile. */
function isAt(path: string, opened: Stats): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.ino === opened.ino && found.dev === opened.dev;
}

/** For the error of another process. A full disk must not prevent a start. */
function writeOwner(fd: number): void {
  try {
    ftruncateSync(fd);
    writeSync(fd, `${process.pid} ${hostname()}\n`);
  } catch {
    // The lock holds without it.
  }
}

function readOwner(lock: string): string {
  try {
    const [pid, host] = readFileSync(lock, 'utf8').trim().split(' ');
    return host === undefined || host === hostname()
      ? `process ${pid || '(unknown)'}`
      : `process ${pid} on host ${host}`;
  } catch {
    return 'another process';
  }
}

function inUse(file: string, owner: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} is in use by ${owner}: stop that process, or choose another file with --data.`,
  );
}

function noLocks(file: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} cannot be locked (${(cause as Error).message}), so another server could write to it as well. ` +
      'Choose a file in a file system with locks, e.g. on a local disk.',
    { cause },
  );
}
