/** A disk in memory that fails as real ones do: with errors, with short writes, and by losing power. */
import type { FileLock } from '../../src/backends/simulator/storage/file-lock.js';
import type { FileStatus, FileSystem, OpenFile } from '../../src/backends/simulator/storage/file-system.js';
import type { Random } from './writer.js';

const SECTOR = 512;

interface Write {
  readonly position: number;
  readonly bytes: Buffer;
}

/** A file without its name. */
interface Inode {
  readonly id: string;
  mode: number;
  /** What every reader sees. */
  content: Buffer;
  /** What certainly survives a power loss. */
  synced: Buffer;
  /** What may survive: each write in parts, and each change of the size. */
  unsynced: (Write | { readonly size: number })[];
}

/** A change of names that survives a power loss completely or not at all. */
type NameChanges = readonly { readonly name: string; readonly inode: Inode | undefined }[];

export type Operation = 'open' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder' | 'status' | 'read';

/** Decides before each operation whether it fails. `short`: a write takes only a part of the bytes. */
export type FaultSource = (operation: Operation, path: string) => Error | 'short' | undefined;

export function faultOf(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

export class SimulatedDisk implements FileSystem {
  #names = new Map<string, Inode>();
  #syncedNames = new Map<string, Inode>();
  #unsyncedNames: NameChanges[] = [];
  #count = 0;
  faults: FaultSource = () => undefined;
  /** Whether something that was written is only in the memory of the system, although a later sync may succeed. */
  hasFailedSync = false;
  /** Once true, nothing works any more: the process has ended. */
  #isOff = false;

  async open(path: string, flags: 'w' | 'r+', mode = 0o600): Promise<OpenFile> {
    await this.#begin('open', path);
    let inode = this.#names.get(path);
    if (inode === undefined) {
      if (flags === 'r+') throw faultOf('ENOENT');
      inode = { id: `${(this.#count += 1)}`, mode, content: empty, synced: empty, unsynced: [] };
      this.#rename([{ name: path, inode }]);
    } else if (flags === 'w') resize(inode, 0);
    return this.#handleOf(inode, path);
  }

  #handleOf(inode: Inode, path: string): OpenFile {
    return {
      write: async (bytes, position) => {
        const fault = await this.#begin('write', path, bytes.length > 1);
        const taken = fault === 'short' ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
        put(inode, { position, bytes: Buffer.from(taken) });
        return taken.length;
      },
      read: (chunkSize) => this.#readFrom(() => inode.content, path, chunkSize, 0),
      sync: async () => {
        const writes = new Set(inode.unsynced);
        try {
          await this.#begin('sync', path);
          // Another sync may have ended meanwhile.
          for (const write of inode.unsynced) if (writes.has(write)) inode.synced = applied(inode.synced, write);
        } finally {
          // As on Linux: what could not be written counts as written from now on, and a later sync succeeds.
          inode.unsynced = inode.unsynced.filter((write) => !writes.has(write));
        }
      },
      truncate: async (size) => {
        await this.#begin('truncate', path);
        resize(inode, size);
      },
      chmod: async (mode) => {
        await this.#begin('status', path);
        inode.mode = mode;
      },
      status: async () => {
        await this.#begin('status', path);
        return statusOf(inode);
      },
      close: () => Promise.resolve(),
    };
  }

  read(path: string, chunkSize: number, start = 0): AsyncGenerator<Buffer> {
    return this.#readFrom(() => this.#names.get(path)?.content, path, chunkSize, start);
  }

  async *#readFrom(
    find: () => Buffer | undefined,
    path: string,
    chunkSize: number,
    start: number,
  ): AsyncGenerator<Buffer> {
    await this.#begin('read', path);
    const content = find();
    if (content === undefined) throw faultOf('ENOENT');
    for (let at = start; at < content.length; at += chunkSize) yield content.subarray(at, at + chunkSize);
  }

  async status(path: string): Promise<FileStatus | undefined> {
    await this.#begin('status', path);
    const inode = this.#names.get(path);
    return inode && statusOf(inode);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin('rename', from);
    const inode = this.#names.get(from);
    if (inode === undefined) throw faultOf('ENOENT');
    this.#rename([
      { name: to, inode },
      { name: from, inode: undefined },
    ]);
  }

  async remove(path: string): Promise<void> {
    await this.#begin('remove', path);
    if (this.#names.has(path)) this.#rename([{ name: path, inode: undefined }]);
  }

  async syncFolderOf(path: string): Promise<void> {
    const count = this.#unsyncedNames.length;
    await this.#begin('syncFolder', path);
    for (const changes of this.#unsyncedNames.splice(0, count)) setNames(this.#syncedNames, changes);
  }

  /** The files as the next process finds them after this one was killed. Nothing that this one still does has an effect. */
  afterKill(): SimulatedDisk {
    this.#isOff = true;
    const disk = new SimulatedDisk();
    disk.#names = new Map(this.#names);
    disk.#syncedNames = this.#syncedNames;
    disk.#unsyncedNames = this.#unsyncedNames;
    disk.#count = this.#count;
    // The error of a sync that no process has seen is reported to the next one.
    for (const inode of disk.#names.values()) inode.unsynced.push({ position: 0, bytes: inode.content });
    return disk;
  }

  /** The files as the next process finds them after a power loss. What was not synced survives in part, in any order. */
  afterPowerLoss(random: Random): SimulatedDisk {
    this.#isOff = true;
    const disk = new SimulatedDisk();
    disk.#count = this.#count;
    const names = new Map(this.#syncedNames);
    // A journal keeps the order of names, so some number of the first ones survives.
    const survivors = Math.floor(random() * (this.#unsyncedNames.length + 1));
    for (const changes of this.#unsyncedNames.slice(0, survivors)) setNames(names, changes);
    const copies = new Map<Inode, Inode>();
    for (const [name, inode] of names) {
      const copy = copies.get(inode) ?? afterPowerLoss(inode, random);
      copies.set(inode, copy);
      disk.#names.set(name, copy);
    }
    disk.#syncedNames = new Map(disk.#names);
    return disk;
  }

  /** The disk belongs to one process at a time. */
  lock(): Promise<FileLock> {
    return Promise.resolve({ isHeld: () => true, release: () => undefined });
  }

  contentOf(path: string): Buffer | undefined {
    return this.#names.get(path)?.content;
  }

  /** What certainly survives a power loss. */
  syncedContentOf(path: string): Buffer | undefined {
    return this.#names.get(path)?.synced;
  }

  /** Puts a file in place as another program would: as a new file. Undefined: deletes it. */
  place(path: string, content: Buffer | undefined): void {
    const inode = content && { id: `${(this.#count += 1)}`, mode: 0o600, content, synced: content, unsynced: [] };
    setNames(this.#names, [{ name: path, inode }]);
    setNames(this.#syncedNames, [{ name: path, inode }]);
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  #rename(changes: NameChanges): void {
    setNames(this.#names, changes);
    this.#unsyncedNames.push(changes);
  }

  async #begin(operation: Operation, path: string, canBeShort = false): Promise<'short' | undefined> {
    // As with a real disk, other code runs meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isOff) return new Promise(() => undefined);
    const fault = this.faults(operation, path);
    if (fault === 'short') return canBeShort ? fault : undefined;
    if (fault !== undefined && operation === 'sync') this.hasFailedSync = true;
    if (fault !== undefined) throw fault;
    return undefined;
  }
}

const empty = Buffer.alloc(0);

function statusOf({ id, mode, content }: Inode): FileStatus {
  return { id, mode, size: content.length };
}

function setNames(names: Map<string, Inode>, changes: NameChanges): void {
  for (const { name, inode } of changes) {
    if (inode === undefined) names.delete(name);
    else names.set(name, inode);
  }
}

function put(inode: Inode, write: Write): void {
  inode.content = applied(inode.content, write);
  // A disk writes whole sectors, with what else is in them at this time.
  const start = Math.floor(write.position / SECTOR) * SECTOR;
  const end = Math.ceil((write.position + write.bytes.length) / SECTOR) * SECTOR;
  inode.unsynced.push({ position: start, bytes: Buffer.from(inode.content.subarray(start, end)) });
}

function resize(inode: Inode, size: number): void {
  inode.content = applied(inode.content, { size });
  inode.unsynced.push({ size });
}

function applied(content: Buffer, change: Write | { readonly size: number }): Buffer {
  const size = 'size' in change ? change.size : Math.max(content.length, change.position + change.bytes.length);
  const result = Buffer.alloc(size);
  content.copy(result);
  if ('bytes' in change) change.bytes.copy(result, change.position);
  return result;
}

/**
 * Each sector has what it had after some number of the unsynced writes. The size of the file may survive without its
 * content.
 */
function afterPowerLoss({ id, mode, synced, unsynced }: Inode, random: Random): Inode {
  let content = synced;
  const share = random();
  const cutOffs = new Map<number, number>();
  const cutOffOf = (sector: number): number => {
    const cutOff = cutOffs.get(sector) ?? (random() < share ? unsynced.length : Math.floor(random() * unsynced.length));
    cutOffs.set(sector, cutOff);
    return cutOff;
  };
  for (const [i, change] of unsynced.entries()) {
    if ('size' in change) {
      if (i < cutOffOf(-1)) content = applied(content, change);
      continue;
    }
    const end = change.position + change.bytes.length;
    if (random() < 0.3) content = applied(content, { size: Math.max(content.length, end) });
    for (const part of sectorsOf(change)) {
      if (i < cutOffOf(Math.floor(part.position / SECTOR))) content = applied(content, part);
    }
  }
  return { id, mode, content, synced: content, unsynced: [] };
}

function* sectorsOf({ position, bytes }: Write): Generator<Write> {
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + SECTOR - ((position + start) % SECTOR));
    yield { position: position + start, bytes: bytes.subarray(start, end) };
    start = end;
  }
}
