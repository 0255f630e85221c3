import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationRecord, MessageRecord } from '../../../../src/backends/simulator/conversations/records.js';
import { conversations, messages } from '../../../../src/backends/simulator/conversations/tables.js';
import type { World } from '../../../../src/backends/simulator/kernel/world.js';
import type { Input } from '../../../../src/core/operation.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { ACCOUNT, binding, itemsOf, metaOf, newSimulator, ORIGIN, sidOf, sidsOf } from '../../../helpers/simulator.js';
import { createWorld, times, type TestWorld } from '../conversations/world.js';

/** A list, and how its records come and go. */
interface Kind {
  readonly operation: string;
  readonly filter?: Input;
  readonly deletes: string;
  /** Where the records are. */
  readonly open: (world: TestWorld) => Promise<Input>;
  readonly add: (world: TestWorld, where: Input, number: number) => Promise<JsonObject>;
}

const inConversation = async (world: TestWorld): Promise<Input> => ({ ...(await world.conversation()).inside });

const kinds: Record<string, Kind> = {
  users: {
    operation: 'listserviceuser',
    deletes: 'deleteserviceuser',
    open: async ({ inService }) => inService,
    add: ({ user }, _, number) => user(`user-${number}`),
  },
  'messages, ascending': {
    operation: 'listserviceconversationmessage',
    deletes: 'deleteserviceconversationmessage',
    open: inConversation,
    add: ({ get }, where) => get('createserviceconversationmessage', { ...where, body: { Body: 'x' } }),
  },
  'messages, descending': {
    operation: 'listserviceconversationmessage',
    filter: { Order: 'desc' },
    deletes: 'deleteserviceconversationmessage',
    open: inConversation,
    add: ({ get }, where) => get('createserviceconversationmessage', { ...where, body: { Body: 'x' } }),
  },
  participants: {
    operation: 'listserviceconversationparticipant',
    deletes: 'deleteserviceconversationparticipant',
    open: inConversation,
    add: ({ get }, where, number) =>
      get('createserviceconversationparticipant', { ...where, body: { Identity: `user-${number}` } }),
  },
  'conversations by creation': {
    operation: 'listserviceconversation',
    filter: { StartDate: '2000-01-01' },
    deletes: 'deleteserviceconversation',
    open: async ({ inService }) => inService,
    // Imported dates put new ones before, between and after those that are there.
    add: async ({ conversation }, _, number) =>
      (await conversation({ DateCreated: `20${String(10 + ((number * 7) % 20))}-01-01` })).body,
  },
};

const script = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  start: fc.integer({ min: 0, max: 12 }),
  /** What happens between two page turns: each number adds one, or deletes the one that it picks. */
  between: fc.array(fc.array(fc.tuple(fc.constantFrom('add', 'delete'), fc.nat()), { maxLength: 4 }), {
    maxLength: 12,
  }),
});

async function turnPages(
  { operation, filter, deletes, open, add }: Kind,
  direction: 'next' | 'previous',
  { size, start, between }: typeof script extends fc.Arbitrary<infer T> ? T : never,
) {
  const world = await createWorld();
  const where = await open(world);
  let number = 0;
  const present = new Set(await times(start, async () => sidOf(await add(world, where, (number += 1)))));
  const survivors = new Set(present);
  let page = await world.get(operation, { ...where, ...filter, PageSize: size });
  if (direction === 'previous') {
    for (let next = metaOf(page)['next_page_url']; next !== null; next = metaOf(page)['next_page_url'] ?? null) {
      page = await world.follow(next);
    }
  }
  const seen = [...sidsOf(page)];
  const steps = between.values();
  for (;;) {
    const url = metaOf(page)[`${direction}_page_url`] ?? null;
    if (url === null) break;
    for (const [what, pick] of steps.next().value ?? []) {
      const victim = [...present][pick % Math.max(1, present.size)];
      if (what === 'add') present.add(sidOf(await add(world, where, (number += 1))));
      else if (victim !== undefined) {
        await world.ask(deletes, { ...where, Sid: victim });
        present.delete(victim);
        survivors.delete(victim);
      }
    }
    page = await world.follow(url);
    seen.push(...sidsOf(page));
  }
  return { seen, survivors: [...survivors] };
}

describe.each(Object.entries(kinds))('turning the pages of %s', (_name, kind) => {
  it.each(['next', 'previous'] as const)(
    'by %s_page_url shows each record that stays exactly once, whatever comes and goes meanwhile',
    async (direction) => {
      await fc.assert(
        fc.asyncProperty(script, async (given) => {
          const { seen, survivors } = await turnPages(kind, direction, given);
          expect(new Set(seen).size).toBe(seen.length);
          expect(survivors.filter((sid) => !seen.includes(sid))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
  );
});

describe('a page token', () => {
  it('still leads on when its record is gone, also one whose SID a seed gave', async () => {
    const world = await createWorld({ seed: 'support-desk' });
    const where = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
    const all = sidsOf(await world.get('listserviceuser', where));
    const first = await world.get('listserviceuser', { ...where, PageSize: 1 });
    expect(sidsOf(first)).toEqual(['US5e0000000000000000000000000000a1']);
    await world.ask('deleteserviceuser', { ...where, Sid: 'ada' });
    const second = await world.follow(metaOf(first)['next_page_url']);
    expect(sidsOf(second)).toEqual(all.slice(1, 2));
    expect(metaOf(second)['previous_page_url']).toBeNull();
  });

  it('of another account or of the future is refused', async () => {
    const world = await createWorld();
    const account = `AC${'b'.repeat(32)}`;
    const foreign = sidOf(await world.get('createservice', { body: { FriendlyName: 'x' } }, { account }));
    expect(await world.refusal('listservice', { PageToken: `PT${foreign}` })).toEqual([400, 20001]);
    const other = await createWorld();
    await other.user('a');
    const later = sidOf(await other.user('b'));
    expect(await world.refusal('listserviceuser', { ...world.inService, PageToken: `PT${later}` })).toEqual([
      400, 20001,
    ]);
  });
});

describe('the cost of a page', () => {
  const order = messages.orders.conversation as { sortKey?: (record: MessageRecord) => number | string };
  const { sortKey } = order;
  afterEach(() => {
    if (sortKey !== undefined) order.sortKey = sortKey;
  });

  /** Counts the records that are looked at for pages in the middle of so many messages. */
  async function recordsLookedAt(count: number): Promise<Record<string, number>> {
    let looks = 0;
    order.sortKey = (record) => {
      looks += 1;
      return record.index;
    };
    const simulator = await newSimulator({});
    const ask = async (operation: string, input: Input): Promise<JsonObject> => {
      const { call } = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN });
      return (await simulator.answer(call)).body?.value as JsonObject;
    };
    const ChatServiceSid = sidOf(await ask('createservice', { body: { FriendlyName: 'x' } }));
    const ConversationSid = sidOf(await ask('createserviceconversation', { ChatServiceSid }));
    const where = { ChatServiceSid, ConversationSid };
    fill(simulator.worlds.get(ACCOUNT).world, ConversationSid, count);

    const costs: Record<string, number> = {};
    const middle = Math.floor(count / 2);
    const pages: Record<string, Input> = {
      token: { PageToken: `PT${middle}` },
      back: { PageToken: `PB${middle}` },
      descending: { PageToken: `PT${middle}`, Order: 'desc' },
      number: { Page: Math.floor(middle / 20) },
    };
    for (const [name, query] of Object.entries(pages)) {
      looks = 0;
      const page = await ask('listserviceconversationmessage', { ...where, PageSize: 20, ...query });
      expect(itemsOf(page)).toHaveLength(20);
      costs[name] = looks;
    }
    await simulator.close();
    return costs;
  }

  it('in the middle of 100,000 messages is that of one in the middle of 100', async () => {
    const few = await recordsLookedAt(100);
    const many = await recordsLookedAt(100_000);
    for (const [name, looks] of Object.entries(few)) {
      // Halving 1,000 times as many takes ten more looks for each of the few places that are sought.
      expect([name, (many[name] ?? Infinity) <= looks + 40]).toEqual([name, true]);
    }
  });
});

/** Puts messages into a conversation, past the form and its checks. */
function fill(world: World, conversationSid: string, count: number): void {
  const conversation = world.records(conversations).get(conversationSid) as ConversationRecord;
  for (let index = 0; index < count; index += 1) {
    world.create(messages, {
      serviceSid: conversation.serviceSid,
      conversationSid,
      index,
      author: 'system',
      participantSid: null,
      body: 'x',
      subject: null,
      attributes: '{}',
      media: null,
      contentSid: null,
      contentVariables: null,
      delivery: null,
    });
  }
  world.update(conversations, conversation, { nextMessageIndex: count });
}
