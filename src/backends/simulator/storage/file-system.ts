import { createReadStream, type Stats, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lockFile, type FileLock } from './file-lock.js';

export interface FileStatus {
  readonly size: number;
  /** The permission bits. */
  readonly mode: number;
  /** The same for two paths only if they lead to the same file. */
  readonly id: string;
}

/** A file that is open for writing. */
export interface OpenFile {
  /** Writes bytes at a position, and returns how many were written, which may be fewer. */
  write(bytes: Buffer, position: number): Promise<number>;
  /** All bytes in chunks. */
  read(chunkSize: number): AsyncIterable<Buffer>;
  /** Resolves when everything that was written survives a power loss. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  status(): Promise<FileStatus>;
  close(): Promise<void>;
}

/** What the data file needs of a file system. Tests put one that fails in its place. */
export interface FileSystem {
  /** `w` creates an empty file, replacing an existing one; `r+` opens an existing file and keeps its contents. */
  open(path: string, flags: 'w' | 'r+', mode?: number): Promise<OpenFile>;
  /** The bytes of a file in chunks, from `start` (default: 0). */
  read(path: string, chunkSize: number, start?: number): AsyncIterable<Buffer>;
  /** Undefined if the file does not exist. */
  status(path: string): Promise<FileStatus | undefined>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file if it exists. */
  remove(path: string): Promise<void>;
  /** Resolves when new, renamed and removed names in the folder of this file survive a power loss. */
  syncFolderOf(path: string): Promise<void>;
  /**
   * Locks a data file by its lock file.
   * @throws UnderstudyError if it is locked
   */
  lock(lock: string, file: string): Promise<FileLock>;
}

export const diskFiles: FileSystem = {
  async open(path, flags, mode) {
    const handle = await open(path, flags === 'w' ? 'w+' : flags, mode);
    return {
      async write(bytes, position) {
        return (await handle.write(bytes, 0, bytes.length, position)).bytesWritten;
      },
      async *read(chunkSize) {
        for (let position = 0; ;) {
          const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkSize), 0, chunkSize, position);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
          position += bytesRead;
        }
      },
      // The size of a file is synced too, as far as it is needed to read the data.
      sync: () => handle.datasync(),
      truncate: (size) => handle.truncate(size),
      chmod: (bits) => handle.chmod(bits),
      status: async () => statusOf(await handle.stat()),
      close: () => handle.close(),
    };
  },
  read: (path, chunkSize, start = 0) => createReadStream(path, { highWaterMark: chunkSize, start }),
  async status(path) {
    // Each write looks at several paths. To ask another thread takes ten times as long as the system does, which has names in
    // memory.
    const found = statSync(path, { throwIfNoEntry: false });
    return found && statusOf(found);
  },
  lock: lockFile,
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolderOf(path) {
    // Windows cannot sync a folder. NTFS keeps the order of renames in its journal.
    if (process.platform === 'win32') return;
    const handle = await open(dirname(path), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

function statusOf({ size, mode, dev, ino }: Stats): FileStatus {
  return { size, mode: mode & 0o777, id: `${dev}:${ino}` };
}

/** Data files contain private messages, so only their owner may read them. */
const OWNER_ONLY = 0o600;

/** The permissions of an existing file, which its owner may have chosen, or the default for a new one. */
export async function modeOf(files: FileSystem, path: string): Promise<number> {
  return (await files.status(path))?.mode ?? OWNER_ONLY;
}

/** Writes all bytes at a position. A disk may take a part of them at a time. */
export async function writeAll(file: OpenFile, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count === 0) throw new Error('the disk accepted no bytes');
    written += count;
  }
}

/**
 * Replaces a file. Its previous content stays in place until the new content is complete and on disk. `write` gets the new
 * file, which is at another path until then, and returns the last step before the change of names.
 */
export async function replaceFile(
  files: FileSystem,
  path: string,
  write: (file: OpenFile) => Promise<void>,
  beforeRename: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  const mode = await modeOf(files, path);
  const file = await files.open(temporary, 'w', mode);
  try {
    // `open` applies the umask to the mode; permissions that the owner chose must not change.
    await file.chmod(mode);
    await write(file);
    await file.sync();
    await file.close();
    await beforeRename();
    await files.rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncFolderOf(path);
}
