import { describe, expect, it, onTestFinished } from 'vitest';
import type { World } from '../../../../src/backends/simulator/kernel/world.js';
import type { JsonObject } from '../../../../src/core/body.js';
import type { Input } from '../../../../src/core/operation.js';
import { retainedBytes } from '../../../helpers/heap.js';
import {
  ACCOUNT,
  binding,
  createTestSimulator,
  newSimulator,
  ORIGIN,
  sidOf,
  sidsOf,
} from '../../../helpers/simulator.js';

const other = `AC${'b'.repeat(32)}`;
const accountOf = (i: number) => `AC5${String(i).padStart(31, '0')}`;
/** Of changed worlds, besides the default one, and of worlds that are only read. */
const worldLimits = { changed: 201, initial: 100 };

describe('the world of an account', () => {
  it('is isolated: another account can use the same names and cannot see its records', async () => {
    const { callOk, refusal } = await createTestSimulator({ defaultService: false });
    const build = async (account: string) => {
      const ChatServiceSid = sidOf(await callOk('createservice', { body: { FriendlyName: 'x' } }, { account }));
      const body = { UniqueName: 'order' };
      const ConversationSid = sidOf(await callOk('createserviceconversation', { ChatServiceSid, body }, { account }));
      const inside = { ChatServiceSid, ConversationSid };
      const pair = { MessagingBinding: { Address: '+15557770101', ProxyAddress: '+15558880001' } };
      await callOk('createserviceconversationparticipant', { ...inside, body: pair }, { account });
      return { ChatServiceSid, ConversationSid };
    };
    const mine = await build(ACCOUNT);
    const theirs = await build(other);

    expect(sidsOf(await callOk('listservice', {}, { account: other }))).toEqual([theirs.ChatServiceSid]);
    expect(sidsOf(await callOk('listservice'))).toEqual([mine.ChatServiceSid]);
    const fetch = { ChatServiceSid: mine.ChatServiceSid, Sid: mine.ConversationSid };
    expect(await refusal('fetchserviceconversation', fetch, { account: other })).toEqual([404, 20404]);
    expect(await callOk('fetchserviceconversation', fetch)).toMatchObject({ account_sid: ACCOUNT });
    expect(mine.ChatServiceSid).not.toBe(theirs.ChatServiceSid);
  });

  it('is the default world for a caller without an account', async () => {
    const { callOk } = await createTestSimulator({ defaultService: false });
    const created = await callOk('createservice', { body: { FriendlyName: 'x' } });
    expect(created['account_sid']).toBe(ACCOUNT);
    expect(await callOk('fetchservice', { Sid: sidOf(created) }, { account: ACCOUNT })).toEqual(created);
  });

  it('starts from the seed, independently of other worlds', async () => {
    const { callOk } = await createTestSimulator({ seed: 'support-desk' });
    const [seeded = ''] = sidsOf(await callOk('listservice', {}, { account: other }));
    const added = sidOf(await callOk('createservice', { body: { FriendlyName: 'Desk' } }, { account: other }));
    expect(sidsOf(await callOk('listservice', {}, { account: other }))).toEqual([seeded, added]);
    expect(sidsOf(await callOk('listservice'))).toEqual([seeded]);
  });
});

const create = (account: string) =>
  binding.bind('createservice', { body: { FriendlyName: 'x' } }, { surface: 'engine', origin: ORIGIN, account }).call;
const list = (account: string) => binding.bind('listservice', {}, { surface: 'engine', origin: ORIGIN, account }).call;

describe('the number of worlds', () => {
  it('is not limited for worlds that are only read or refuse writes, and the least recently used one is made again', async () => {
    const simulator = await newSimulator({ clock: { mode: 'real' }, rngSeed: undefined, worldLimits });
    onTestFinished(() => simulator.close());
    const sidIn = async (account: string) => sidsOf((await simulator.answer(list(account))).body?.value as JsonObject);
    const first = await sidIn(accountOf(1));
    const statuses = new Set<number>();
    for (let i = 2; i < 1000; i += 1) {
      const call = i % 2 === 0 ? list(accountOf(i)) : { ...create(accountOf(i)), form: new Map() };
      // oxlint-disable-next-line no-await-in-loop -- one caller after the other
      statuses.add((await simulator.answer(call)).status);
    }
    expect([...statuses]).toEqual([200, 400]);
    expect(simulator.worlds.all().length).toBeLessThanOrEqual(101);
    expect(simulator.worlds.has(accountOf(1))).toBe(false);
    expect(await sidIn(accountOf(1))).toEqual(first);
    expect((await simulator.answer(create(accountOf(20_000)))).status).toBe(201);
  });

  it('keeps the memory of a world that is only read below 10 KB', async () => {
    const simulator = await newSimulator({ clock: { mode: 'real' } });
    onTestFinished(() => simulator.close());
    const read = async (from: number, count: number) => {
      // oxlint-disable-next-line no-await-in-loop -- one caller after the other
      for (let i = from; i < from + count; i += 1) await simulator.answer(list(accountOf(i)));
    };
    await read(0, 100);
    const before = await retainedBytes();
    await read(100, 800);
    expect(((await retainedBytes()) - before) / 800).toBeLessThan(10_000);
  });

  it('is limited for worlds with changes: writes of further accounts are refused, their reads and all others are not', async () => {
    const simulator = await newSimulator({ clock: { mode: 'real' }, worldLimits });
    onTestFinished(() => simulator.close());
    const { worlds } = simulator;
    const tooMany = expect.objectContaining({ name: 'UNDERSTUDY_TOO_MANY_WORLDS', status: 429 }) as Error;
    for (let i = 0; i < 200; i += 1) worlds.endWrite(changed(worlds.beginWrite(accountOf(i))));
    expect(() => worlds.beginWrite(accountOf(300))).toThrow(tooMany);
    expect((await simulator.answer(list(accountOf(300)))).status).toBe(200);
    expect((await simulator.answer(create(accountOf(199)))).status).toBe(201);

    const control = (name: string, account: string, input: object) =>
      simulator.controls.find((each) => each.name === name)?.run(account, input as JsonObject);
    await expect(control('worlds.fork', accountOf(1), { to: accountOf(300) })).rejects.toThrow(tooMany);
    const document = JSON.parse(JSON.stringify(await control('worlds.export', accountOf(1), {}))) as JsonObject;
    const [world] = document['worlds'] as unknown as JsonObject[];
    const elsewhere = { ...document, worlds: [{ ...world, account: accountOf(300) }] };
    await expect(control('worlds.import', accountOf(1), { document: elsewhere })).rejects.toThrow(tooMany);

    await control('worlds.delete', accountOf(1), {});
    expect(worlds.has(accountOf(1))).toBe(false);
    await control('worlds.fork', accountOf(2), { to: accountOf(300) });
    expect(() => worlds.beginWrite(accountOf(1))).toThrow(tooMany);
    // A world that is reset is as new.
    await control('worlds.reset', accountOf(3), {});
    worlds.endWrite(worlds.beginWrite(accountOf(1)));
  });
});

/** Changes a setting of a world. */
function changed<S extends { readonly world: World }>(session: S): S {
  const { world } = session;
  const [setting] = world.schema.settings;
  if (setting !== undefined) world.set(setting, world.get(setting));
  return session;
}

const withoutSids = (text: string) => text.replaceAll(/[A-Z]{2}[0-9a-f]{32}/g, 'SID');

/** Performs a fixed sequence of calls and returns the responses. */
async function run(rngSeed: string | undefined, clock?: string): Promise<string> {
  const { call, callOk, clock: time } = await createTestSimulator({ defaultService: false, rngSeed });
  if (clock !== undefined) time.set(clock);
  const texts: string[] = [];
  const record = async (operation: string, input: Input): Promise<string> => {
    const { status, text, body } = await call(operation, input);
    texts.push(`${status} ${text}`);
    const sid = body?.['sid'];
    return typeof sid === 'string' ? sid : '';
  };
  const ChatServiceSid = await record('createservice', { body: { FriendlyName: 'x' } });
  const ConversationSid = await record('createserviceconversation', { ChatServiceSid });
  const inside = { ChatServiceSid, ConversationSid };
  await record('createserviceconversationparticipant', { ...inside, body: { Identity: 'alice' } });
  const pair = { MessagingBinding: { Address: '+15557770101', ProxyAddress: '+15558880001' } };
  await record('createserviceconversationparticipant', { ...inside, body: pair });
  time.advance(1000);
  const MessageSid = await record('createserviceconversationmessage', { ...inside, body: { Body: 'x' } });
  await record('listserviceconversationmessagereceipt', { ...inside, MessageSid });
  await record('fetchserviceconversation', { ChatServiceSid, Sid: 'nowhere' });
  await record('deleteserviceconversationmessage', { ...inside, Sid: MessageSid });
  await record('listserviceconversation', { ChatServiceSid });
  await callOk('listservicerole', { ChatServiceSid });
  return texts.join('\n');
}

describe('a run', () => {
  it('with the same seed, clock and calls gives the same responses', async () => {
    expect(await run('a')).toBe(await run('a'));
  });

  it('gives different SIDs with another seed, and different dates with another clock', async () => {
    const first = await run('a');
    expect(await run('b')).not.toBe(first);
    expect(withoutSids(await run('b'))).toBe(withoutSids(first));
    expect((await run('a', '2030-01-01T00:00:00Z')).replaceAll('2030', '2026')).toBe(first);
  });

  it('without a seed gives random SIDs', async () => {
    const [one, two] = [await run(undefined), await run(undefined)];
    expect(one).not.toBe(two);
    expect(withoutSids(one)).toBe(withoutSids(two));
  });
});
