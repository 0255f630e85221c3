import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChangeLog, type LogEntry } from '../../../../src/backends/simulator/storage/change-log-reader.js';
import { ChangeLog } from '../../../../src/backends/simulator/storage/change-log.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-log-'));
  file = join(folder, 'log');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function readEntries(): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  await readChangeLog(file, 1, (entry) => void entries.push(entry));
  return entries;
}

const changesOf = (account: string) => ({ account, changes: [] }) as never;

describe('a change log', () => {
  it('writes lines that were added together in one write', async () => {
    const log = await ChangeLog.create(file, 1);
    let writes = 0;
    const write = log.handle.write.bind(log.handle);
    log.handle.write = ((...args: Parameters<typeof write>) => {
      writes += 1;
      return write(...args);
    }) as typeof write;
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => {
        log.add(changesOf(`AC${i}`));
        return log.flush();
      }),
    );
    expect(writes).toBe(2);
    await log.close();
    expect(await readEntries()).toHaveLength(100);
  });

  it('keeps lines separate when one is added between two writes', async () => {
    const log = await ChangeLog.create(file, 1);
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

  it('retries a line whose write failed, without leaving a partial line', async () => {
    const log = await ChangeLog.create(file, 1);
    const write = log.handle.write.bind(log.handle);
    log.handle.write = (async (bytes: Buffer, offset: number, length: number, position: number) => {
      await write(bytes, offset, Math.floor(length / 2), position);
      throw new Error('ENOSPC: no space left');
    }) as unknown as typeof write;
    log.add(changesOf('AC1'));
    await expect(log.flush()).rejects.toThrow('ENOSPC');
    log.handle.write = write;
    log.add(changesOf('AC2'));
    await log.flush();
    await log.close();
    expect(await readEntries()).toEqual([changesOf('AC1'), changesOf('AC2')]);
  });
});
