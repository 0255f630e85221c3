import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RecordBase } from '../../../../src/backends/simulator/kernel/collection.js';
import { Store } from '../../../../src/backends/simulator/storage/store.js';
import {
  ACCOUNT,
  binding,
  createTestSimulator,
  newSimulator,
  ORIGIN,
  sidOf,
  sidsOf,
} from '../../../helpers/simulator.js';
import type { JsonObject } from '../../../../src/core/body.js';

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
async function openStore(longestLog = 3000) {
  const notices: string[] = [];
  const simulator = await newSimulator({});
  const options = { notice: (message: string) => void notices.push(message), longestLog };
  const store = await Store.open(dataFile, simulator.worlds, options);
  async function write(name: string): Promise<string> {
    const caller = { surface: 'engine', origin: ORIGIN } as const;
    const { call } = binding.bind('createservice', { body: { FriendlyName: name } }, caller);
    const { body } = await simulator.answer(call);
    await store.save(simulator.worlds.get(ACCOUNT).world);
    return sidOf(body?.value as JsonObject);
  }
  return { store, write, notices, worlds: simulator.worlds };
}

/** The files as a crash at this moment would leave them, for another process to start from. */
function copied(from = dataFile): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  for (const end of ['', '.log', '.log.next']) {
    if (existsSync(`${from}${end}`)) copyFileSync(`${from}${end}`, `${copy}${end}`);
  }
  return copy;
}

async function found(file = copied()): Promise<string[]> {
  const simulator = await createTestSimulator({ dataFile: file });
  const sids = sidsOf(await simulator.get('listservice', { PageSize: 100 }));
  await simulator.close();
  return sids;
}

/** Waits until the document has been written anew, and no other one is being written. */
const settled = (least: number) =>
  vi.waitFor(() => {
    expect(generation()).toBeGreaterThanOrEqual(least);
    expect(existsSync(`${dataFile}.log.next`)).toBe(false);
  });

/** Stands in the place of the file that is written aside, so that no document can be written. */
const obstacleAt = (file: string): string => join(dirname(file), '.worlds.json.tmp');

const generation = (): unknown => (JSON.parse(readFileSync(dataFile, 'utf8')) as { generation: unknown }).generation;
const files = (): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('copy-'))
    .sort();

it('a log that has grown long is worked into the document, while writes go on', async () => {
  const { store, write, notices } = await openStore();
  const sids = await Promise.all(Array.from({ length: 20 }, (_, i) => write(`one ${i}`)));
  await settled(2);
  for (let i = 0; i < 50; i += 1) sids.push(await write(`two ${i}`));
  await settled(3);
  expect(new Set(await found())).toEqual(new Set(sids));
  await store.close();
  expect(new Set(await found())).toEqual(new Set(sids));
  expect(notices).toEqual([]);
  expect(files()).toEqual(['worlds.json', 'worlds.json.log']);
});

it('a log that cannot be worked in goes on, says so, and loses nothing', async () => {
  const { store, write, notices } = await openStore();
  const sids = [await write('first')];
  const before = generation();
  mkdirSync(obstacleAt(dataFile));
  for (let i = 0; i < 10; i += 1) sids.push(await write(`meanwhile ${i}`));
  expect(notices[0]).toContain('could not be written anew');
  expect(notices.length, 'it is not tried with every write').toBeLessThan(5);
  expect(generation()).toBe(before);
  expect(new Set(await found())).toEqual(new Set(sids));

  rmdirSync(obstacleAt(dataFile));
  await store.close();
  expect(generation()).not.toBe(before);
  expect(new Set(await found())).toEqual(new Set(sids));
  expect(files()).toEqual(['worlds.json', 'worlds.json.log']);
});

it('a crash while the document is written loses nothing of either log, also when the next start crashes there too', async () => {
  const { store, write } = await openStore();
  mkdirSync(obstacleAt(dataFile));
  const sids = await Promise.all(Array.from({ length: 5 }, (_, i) => write(`old log ${i}`)));
  await vi.waitFor(() => expect(existsSync(`${dataFile}.log.next`)).toBe(true));
  for (let i = 0; i < 3; i += 1) sids.push(await write(`new log ${i}`));
  expect(new Set(await found())).toEqual(new Set(sids));

  const second = copied();
  mkdirSync(obstacleAt(second));
  const simulator = await createTestSimulator({ dataFile: second });
  sids.push(sidOf(await simulator.get('createservice', { body: { FriendlyName: 'after the first crash' } })));
  expect(new Set(await found(copied(second)))).toEqual(new Set(sids));
  rmdirSync(obstacleAt(second));
  await simulator.close();
  rmdirSync(obstacleAt(dataFile));
  await store.close();
});

it('a crash after the document was written, and before the new log took its place, loses nothing', async () => {
  const first = await openStore();
  const sids = [await first.write('one')];
  const stale = readFileSync(`${dataFile}.log`);
  await first.store.close();
  const second = await openStore();
  sids.push(await second.write('two'));
  const copy = copied();
  await second.store.close();
  renameSync(`${copy}.log`, `${copy}.log.next`);
  writeFileSync(`${copy}.log`, stale);
  expect(new Set(await found(copy))).toEqual(new Set(sids));
});

it('a world put in place of another is in the log as a whole, or, when a crash tore it, not at all', async () => {
  const { store, write, worlds, notices } = await openStore(1_000_000);
  await write('gone');
  const { world } = worlds.get(ACCOUNT);
  const document = world.toDocument();
  const [service] = document.records['services'] ?? [];
  const roles = Array.from({ length: 250 }, (_, i) => ({
    ...document.records['roles']?.[0],
    sid: world.sids.sid('RL', 1000 + i),
    seq: 1000 + i,
  })) as RecordBase[];
  const before = statSync(`${dataFile}.log`).size;
  worlds.restore({ ...document, sequence: 2000, records: { ...document.records, roles } });
  await store.save();
  const whole = copied();
  const torn = copied();
  truncateSync(`${torn}.log`, before + 9000);
  const rolesIn = async (file: string) => {
    const simulator = await createTestSimulator({ dataFile: file });
    const { roles: list } = await simulator.get('listservicerole', { ChatServiceSid: service?.sid, PageSize: 100 });
    await simulator.close();
    return (list as unknown[]).length;
  };
  // As many as a page takes.
  expect(await rolesIn(whole)).toBe(50);
  expect(await rolesIn(torn)).toBe(4);
  expect(notices).toEqual([]);
  await store.close();
});

it('a stop in good order leaves nothing for the next start to write', async () => {
  const first = await openStore();
  const sid = await first.write('one');
  await first.store.close();
  const { mtimeMs } = statSync(dataFile);
  const second = await openStore();
  expect(second.worlds.get(ACCOUNT).serviceSids()).toEqual([sid]);
  await second.store.close();
  expect(statSync(dataFile).mtimeMs).toBe(mtimeMs);
});

// Windows has no such rights.
it.skipIf(process.platform === 'win32')('is readable by its owner alone, unless somebody chose otherwise', async () => {
  const modes = () => ['', '.log'].map((end) => statSync(`${dataFile}${end}`).mode & 0o777);
  const first = await openStore();
  await first.write('one');
  await first.store.close();
  expect(modes()).toEqual([0o600, 0o600]);
  chmodSync(dataFile, 0o664);
  const second = await openStore();
  await second.write('two');
  await second.store.close();
  expect(modes()).toEqual([0o664, 0o600]);
});
