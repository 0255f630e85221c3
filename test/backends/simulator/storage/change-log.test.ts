import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChangeLog, type LogEntry } from '../../../../src/backends/simulator/storage/change-log-reader.js';
import { ChangeLog, type ChangeLogOptions } from '../../../../src/backends/simulator/storage/change-log.js';
import { diskFiles, type FileSystem, type OpenFile } from '../../../../src/backends/simulator/storage/file-system.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-log-'));
  file = join(folder, 'log');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The disk, with other writes and syncs. */
function filesWith(change: (file: OpenFile) => Partial<OpenFile>): FileSystem {
  return {
    ...diskFiles,
    async open(...args) {
      const opened = await diskFiles.open(...args);
      return { ...opened, ...change(opened) };
    },
  };
}

/** A log whose changes are taken back when a write fails, as a store does. */
async function createLog(options: Partial<ChangeLogOptions> = {}): Promise<ChangeLog> {
  const log: ChangeLog = await ChangeLog.create(file, 1, {
    files: diskFiles,
    syncsAlways: false,
    checkPlace: () => Promise.resolve(),
    onFailure: (cause) => log.takeBack(cause),
    ...options,
  });
  return log;
}

async function readEntries(): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  await readChangeLog(diskFiles.read(file, 64), (entry) => void entries.push(entry));
  return entries;
}

const changesOf = (account: string) => ({ account, changes: [] }) as never;

describe('a change log', () => {
  it.each([false, true])(
    'writes and syncs lines that were added together at once (always: %s)',
    async (syncsAlways) => {
      let [writes, syncs] = [0, 0];
      const files = filesWith((opened) => ({
        write(...args) {
          writes += 1;
          return opened.write(...args);
        },
        sync() {
          syncs += 1;
          return opened.sync();
        },
      }));
      const log = await createLog({ files, syncsAlways });
      [writes, syncs] = [0, 0];
      await Promise.all(
        Array.from({ length: 100 }, (_, i) => {
          log.add(changesOf(`AC${i}`));
          return log.flush();
        }),
      );
      expect([writes, syncs]).toEqual([2, syncsAlways ? 2 : 0]);
      await log.close();
      expect(await readEntries()).toHaveLength(100);
    },
  );

  it('keeps lines separate when one is added between two writes', async () => {
    const log = await createLog();
    const add = (account: string) => log.add(changesOf(account));
    add('AC1');
    const first = log.flush();
    add('AC2');
    const second = log.flush();
    await first;
    add('AC3');
    const third = log.flush();
    add('AC4');
    await Promise.all([second, third, log.flush()]);
    await log.close();
    expect(await readEntries()).toEqual(['AC1', 'AC2', 'AC3', 'AC4'].map(changesOf));
  });

  it('takes back what could not be written, the latest first, and leaves no part of it in the file', async () => {
    let isFull = false;
    const files = filesWith((opened) => ({
      async write(bytes, position) {
        if (!isFull) return opened.write(bytes, position);
        // All but the last line.
        await opened.write(bytes.subarray(0, -10), position);
        throw new Error('ENOSPC: no space left');
      },
    }));
    const undone: string[] = [];
    const log = await createLog({ files });
    const add = (account: string) => log.add(changesOf(account), () => void undone.push(account));
    add('AC1');
    await log.flush();
    isFull = true;
    add('AC2');
    const first = log.flush();
    add('AC3');
    const second = log.flush();
    await expect(first).rejects.toThrow('ENOSPC');
    await expect(second).rejects.toThrow('ENOSPC');
    expect(undone).toEqual(['AC3', 'AC2']);
    expect(await readEntries()).toEqual([changesOf('AC1')]);
    isFull = false;
    add('AC4');
    await log.flush();
    await log.close();
    expect(await readEntries()).toEqual([changesOf('AC1'), changesOf('AC4')]);
  });
});
