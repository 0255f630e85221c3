import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UnderstudyError } from '../../../core/errors.js';

/**
 * Lock files held by this process. The process id alone cannot tell: a lock file with our id may be a leftover of a
 * crashed process that had the same id.
 */
const held = new Set<string>();

/**
 * Locks a data file against other processes, and against a second understudy in this process. A lock whose process no
 * longer exists is removed.
 * @returns a function that releases the lock
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (held.has(lock)) throw inUse(file, String(process.pid));
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt > 2 || isHeld(lock)) throw inUse(file, readOwner(lock));
      removeStale(lock);
    }
  }
}

/** How long a lock file without a process id, or a guard file, counts as being in use. */
const GRACE_MS = 2000;

/** Removes a stale lock under a guard file, because another process may have replaced it with a valid lock meanwhile. */
function removeStale(lock: string): void {
  const guard = `${lock}.turn`;
  try {
    writeFileSync(guard, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isRecent(guard)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (!isHeld(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** An empty lock file is one that another process is just writing. */
function isHeld(lock: string): boolean {
  const owner = readOwner(lock);
  return owner === '' ? isRecent(lock) : Number(owner) !== process.pid && isAlive(Number(owner));
}

function isRecent(file: string): boolean {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < GRACE_MS;
}

function inUse(file: string, owner: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} is in use by process ${owner || '(unknown)'}: stop that process, or choose another file with --data.`,
  );
}

function readOwner(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
