import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { generateSeed } from '../../src/backends/simulator/conversations/seed/generate.js';
import { createStartProgress } from '../../src/cli/start-progress.js';
import type { StartProgress } from '../../src/core/start-progress.js';

beforeEach(() => void vi.stubEnv('CI', undefined));
afterEach(() => void vi.unstubAllEnvs());

/** A clock that the test moves, and what is written. */
function progressOn(terminal: { readonly isTTY?: boolean }) {
  let [time, text] = [0, ''];
  const write = (part: string | Uint8Array): boolean => {
    text += String(part);
    return true;
  };
  const { report } = createStartProgress({ ...terminal, write }, () => time);
  return {
    after: (milliseconds: number, progress: StartProgress): void => {
      time += milliseconds;
      report(progress);
    },
    written: () => text,
  };
}

const seeding = (done: number): StartProgress => ({ phase: 'seed', done, total: 100_000 });

describe('the progress of a long start', () => {
  it('is one line on a terminal, which is updated and removed at the end', () => {
    const { after, written } = progressOn({ isTTY: true });
    after(0, seeding(1000));
    after(50, seeding(2000));
    after(60, seeding(3000));
    after(0, { phase: 'read data', done: 30, total: 120 });
    after(60, { phase: 'read data', done: 120, total: 120 });
    expect(written().split('\r\u001B[K')).toEqual([
      '',
      'seeding: 1,000 of 100,000 entries',
      'seeding: 3,000 of 100,000 entries',
      'reading the data file: 25 % of 0 MB',
      '',
    ]);
  });

  it('is one line for each phase in a pipe, once the phase has taken a second', () => {
    const { after, written } = progressOn({});
    after(0, seeding(1000));
    after(900, seeding(2000));
    expect(written()).toBe('');
    after(200, seeding(3000));
    after(2000, seeding(4000));
    after(0, { phase: 'read seed', done: 0, total: 15_010_389 });
    expect(written()).toBe('understudy: seeding: 3,000 of 100,000 entries\nunderstudy: reading the seed: 15 MB\n');
  });
});

it('a server reports how far it has read its seed and its data file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-progress-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [seed, dataFile] = [join(folder, 'seed.yaml'), join(folder, 'world.json')];
  writeFileSync(seed, generateSeed({ conversations: 200, messages: 9, rngSeed: 'test' }));
  const start = async (): Promise<StartProgress[]> => {
    const reported: StartProgress[] = [];
    const onProgress = (progress: StartProgress) => void reported.push(progress);
    const settings = { seed, dataFile, restPort: 0, mcpPort: 0, logLevel: 'silent' as const };
    await (await startUnderstudy(settings, { onProgress })).close();
    return reported;
  };
  const first = await start();
  expect(first.map(({ phase, done }) => [phase, done])).toEqual([
    ['seed', 1000],
    ['seed', 2000],
  ]);
  expect(first[0]?.total).toBeGreaterThan(2000);
  const second = await start();
  expect(new Set(second.map(({ phase }) => phase))).toEqual(new Set(['read data']));
  expect(second.at(-1)?.done).toBe(second.at(-1)?.total);
});
