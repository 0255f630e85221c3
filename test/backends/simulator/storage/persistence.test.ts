import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/body.js';
import {
  ACCOUNT,
  binding,
  createTestSimulator,
  movableClock,
  newSimulator,
  ORIGIN,
  sidOf,
  sidsOf,
  START,
  type TestSimulator,
} from '../../../helpers/simulator.js';

/** The service in the seed. */
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

/** The response text of every list and settings resource. */
async function readAll({ call, callOk }: TestSimulator): Promise<string[]> {
  const texts: string[] = [];
  const read = async (operation: string, input = {}) => texts.push((await call(operation, input)).text);
  await read('listservice');
  for (const ChatServiceSid of sidsOf(await callOk('listservice'))) {
    const inService = { ChatServiceSid };
    for (const list of ['role', 'user', 'binding', 'conversation']) await read(`listservice${list}`, inService);
    for (const part of ['configuration', 'notification', 'webhookconfiguration']) {
      await read(`fetchservice${part}`, inService);
    }
    for (const ConversationSid of sidsOf(await callOk('listserviceconversation', inService))) {
      const inside = { ...inService, ConversationSid };
      for (const list of ['message', 'participant', 'scopedwebhook']) {
        await read(`listserviceconversation${list}`, inside);
      }
      for (const MessageSid of sidsOf(await callOk('listserviceconversationmessage', inside))) {
        await read('listserviceconversationmessagereceipt', { ...inside, MessageSid });
      }
    }
  }
  return texts;
}

describe('a restart from the data file', () => {
  it('gives the same responses as before, and continues as if there had been no restart', async () => {
    const options = { seed: 'support-desk', rngSeed: 'a' };
    const before = await createTestSimulator({ defaultService: false, ...options, dataFile });
    const unbroken = await createTestSimulator({ defaultService: false, ...options });
    const ChatServiceSid = desk;
    const act = async ({ call, callOk }: TestSimulator) => {
      await callOk('updateserviceuser', { ChatServiceSid, Sid: 'ada', body: { FriendlyName: 'A' } });
      await call('deleteserviceuser', { ChatServiceSid, Sid: 'grace' });
    };
    await act(before);
    await act(unbroken);
    const responses = await readAll(before);
    const page = await before.callOk('listserviceuser', { ChatServiceSid, PageSize: 1 });
    await before.close();

    const after = await createTestSimulator({ defaultService: false, ...options, dataFile });
    expect(await readAll(after)).toEqual(responses);
    const writeNext = (simulator: TestSimulator) =>
      simulator.call('createserviceconversationmessage', {
        ChatServiceSid,
        ConversationSid: 'order-1042',
        body: { Body: 'still there?' },
      });
    expect((await writeNext(after)).text).toBe((await writeNext(unbroken)).text);
    const { next_page_url: next } = page['meta'] as { next_page_url: string };
    expect(sidsOf(await after.follow(next))).toHaveLength(1);
    await after.close();
  });

  it('keeps deleted records deleted, and restores the worlds of all accounts', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const body = { FriendlyName: 'x' };
    const before = await createTestSimulator({ defaultService: false, dataFile });
    const mine = sidOf(await before.callOk('createservice', { body }));
    const gone = sidOf(await before.callOk('createservice', { body }));
    const theirs = sidOf(await before.callOk('createservice', { body }, { account }));
    await before.call('deleteservice', { Sid: gone });
    await before.close();
    const after = await createTestSimulator({ defaultService: false, dataFile });
    expect(sidsOf(await after.callOk('listservice'))).toEqual([mine]);
    expect(sidsOf(await after.callOk('listservice', {}, { account }))).toEqual([theirs]);
    const next = sidOf(await after.callOk('createservice', { body }));
    expect([mine, gone, theirs]).not.toContain(next);
    await after.close();
  });
});

/** Copies of the files as a crash would leave them. */
function copyFiles(): string {
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'worlds.json');
  copyFileSync(dataFile, copy);
  copyFileSync(`${dataFile}.log`, `${copy}.log`);
  return copy;
}

const callerOf = (account: string) => ({ surface: 'engine', origin: ORIGIN, account }) as const;

/** A simulator that starts after a crash; the first one still has its files open. */
function startAfterCrash(options: Parameters<typeof createTestSimulator>[0] = {}): Promise<TestSimulator> {
  return createTestSimulator({ defaultService: false, ...options, dataFile: copyFiles() });
}

describe('an acknowledged write', () => {
  it('is in the files before the simulator is closed', async () => {
    const { callOk, close } = await createTestSimulator({ defaultService: false, dataFile });
    const sid = sidOf(await callOk('createservice', { body: { FriendlyName: 'x' } }));
    const after = await startAfterCrash();
    expect(sidsOf(await after.callOk('listservice'))).toEqual([sid]);
    await after.close();
    await close();
  });

  it('is in the files for each of many concurrent writes', async () => {
    const { callOk, close } = await createTestSimulator({ defaultService: false, dataFile });
    const names = Array.from({ length: 50 }, (_, i) => `Service ${i}`);
    await Promise.all(
      names.map(async (FriendlyName) => {
        const sid = sidOf(await callOk('createservice', { body: { FriendlyName } }));
        expect(readFileSync(`${dataFile}.log`, 'utf8')).toContain(sid);
      }),
    );
    await close();
  });

  it('takes little more room than what it changed, however much the world has', async () => {
    const { call, callOk, close } = await createTestSimulator({
      defaultService: false,
      dataFile,
      seed: 'support-desk',
    });
    const logged = (): string => readFileSync(`${dataFile}.log`, 'utf8');
    const inside = { ChatServiceSid: desk, ConversationSid: 'order-1042' };
    const Attributes = JSON.stringify({ note: 'x'.repeat(2000) });
    await call('updateserviceconversation', { ChatServiceSid: desk, Sid: 'order-1042', body: { Attributes } });
    const before = logged().length;
    await callOk('createserviceconversationmessage', { ...inside, body: { Body: 'short' } });
    expect(logged().length - before).toBeLessThan(1500);
    await close();
  });

  it('has the same effect after a crash, whether it created, changed, cleared or deleted something', async () => {
    const options = { defaultService: false, seed: 'support-desk', rngSeed: 'a' };
    const first = await createTestSimulator({ ...options, dataFile });
    const inService = { ChatServiceSid: desk };
    const inside = { ...inService, ConversationSid: 'order-1042' };
    const update = (body: Record<string, string>) =>
      first.callOk('updateserviceconversation', { ...inService, Sid: 'order-1042', body });
    await update({ FriendlyName: 'renamed', 'Timers.Inactive': 'PT1H', 'Timers.Closed': 'P1D' });
    await update({ FriendlyName: '', Attributes: '{"a":1}' });
    const message = await first.callOk('createserviceconversationmessage', { ...inside, body: { Body: 'one' } });
    await first.callOk('updateserviceconversationmessage', { ...inside, Sid: sidOf(message), body: { Body: 'two' } });
    await first.callOk('createserviceconversationmessage', { ...inside, body: { Body: 'three' } });
    await first.call('deleteserviceconversationmessage', { ...inside, Sid: sidOf(message) });
    await first.callOk('updateserviceconfiguration', { ...inService, body: { ReachabilityEnabled: 'true' } });
    await first.callOk('updateservicewebhookconfiguration', { ...inService, body: { Filters: 'onMessageAdded' } });
    await first.callOk('updateserviceuser', { ...inService, Sid: 'ada', body: { FriendlyName: 'A' } });
    await update({ UniqueName: 'order-1043', State: 'inactive' });
    const second = await startAfterCrash(options);
    expect(await readAll(second)).toEqual(await readAll(first));
    await second.close();
    await first.close();
  });

  it('may be a fork, which takes one line for any number of records', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const simulator = await newSimulator({ dataFile, seed: 'support-desk' });
    const control = (name: string, input: JsonObject, of?: string) =>
      simulator.controls.find((each) => each.name === name)?.run(of, input);
    const lines = (): number => readFileSync(`${dataFile}.log`, 'utf8').split('\n').length;
    const rename = (of: string, FriendlyName: string) => {
      const call = { ChatServiceSid: desk, Sid: 'ada', body: { FriendlyName } };
      return simulator.answer(binding.bind('updateserviceuser', call, callerOf(of)).call);
    };
    await rename(ACCOUNT, 'before');
    const before = lines();
    await control('worlds.fork', { to: account });
    expect(lines()).toBe(before + 1);
    await rename(ACCOUNT, 'original');
    await rename(account, 'fork');
    await control('worlds.fork', { to: `AC${'c'.repeat(32)}` }, account);
    const after = await newSimulator({ dataFile: copyFiles() });
    const names = [ACCOUNT, account, `AC${'c'.repeat(32)}`].map((each) => {
      const users = [...(after.worlds.find(each)?.world.snapshot().records['users'] ?? [])];
      return users.map((user) => (user as unknown as { friendlyName: string }).friendlyName);
    });
    expect(names.map((each) => each.includes('original'))).toEqual([true, false, false]);
    expect(names.map((each) => each.includes('fork'))).toEqual([false, true, true]);
    for (const each of [ACCOUNT, account]) {
      expect(after.worlds.find(each)?.world.snapshot().records).toEqual(
        simulator.worlds.find(each)?.world.snapshot().records,
      );
    }
    await after.close();
    await simulator.close();
  });

  it('is not required for a seeded world: it gives the same responses after a crash', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const options = { seed: 'support-desk', rngSeed: undefined };
    const first = await createTestSimulator({ defaultService: false, ...options, dataFile });
    const seen = await first.call('listservicerole', { ChatServiceSid: desk }, { account });
    const second = await startAfterCrash(options);
    expect(await second.call('listservicerole', { ChatServiceSid: desk }, { account })).toEqual(seen);
    await second.close();
    await first.close();
  });

  it('includes a move of a manual clock', async () => {
    const options = { dataFile, clock: { mode: 'manual', start: Date.parse(START) } } as const;
    const first = await newSimulator(options);
    const advance = first.controls.find(({ name }) => name === 'clock.advance');
    await advance?.run(undefined, { by: 'P1D' });
    const { clock, ...second } = await startAfterCrash({ clock: movableClock() });
    expect(clock.now()).toBe(Date.parse(START) + 24 * 3600 * 1000);
    await second.close();
    await first.close();
  });

  it('includes the deletion of a world', async () => {
    const account = `AC${'b'.repeat(32)}`;
    const first = await newSimulator({ dataFile });
    const control = (name: string, input: JsonObject, of?: string) =>
      first.controls.find((each) => each.name === name)?.run(of, input);
    const isThereAfterCrash = async (): Promise<boolean> => {
      const second = await newSimulator({ dataFile: copyFiles() });
      await second.close();
      return second.worlds.has(account);
    };
    await control('worlds.fork', { to: account });
    expect(await isThereAfterCrash()).toBe(true);
    await control('worlds.delete', {}, account);
    expect(await isThereAfterCrash()).toBe(false);
    await first.close();
  });

  it('is complete: after a crash, a deleted service is gone with everything in it', async () => {
    const { call, callOk, close } = await createTestSimulator({
      defaultService: false,
      dataFile,
      seed: 'support-desk',
    });
    await call('deleteservice', { Sid: desk });
    const after = await startAfterCrash();
    expect(sidsOf(await after.callOk('listservice'))).toEqual(sidsOf(await callOk('listservice')));
    await after.close();
    await close();
  });
});

describe('a log with an incomplete last line', () => {
  it('loses only that line, with a warning', async () => {
    const { callOk, close } = await createTestSimulator({ defaultService: false, dataFile });
    const kept = sidOf(await callOk('createservice', { body: { FriendlyName: 'kept' } }));
    await callOk('createservice', { body: { FriendlyName: 'incomplete' } });
    const log = readFileSync(`${dataFile}.log`);
    writeFileSync(`${dataFile}.log`, log.subarray(0, -20));
    const copy = join(folder, 'copy.json');
    copyFileSync(dataFile, copy);
    copyFileSync(`${dataFile}.log`, `${copy}.log`);
    const warnings: string[] = [];
    const after = await createTestSimulator({
      defaultService: false,
      dataFile: copy,
      onWarning: (message) => void warnings.push(message),
    });
    expect(sidsOf(await after.callOk('listservice'))).toEqual([kept]);
    expect(warnings).toEqual([expect.stringContaining('incomplete last entry')]);
    await after.close();
    await close();
  });
});

async function undamagedFile(): Promise<Saved> {
  const simulator = await createTestSimulator({ defaultService: false, dataFile, seed: 'support-desk' });
  await simulator.close();
  return saved();
}

async function startError(content: string | Buffer): Promise<string> {
  writeFileSync(dataFile, content);
  const started = newSimulator({ dataFile });
  await expect(started).rejects.toMatchObject({ name: 'UNDERSTUDY_BAD_DATA_FILE' });
  expect(readFileSync(dataFile).equals(Buffer.from(content))).toBe(true);
  const { message } = (await started.catch((error: unknown) => error)) as Error;
  expect(message).toContain(dataFile);
  expect(message).toContain('It was not changed');
  expect(message).not.toContain('\n');
  return message;
}

describe('a damaged data file stops the start with the reason and is not changed:', () => {
  it.each<[string, (whole: string) => string | Buffer, RegExp]>([
    ['empty', () => '', /Unexpected end/],
    ['truncated', (whole) => whole.slice(0, whole.length / 2), /JSON/],
    ['not JSON', () => 'services: []', /JSON/],
    ['null', () => 'null', /"format": "understudy-worlds"/],
    ['of another program', () => '{"users": []}', /"format": "understudy-worlds"/],
    ['not UTF-8', (whole) => Buffer.concat([Buffer.from(whole), Buffer.from([0xff])]), /encoded data/],
  ])('%s', async (_what, damage, reason) => {
    await undamagedFile();
    expect(await startError(damage(readFileSync(dataFile, 'utf8')))).toMatch(reason);
  });

  it.each<[string, (file: Saved) => void, RegExp]>([
    ['a newer version', (file) => void (file.version = 3), /version is 3, .* reads versions 1 and 2/],
    ['no list of worlds', (file) => void (file.worlds = null as never), /"format"/],
    ['a world that is null', (file) => void (file.worlds[0] = null as never), /a world is incomplete: its account/],
    [
      'a world without account',
      ({ worlds: [world] }) => void delete (world as Partial<typeof world>)?.account,
      /a world is incomplete/,
    ],
    ['a world without sequence', ({ worlds: [world] }) => void delete world?.['sequence'], /a world is incomplete/],
    [
      'former SIDs that are null',
      ({ worlds: [world] }) => void (world && (world['formerSids'] = null)),
      /a world is incomplete/,
    ],
    ['a world twice', ({ worlds }) => void worlds.push(...worlds), /contains the world of AC\d+1 twice/],
    [
      'an unknown kind of record',
      ({ worlds: [world] }) => void (world && (world.records['parrots'] = [])),
      /the kind of record "parrots" is unknown/,
    ],
    [
      'a record twice',
      ({ worlds: [world] }) => void world?.records['users']?.push(world.records['users'][0] ?? {}),
      /two of the users have the same SID/,
    ],
    [
      'a record without its sequence number',
      ({ worlds: [world] }) => void delete world?.records['users']?.[0]?.['seq'],
      /US5e0\w+ of the users has no valid `seq`/,
    ],
    [
      'a record without its dates',
      ({ worlds: [world] }) => void delete world?.records['messages']?.[0]?.['dateCreated'],
      /IM\w+ of the messages has no valid dates/,
    ],
    [
      'a record without its parent',
      ({ worlds: [world] }) => void world?.records['conversations']?.shift(),
      /MB\w+ of the participants has no parent/,
    ],
  ])('%s', async (_what, damage, reason) => {
    const file = await undamagedFile();
    damage(file);
    expect(await startError(JSON.stringify(file))).toMatch(reason);
  });
});
