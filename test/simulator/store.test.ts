import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Store } from '../../src/backends/simulator/store.js';
import { ACCOUNT, binding, createTestSimulator, newSimulator, ORIGIN, sidOf, sidsOf } from '../helpers/simulator.js';
import type { JsonObject } from '../../src/operation.js';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A store whose log is worked in after a few writes, and a way to write. */
async function openStore() {
  const notices: string[] = [];
  const simulator = await newSimulator({});
  const options = { notice: (message: string) => void notices.push(message), longestLog: 3000 };
  const store = await Store.open(dataFile, simulator.worlds, options);
  async function write(name: string): Promise<string> {
    const caller = { surface: 'engine', origin: ORIGIN } as const;
    const { call } = binding.bind('createservice', { body: { FriendlyName: name } }, caller);
    const { body } = await simulator.answer(call);
    await store.save(simulator.worlds.get(ACCOUNT).world);
    return sidOf(body?.value as JsonObject);
  }
  return { store, write, notices };
}

/** What another process finds that starts from the files as they are. */
async function found(): Promise<string[]> {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  copyFileSync(dataFile, copy);
  copyFileSync(`${dataFile}.log`, `${copy}.log`);
  const simulator = await createTestSimulator({ dataFile: copy });
  const sids = sidsOf(await simulator.get('listservice', { PageSize: 100 }));
  await simulator.close();
  return sids;
}

const generation = (): unknown => (JSON.parse(readFileSync(dataFile, 'utf8')) as { generation: unknown }).generation;

it('a log that has grown long is worked into the document, while writes go on', async () => {
  const { store, write, notices } = await openStore();
  const sids = await Promise.all(Array.from({ length: 20 }, (_, i) => write(`one ${i}`)));
  for (let i = 0; i < 20; i += 1) sids.push(await write(`two ${i}`));
  expect(generation()).toBeGreaterThan(2);
  expect(new Set(await found())).toEqual(new Set(sids));
  await store.close();
  expect(new Set(await found())).toEqual(new Set(sids));
  expect(notices).toEqual([]);
});

it('a log that cannot be worked in goes on, says so, and loses nothing', async () => {
  const { store, write, notices } = await openStore();
  const sids = [await write('first')];
  const before = generation();
  // In the place of the file that is written aside.
  const inTheWay = join(folder, '.worlds.json.tmp');
  mkdirSync(inTheWay);
  for (let i = 0; i < 10; i += 1) sids.push(await write(`meanwhile ${i}`));
  expect(notices[0]).toContain('could not be written anew');
  expect(notices.length, 'it is not tried with every write').toBeLessThan(5);
  expect(generation()).toBe(before);
  expect(new Set(await found())).toEqual(new Set(sids));

  rmdirSync(inTheWay);
  await store.close();
  expect(generation()).not.toBe(before);
  expect(new Set(await found())).toEqual(new Set(sids));
  expect(readdirSync(folder).filter((name) => !name.startsWith('copy-'))).toEqual(['worlds.json', 'worlds.json.log']);
});
