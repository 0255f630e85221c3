import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestSimulator, newSimulator, sidOf, sidsOf } from '../../../helpers/simulator.js';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-lock-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (file = dataFile) => createTestSimulator({ defaultService: false, dataFile: file });

describe('a data file in use', () => {
  it('refuses a second understudy and names the process that uses it', async () => {
    const first = await open();
    await expect(newSimulator({ dataFile })).rejects.toThrow(`in use by process ${process.pid}`);
    await first.close();
    await (await open()).close();
    expect(readdirSync(folder)).toEqual(['worlds.json', 'worlds.json.log']);
  });

  it('refuses a second understudy under another name', async () => {
    const first = await open();
    symlinkSync('worlds.json', join(folder, 'link.json'));
    mkdirSync(join(folder, 'sub'));
    symlinkSync('..', join(folder, 'sub', 'up'));
    for (const name of ['link.json', './/worlds.json', 'sub/up/worlds.json']) {
      await expect(newSimulator({ dataFile: join(folder, name) })).rejects.toThrow('in use by process');
    }
    await first.close();
  });

  it('is locked by the system, whatever process id the lock file contains', async () => {
    const first = await open();
    writeFileSync(`${dataFile}.lock`, '999999999');
    await expect(newSimulator({ dataFile })).rejects.toThrow('in use by process 999999999');
    await first.close();
  });

  it.each([
    ['a process that no longer exists', '999999999'],
    ['a process that exists, because its id was given again', String(process.ppid)],
    ['the same process id, as in a container', String(process.pid)],
    ['an unfinished start', ''],
  ])('is available when the lock file is a leftover of %s', async (_, owner) => {
    writeFileSync(`${dataFile}.lock`, owner);
    const simulator = await open();
    expect(await simulator.callOk('listservice')).toMatchObject({ services: [] });
    await simulator.close();
  });
});

describe('a data file that is a symbolic link', () => {
  it.each([true, false])('stays one, and its target is written (target exists: %s)', async (exists) => {
    const target = join(folder, 'target', 'real.json');
    mkdirSync(join(folder, 'target'));
    if (exists) await (await open(target)).close();
    symlinkSync(join('target', 'real.json'), dataFile);
    const before = await open();
    const sid = sidOf(await before.callOk('createservice', { body: { FriendlyName: 'x' } }));
    await before.close();
    expect(lstatSync(dataFile).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder)).toEqual(['target', 'worlds.json']);
    const after = await open(target);
    expect(sidsOf(await after.callOk('listservice'))).toEqual([sid]);
    await after.close();
  });
});
