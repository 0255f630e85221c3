import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UnderstudyError } from '../../../core/errors.js';

/** Files that this very process holds: its own number in a lock file may also be a leftover of a crashed namesake. */
const held = new Set<string>();

/**
 * Keeps a second process, or a second understudy of this one, off a data file. A lock whose process is gone counts for
 * nothing.
 * @returns lets it go
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (held.has(lock)) throw taken(file, String(process.pid));
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt > 2 || isHeld(lock)) throw taken(file, readOwner(lock));
      removeStale(lock);
    }
  }
}

/** As long as two processes that find a leftover at the same time may need to sort out who removes it. */
const MOMENT = 2000;

/** Only one at a time may look and remove: another might by now have locked the file anew. */
function removeStale(lock: string): void {
  const turn = `${lock}.turn`;
  try {
    writeFileSync(turn, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isFresh(turn)) rmSync(turn, { force: true });
    return;
  }
  try {
    if (!isHeld(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

/** A lock that names nobody yet is being written. */
function isHeld(lock: string): boolean {
  const owner = readOwner(lock);
  return owner === '' ? isFresh(lock) : Number(owner) !== process.pid && isAlive(Number(owner));
}

function isFresh(file: string): boolean {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < MOMENT;
}

function taken(file: string, owner: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} is in use by process ${owner || '(unknown)'}: stop that one, or name another file with --data.`,
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
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
