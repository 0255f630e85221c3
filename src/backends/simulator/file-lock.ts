import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { UnderstudyError } from '../../errors.js';

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
      if (held.has(lock)) throw taken(file, process.pid);
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readOwner(lock));
      if (attempt > 2 || (owner !== process.pid && isAlive(owner))) throw taken(file, owner);
      rmSync(lock, { force: true });
    }
  }
}

function taken(file: string, owner: number): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `The data file ${file} is in use by process ${owner}: stop that one, or name another file with --data.`,
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
