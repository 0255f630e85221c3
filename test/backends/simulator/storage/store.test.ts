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
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serviceSids } from '../../../../src/backends/simulator/conversations/service/record.js';
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
import { eventually } from '../../../helpers/eventually.js';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A store that compacts its log after a few writes, and a function that writes. */
async function openStore(minCompactionBytes = 3000) {
  const warnings: string[] = [];
  const simulator = await newSimulator({ defaultService: false });
  const options = { onWarning: (message: string) => void warnings.push(message), minCompactionBytes };
  const store = await Store.open(dataFile, simulator.worlds, options);
  async function write(name: string): Promise<string> {
    const caller = { surface: 'engine', origin: ORIGIN } as const;
    const { call } = binding.bind('createservice', { body: { FriendlyName: name } }, caller);
    const { body } = await simulator.answer(call);
    await store.save(await store.begin(), simulator.worlds.get(ACCOUNT).world);
    return sidOf(body?.value as JsonObject);
  }
  return { store, write, warnings, worlds: simulator.worlds };
}

/** Copies the files as a crash at this moment would leave them. */
function copyFiles(from = dataFile): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  for (const suffix of ['', '.log', '.log.next']) {
    if (existsSync(`${from}${suffix}`)) copyFileSync(`${from}${suffix}`, `${copy}${suffix}`);
  }
  return copy;
}

async function savedServices(file = copyFiles()): Promise<string[]> {
  const simulator = await createTestSimulator({ defaultService: false, dataFile: file });
  const sids = sidsOf(await simulator.callOk('listservice', { PageSize: 100 }));
  await simulator.close();
  return sids;
}

/** Waits until the document has at least this generation and no compaction is running. */
const compacted = (minGeneration: number) =>
  eventually(() => {
    expect(generation()).toBeGreaterThanOrEqual(minGeneration);
    expect(existsSync(`${dataFile}.log.next`)).toBe(false);
  });

/** A directory with the name of the temporary file prevents documents from being written. */
const obstacleFor = (file: string): string => join(dirname(file), '.worlds.json.tmp');

const generation = (): unknown => (JSON.parse(readFileSync(dataFile, 'utf8')) as { generation: unknown }).generation;
const files = (): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('copy-'))
    .sort();

it('a large log is compacted into the document while writes continue', async () => {
  const { store, write, warnings } = await openStore();
  const sids = await Promise.all(Array.from({ length: 20 }, (_, i) => write(`one ${i}`)));
  await compacted(2);
  for (let i = 0; i < 50; i += 1) sids.push(await write(`two ${i}`));
  await compacted(3);
  expect(new Set(await savedServices())).toEqual(new Set(sids));
  await store.close();
  expect(new Set(await savedServices())).toEqual(new Set(sids));
  expect(warnings).toEqual([]);
  expect(files()).toEqual(['worlds.json', 'worlds.json.log']);
});

it('a failed compaction logs a warning and loses nothing', async () => {
  const { store, write, warnings } = await openStore();
  const sids = [await write('first')];
  const before = generation();
  mkdirSync(obstacleFor(dataFile));
  for (let i = 0; i < 10; i += 1) sids.push(await write(`during the failure ${i}`));
  await eventually(() => expect(warnings[0]).toContain('Cannot rewrite the data file'));
  expect(warnings.length, 'not every write starts a compaction').toBeLessThan(5);
  expect(generation()).toBe(before);
  expect(new Set(await savedServices())).toEqual(new Set(sids));

  rmdirSync(obstacleFor(dataFile));
  await store.close();
  expect(generation()).not.toBe(before);
  expect(new Set(await savedServices())).toEqual(new Set(sids));
  expect(files()).toEqual(['worlds.json', 'worlds.json.log']);
});

it('a crash during compaction loses nothing from either log, even if the next start crashes there too', async () => {
  const { store, write } = await openStore();
  mkdirSync(obstacleFor(dataFile));
  const sids = await Promise.all(Array.from({ length: 5 }, (_, i) => write(`old log ${i}`)));
  await eventually(() => expect(existsSync(`${dataFile}.log.next`)).toBe(true));
  for (let i = 0; i < 3; i += 1) sids.push(await write(`new log ${i}`));
  expect(new Set(await savedServices())).toEqual(new Set(sids));

  const second = copyFiles();
  mkdirSync(obstacleFor(second));
  const simulator = await createTestSimulator({ defaultService: false, dataFile: second });
  sids.push(sidOf(await simulator.callOk('createservice', { body: { FriendlyName: 'after the first crash' } })));
  expect(new Set(await savedServices(copyFiles(second)))).toEqual(new Set(sids));
  rmdirSync(obstacleFor(second));
  await simulator.close();
  rmdirSync(obstacleFor(dataFile));
  await store.close();
});

it('a crash between writing the document and replacing the log loses nothing', async () => {
  const first = await openStore();
  const sids = [await first.write('one')];
  const stale = readFileSync(`${dataFile}.log`);
  await first.store.close();
  const second = await openStore();
  sids.push(await second.write('two'));
  const copy = copyFiles();
  await second.store.close();
  renameSync(`${copy}.log`, `${copy}.log.next`);
  writeFileSync(`${copy}.log`, stale);
  expect(new Set(await savedServices(copy))).toEqual(new Set(sids));
});

it('a replaced world is in the log completely or, if a crash interrupted the write, not at all', async () => {
  const { store, write, worlds, warnings } = await openStore(1_000_000);
  await write('replaced');
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
  await store.save(await store.begin());
  const whole = copyFiles();
  const torn = copyFiles();
  truncateSync(`${torn}.log`, before + 9000);
  const rolesIn = async (file: string) => {
    const simulator = await createTestSimulator({ defaultService: false, dataFile: file });
    const { roles: list } = await simulator.callOk('listservicerole', { ChatServiceSid: service?.sid, PageSize: 100 });
    await simulator.close();
    return (list as unknown[]).length;
  };
  // The maximum page size.
  expect(await rolesIn(whole)).toBe(50);
  expect(await rolesIn(torn)).toBe(4);
  expect(warnings).toEqual([]);
  await store.close();
});

it('after a clean shutdown, the next start writes nothing', async () => {
  const first = await openStore();
  const sid = await first.write('one');
  await first.store.close();
  const { mtimeMs } = statSync(dataFile);
  const second = await openStore();
  expect(serviceSids(second.worlds.get(ACCOUNT).world)).toEqual([sid]);
  await second.store.close();
  expect(statSync(dataFile).mtimeMs).toBe(mtimeMs);
});

// Windows has no such permissions.
it.skipIf(process.platform === 'win32')(
  'the data file is readable by its owner only, unless its permissions were changed',
  async () => {
    const modes = () => ['', '.log'].map((suffix) => statSync(`${dataFile}${suffix}`).mode & 0o777);
    const first = await openStore();
    await first.write('one');
    await first.store.close();
    expect(modes()).toEqual([0o600, 0o600]);
    chmodSync(dataFile, 0o664);
    const second = await openStore();
    await second.write('two');
    await second.store.close();
    expect(modes()).toEqual([0o664, 0o600]);
  },
);
