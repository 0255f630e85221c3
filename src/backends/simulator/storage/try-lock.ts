import { createRequire } from 'node:module';

/** Locks a part of an open file, or returns false if it is locked through another open file. */
export type TryLock = (fd: number, offset: number, length: number) => boolean;

/**
 * Loads the lock of the operating system: an open file description lock on Linux, `flock` on macOS, `LockFileEx` on
 * Windows. Node.js itself offers none. Loaded on demand, because few understudies have a data file.
 */
export async function loadTryLock(): Promise<TryLock> {
  try {
    return (await import('fs-native-extensions')).tryLock;
  } catch (error) {
    const binding = loadForMusl();
    if (binding === undefined) throw error;
    return (fd, offset, length) => {
      try {
        binding.tryLock(fd, offset, length, true);
        return true;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') return false;
        throw cause;
      }
    };
  }
}

interface Binding {
  tryLock(fd: number, offset: number, length: number, isExclusive: boolean): void;
}

/**
 * On Alpine Linux the package looks for a build for musl, which it does not contain. Its build for glibc uses only
 * functions that musl has as well.
 */
function loadForMusl(): Binding | undefined {
  try {
    const path = `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
    return createRequire(import.meta.url)(path) as Binding;
  } catch {
    return undefined;
  }
}
