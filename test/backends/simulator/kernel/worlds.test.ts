import { describe, expect, it } from 'vitest';
import type { Input } from '../../../../src/core/operation.js';
import { ACCOUNT, createTestSimulator, newSimulator, sidOf, sidsOf } from '../../../helpers/simulator.js';

const other = `AC${'b'.repeat(32)}`;
const accountOf = (i: number) => `AC${String(i).padStart(32, '0')}`;

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

  it('is removed when it is empty and ten thousand worlds are in use', async () => {
    const simulator = await newSimulator({});
    const { worlds } = simulator;
    for (let i = 0; i < 10_000; i += 1) worlds.get(accountOf(i));
    expect(worlds.all()).toHaveLength(10_000);
    worlds.get(accountOf(10_000));
    expect(worlds.all()).toHaveLength(10_000);
    await simulator.close();
  });
});

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
