import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChangeLog, type LogEntry } from '../../../../src/backends/simulator/storage/change-log-reader.js';
import { ChangeLog } from '../../../../src/backends/simulator/storage/change-log.js';
import {
  createTestSimulator,
  movableClock,
  newSimulator,
  sidOf,
  sidsOf,
  START,
  type TestSimulator,
} from '../../../helpers/simulator.js';

/** The service of the seed. */
const desk = 'IS5e0000000000000000000000000000d1';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-data-'));
  dataFile = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Saved {
  format: unknown;
  version: unknown;
  worlds: { account: string; records: Record<string, Record<string, unknown>[]>; [key: string]: unknown }[];
}
const saved = (): Saved => JSON.parse(readFileSync(dataFile, 'utf8')) as Saved;

/** Everything that the support desk shows, as bytes. */
async function everything({ ask, get }: TestSimulator): Promise<string[]> {
  const texts: string[] = [];
  const read = async (operation: string, input = {}) => texts.push((await ask(operation, input)).text);
  await read('listservice');
  for (const ChatServiceSid of sidsOf(await get('listservice'))) {
    const inService = { ChatServiceSid };
    for (const list of ['role', 'user', 'binding', 'conversation']) await read(`listservice${list}`, inService);
    for (const part of ['configuration', 'notification', 'webhookconfiguration']) {
      await read(`fetchservice${part}`, inService);
    }
    for (const ConversationSid of sidsOf(await get('listserviceconversation', inService))) {
      const inside = { ...inService, ConversationSid };
      for (const list of ['message', 'participant', 'scopedwebhook']) {
        await read(`listserviceconversation${list}`, inside);
      }
      for (const MessageSid of sidsOf(await get('listserviceconversationmessage', inside))) {
        await read('listserviceconversationmessagereceipt', { ...inside, MessageSid });
      }
    }
  }
  return texts;
}

describe('a restart from the data file', () => {
  it('gives the same bytes, and goes on from there as if nothing had happened', async () => {
    const options = { seed: 'support-desk', rngSeed: 'a' };
    const before = await createTestSimulator({ ...options, dataFile });
    const unbroken = await createTestSimulator(options);
    const ChatServiceSid = desk;
    const act = async ({ ask, get }: TestSimulator) => {
      await get('updateserviceuser', { ChatServiceSid, Sid: 'ada', body: { FriendlyName: 'A' } });
      await ask('deleteserviceuser', { ChatServiceSid, Sid: 'grace' });
    };
    await act(before);
    await act(unbroken);
    const shown = await everything(before);
    const page = await before.get('listserviceuser', { ChatServiceSid, PageSize: 1 });
    await before.close();

    const after = await createTestSimulator({ ...options, dataFile });
    expect(await everything(after)).toEqual(shown);
    const goOn = (simulator: TestSimulator) =>
      simulator.ask('createserviceconversationmessage', {
        ChatServiceSid,
        ConversationSid: 'order-1042',
        body: { Body: 'still there?' },
      });
    expect((await goOn(after)).text).toBe((await goOn(unbroken)).text);
    const { next_page_url: next } = page['meta'] as { next_page_url: string };
    expect(sidsOf(await after.follow(next))).toHaveLength(1);
    await after.close();
  });

  it('keeps what is deleted away, and the worlds of all accounts', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const body = { FriendlyName: 'x' };
    const before = await createTestSimulator({ dataFile });
    const mine = sidOf(await before.get('createservice', { body }));
    const gone = sidOf(await before.get('createservice', { body }));
    const theirs = sidOf(await before.get('createservice', { body }, { account }));
    await before.ask('deleteservice', { Sid: gone });
    await before.close();
    const after = await createTestSimulator({ dataFile });
    expect(sidsOf(await after.get('listservice'))).toEqual([mine]);
    expect(sidsOf(await after.get('listservice', {}, { account }))).toEqual([theirs]);
    const next = sidOf(await after.get('createservice', { body }));
    expect([mine, gone, theirs]).not.toContain(next);
    await after.close();
  });
});

/** Another process that finds the files as a crash leaves them: the first one still holds them. */
async function afterCrash(options: Parameters<typeof createTestSimulator>[0] = {}): Promise<TestSimulator> {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  copyFileSync(dataFile, copy);
  copyFileSync(`${dataFile}.log`, `${copy}.log`);
  return createTestSimulator({ ...options, dataFile: copy });
}

describe('a write that was acknowledged', () => {
  it('is in the files, without a close', async () => {
    const { get, close } = await createTestSimulator({ dataFile });
    const sid = sidOf(await get('createservice', { body: { FriendlyName: 'x' } }));
    const after = await afterCrash();
    expect(sidsOf(await after.get('listservice'))).toEqual([sid]);
    await after.close();
    await close();
  });

  it('is in the files for each of many that came together', async () => {
    const { get, close } = await createTestSimulator({ dataFile });
    const names = Array.from({ length: 50 }, (_, i) => `Service ${i}`);
    await Promise.all(
      names.map(async (FriendlyName) => {
        const sid = sidOf(await get('createservice', { body: { FriendlyName } }));
        expect(readFileSync(`${dataFile}.log`, 'utf8')).toContain(sid);
      }),
    );
    await close();
  });

  it('is not needed for a world that a seed began: what was read of it is the same after a crash', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const options = { seed: 'support-desk', rngSeed: undefined };
    const first = await createTestSimulator({ ...options, dataFile });
    const seen = await first.ask('listservicerole', { ChatServiceSid: desk }, { account });
    const second = await afterCrash(options);
    expect(await second.ask('listservicerole', { ChatServiceSid: desk }, { account })).toEqual(seen);
    await second.close();
    await first.close();
  });

  it('is also that a clock was moved which stands still otherwise', async () => {
    const options = { dataFile, clock: { mode: 'manual', start: Date.parse(START) } } as const;
    const first = await newSimulator(options);
    const advance = first.controls.find(({ name }) => name === 'clock.advance');
    await advance?.run(undefined, { by: 'P1D' });
    const { clock, ...second } = await afterCrash({ clock: movableClock() });
    expect(clock.now()).toBe(Date.parse(START) + 24 * 3600 * 1000);
    await second.close();
    await first.close();
  });

  it('shares its line with nothing half: all that a delete takes along is gone after a crash', async () => {
    const { ask, get, close } = await createTestSimulator({ dataFile, seed: 'support-desk' });
    await ask('deleteservice', { Sid: desk });
    const after = await afterCrash();
    expect(sidsOf(await after.get('listservice'))).toEqual(sidsOf(await get('listservice')));
    await after.close();
    await close();
  });
});

describe('a log whose last line is torn', () => {
  it('loses that line alone, and says so', async () => {
    const { get, close } = await createTestSimulator({ dataFile });
    const kept = sidOf(await get('createservice', { body: { FriendlyName: 'kept' } }));
    await get('createservice', { body: { FriendlyName: 'torn' } });
    const log = readFileSync(`${dataFile}.log`);
    writeFileSync(`${dataFile}.log`, log.subarray(0, -20));
    const copy = join(folder, 'copy.json');
    copyFileSync(dataFile, copy);
    copyFileSync(`${dataFile}.log`, `${copy}.log`);
    const notices: string[] = [];
    const after = await createTestSimulator({ dataFile: copy, notice: (message) => void notices.push(message) });
    expect(sidsOf(await after.get('listservice'))).toEqual([kept]);
    expect(notices).toEqual([expect.stringContaining('torn')]);
    await after.close();
    await close();
  });
});

describe('a data file in use', () => {
  it('refuses a second understudy, which says whose it is', async () => {
    const first = await createTestSimulator({ dataFile });
    await expect(newSimulator({ dataFile })).rejects.toThrow(`in use by process ${process.pid}`);
    await first.close();
    await (await createTestSimulator({ dataFile })).close();
  });

  it('is free when the process that held it is gone', async () => {
    writeFileSync(`${dataFile}.lock`, '999999999');
    const simulator = await createTestSimulator({ dataFile });
    expect(await simulator.get('listservice')).toMatchObject({ services: [] });
    await simulator.close();
  });
});

async function entriesIn(file: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  await readChangeLog(file, 1, (entry) => void entries.push(entry));
  return entries;
}

const changesOf = (account: string) => ({ account, changes: [] }) as never;

describe('a change log', () => {
  it('writes lines that come together together, and each of them is there', async () => {
    const file = join(folder, 'log');
    const log = await ChangeLog.create(file, 1);
    let flushes = 0;
    const write = log.handle.write.bind(log.handle);
    log.handle.write = ((...args: Parameters<typeof write>) => {
      flushes += 1;
      return write(...args);
    }) as typeof write;
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => {
        log.add(changesOf(`AC${i}`));
        return log.flush();
      }),
    );
    expect(flushes).toBe(2);
    await log.close();
    expect(await entriesIn(file)).toHaveLength(100);
  });

  it('keeps every line apart when one comes just as a write ends and the next begins', async () => {
    const file = join(folder, 'log');
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
    expect(await entriesIn(file)).toEqual(['AC1', 'AC2', 'AC3', 'AC4'].map(changesOf));
  });

  it('tries a line again that could not be written, and keeps nothing half of it', async () => {
    const file = join(folder, 'log');
    const log = await ChangeLog.create(file, 1);
    const write = log.handle.write.bind(log.handle);
    log.handle.write = (async (bytes: Buffer, from: number, length: number, place: number) => {
      await write(bytes, from, Math.floor(length / 2), place);
      throw new Error('ENOSPC: no space left');
    }) as unknown as typeof write;
    log.add(changesOf('AC1'));
    await expect(log.flush()).rejects.toThrow('ENOSPC');
    log.handle.write = write;
    log.add(changesOf('AC2'));
    await log.flush();
    await log.close();
    expect(await entriesIn(file)).toEqual([changesOf('AC1'), changesOf('AC2')]);
  });
});

async function good(): Promise<Saved> {
  const simulator = await createTestSimulator({ dataFile, seed: 'support-desk' });
  await simulator.close();
  return saved();
}

async function startSays(content: string | Buffer): Promise<string> {
  writeFileSync(dataFile, content);
  const started = newSimulator({ dataFile });
  await expect(started).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_DATA_FILE' });
  expect(readFileSync(dataFile).equals(Buffer.from(content))).toBe(true);
  const { message } = (await started.catch((error: unknown) => error)) as Error;
  expect(message).toContain(dataFile);
  expect(message).toContain('left untouched');
  expect(message).not.toContain('\n');
  return message;
}

describe('a damaged data file stops the start, says why, and is left as it is:', () => {
  it.each<[string, (whole: string) => string | Buffer, RegExp]>([
    ['empty', () => '', /Unexpected end/],
    ['cut short', (whole) => whole.slice(0, whole.length / 2), /JSON/],
    ['no JSON', () => 'services: []', /JSON/],
    ['null', () => 'null', /"format": "understudy-worlds"/],
    ['another program’s', () => '{"users": []}', /"format": "understudy-worlds"/],
    ['no text', (whole) => Buffer.concat([Buffer.from(whole), Buffer.from([0xff])]), /encoded data/],
  ])('%s', async (_what, damage, why) => {
    await good();
    expect(await startSays(damage(readFileSync(dataFile, 'utf8')))).toMatch(why);
  });

  it.each<[string, (file: Saved) => void, RegExp]>([
    ['a newer version', (file) => void (file.version = 2), /version is 2, .* reads version 1/],
    ['no worlds', (file) => void (file.worlds = null as never), /"format"/],
    ['a world that is null', (file) => void (file.worlds[0] = null as never), /lacks its account/],
    [
      'a world without account',
      ({ worlds: [world] }) => void delete (world as Partial<typeof world>)?.account,
      /lacks/,
    ],
    ['a world without sequence', ({ worlds: [world] }) => void delete world?.['sequence'], /lacks/],
    ['former SIDs that are null', ({ worlds: [world] }) => void (world && (world['formerSids'] = null)), /lacks/],
    ['a world twice', ({ worlds }) => void worlds.push(...worlds), /in the world of AC\d+1, it is there twice/],
    [
      'an unknown kind of record',
      ({ worlds: [world] }) => void (world && (world.records['parrots'] = [])),
      /it has "parrots"/,
    ],
    [
      'a record twice',
      ({ worlds: [world] }) => void world?.records['users']?.push(world.records['users'][0] ?? {}),
      /two of its users have one SID/,
    ],
    [
      'a record without its place',
      ({ worlds: [world] }) => void delete world?.records['users']?.[0]?.['seq'],
      /US5e0\w+ of its users lacks its place/,
    ],
    [
      'a record without its dates',
      ({ worlds: [world] }) => void delete world?.records['messages']?.[0]?.['dateCreated'],
      /IM\w+ of its messages lacks its dates/,
    ],
    [
      'a record of a parent that is gone',
      ({ worlds: [world] }) => void world?.records['conversations']?.shift(),
      /MB\w+ of its participants belongs to nothing/,
    ],
  ])('%s', async (_what, damage, why) => {
    const file = await good();
    damage(file);
    expect(await startSays(JSON.stringify(file))).toMatch(why);
  });
});
