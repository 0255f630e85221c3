import * as fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  conversations,
  type ConversationRecord,
} from '../../../../src/backends/simulator/conversations/conversation/record.js';
import { messages, type MessageRecord } from '../../../../src/backends/simulator/conversations/message/record.js';
import type { World } from '../../../../src/backends/simulator/kernel/world.js';
import type { Input } from '../../../../src/core/operation.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { ACCOUNT, binding, itemsOf, metaOf, newSimulator, ORIGIN, sidOf, sidsOf } from '../../../helpers/simulator.js';
import { createWorld, times, type TestWorld } from '../conversations/world.js';

/** A list operation, and how to add and delete its records. */
interface Kind {
  readonly operation: string;
  readonly filter?: Input;
  readonly deletes: string;
  /** Creates the parent of the records and returns its path parameters. */
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
    add: ({ callOk }, where) => callOk('createserviceconversationmessage', { ...where, body: { Body: 'x' } }),
  },
  'messages, descending': {
    operation: 'listserviceconversationmessage',
    filter: { Order: 'desc' },
    deletes: 'deleteserviceconversationmessage',
    open: inConversation,
    add: ({ callOk }, where) => callOk('createserviceconversationmessage', { ...where, body: { Body: 'x' } }),
  },
  participants: {
    operation: 'listserviceconversationparticipant',
    deletes: 'deleteserviceconversationparticipant',
    open: inConversation,
    add: ({ callOk }, where, number) =>
      callOk('createserviceconversationparticipant', { ...where, body: { Identity: `user-${number}` } }),
  },
  'conversations by creation': {
    operation: 'listserviceconversation',
    filter: { StartDate: '2000-01-01' },
    deletes: 'deleteserviceconversation',
    open: async ({ inService }) => inService,
    // Imported dates place new records before, between and after the existing ones.
    add: async ({ conversation }, _, number) =>
      (await conversation({ DateCreated: `20${String(10 + ((number * 7) % 20))}-01-01` })).body,
  },
};

const scenario = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  start: fc.integer({ min: 0, max: 12 }),
  /** Changes between two pages: each adds a record or deletes the one that the number selects. */
  between: fc.array(fc.array(fc.tuple(fc.constantFrom('add', 'delete'), fc.nat()), { maxLength: 4 }), {
    maxLength: 12,
  }),
});

async function readPages(
  { operation, filter, deletes, open, add }: Kind,
  direction: 'next' | 'previous',
  { size, start, between }: typeof scenario extends fc.Arbitrary<infer T> ? T : never,
) {
  const world = await createWorld();
  const where = await open(world);
  let number = 0;
  const present = new Set(await times(start, async () => sidOf(await add(world, where, (number += 1)))));
  const survivors = new Set(present);
  let page = await world.callOk(operation, { ...where, ...filter, PageSize: size });
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
    for (const [change, pick] of steps.next().value ?? []) {
      const victim = [...present][pick % Math.max(1, present.size)];
      if (change === 'add') present.add(sidOf(await add(world, where, (number += 1))));
      else if (victim !== undefined) {
        await world.call(deletes, { ...where, Sid: victim });
        present.delete(victim);
        survivors.delete(victim);
      }
    }
    page = await world.follow(url);
    seen.push(...sidsOf(page));
  }
  return { seen, survivors: [...survivors] };
}

describe.each(Object.entries(kinds))('reading the pages of %s', (_name, kind) => {
  it.each(['next', 'previous'] as const)(
    'by %s_page_url shows each remaining record exactly once while others are added and deleted',
    async (direction) => {
      await fc.assert(
        fc.asyncProperty(scenario, async (given) => {
          const { seen, survivors } = await readPages(kind, direction, given);
          expect(new Set(seen).size).toBe(seen.length);
          expect(survivors.filter((sid) => !seen.includes(sid))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
  );
});

describe('a page token', () => {
  it('still works when its record has been deleted, even if a seed set its SID', async () => {
    const world = await createWorld({ seed: 'support-desk' });
    const where = { ChatServiceSid: 'IS5e0000000000000000000000000000d1' };
    const all = sidsOf(await world.callOk('listserviceuser', where));
    const first = await world.callOk('listserviceuser', { ...where, PageSize: 1 });
    expect(sidsOf(first)).toEqual(['US5e0000000000000000000000000000a1']);
    await world.call('deleteserviceuser', { ...where, Sid: 'ada' });
    const second = await world.follow(metaOf(first)['next_page_url']);
    expect(sidsOf(second)).toEqual(all.slice(1, 2));
    expect(metaOf(second)['previous_page_url']).toBeNull();
  });

  it('is refused if it belongs to another account or a later record', async () => {
    const world = await createWorld();
    const account = `AC${'b'.repeat(32)}`;
    const foreign = sidOf(await world.callOk('createservice', { body: { FriendlyName: 'x' } }, { account }));
    expect(await world.refusal('listservice', { PageToken: `PT${foreign}` })).toEqual([400, 20001]);
    const other = await createWorld();
    await other.user('a');
    const later = sidOf(await other.user('b'));
    expect(await world.refusal('listserviceuser', { ...world.inService, PageToken: `PT${later}` })).toEqual([
      400, 20001,
    ]);
  });
});

describe('a page that is read again', () => {
  /** More than pages that are not kept have. */
  const Body = 'x'.repeat(600);
  const list = 'listserviceconversationmessage';

  it('is the same until a record comes after it, and again when that has been deleted', async () => {
    const world = await createWorld();
    const { inside, message } = await world.conversation();
    for (let i = 0; i < 10; i += 1) await message({ Body });
    const read = () => world.callOk(list, { ...inside, PageSize: 10 });
    const first = await read();
    expect(await read()).toEqual(first);
    const Sid = sidOf(await message({ Body }));
    const { next_page_url: next } = metaOf(await read());
    expect(sidsOf(await world.follow(next))).toEqual([Sid]);
    await world.call('deleteserviceconversationmessage', { ...inside, Sid });
    expect(await read()).toEqual(first);
  });

  it('has the URLs of its caller, and is kept as a whole for a caller with the same', async () => {
    const simulator = await newSimulator({});
    onTestFinished(() => simulator.close());
    const answer = async (operation: string, input: Input, origin = ORIGIN) =>
      (await simulator.answer(binding.bind(operation, input, { surface: 'engine', origin, account: ACCOUNT }).call))
        .body;
    const create = async (operation: string, input: Input): Promise<string> =>
      sidOf((await answer(operation, input))?.value as JsonObject);
    const ChatServiceSid = await create('createservice', { body: { FriendlyName: 'x' } });
    const ConversationSid = await create('createserviceconversation', { ChatServiceSid, body: {} });
    const inside = { ChatServiceSid, ConversationSid };
    for (let i = 0; i < 10; i += 1) await create('createserviceconversationmessage', { ...inside, body: { Body } });
    const first = await answer(list, { ...inside, PageSize: 10 });
    expect(await answer(list, { ...inside, PageSize: 10 })).toBe(first);
    const other = await answer(list, { ...inside, PageSize: 10 }, 'http://other.test');
    expect(other?.text).toBe(first?.text.replaceAll(ORIGIN, 'http://other.test'));
    expect((await answer(list, { ...inside, PageSize: 10 }))?.text).toBe(first?.text);
  });
});

describe('the cost of a page', () => {
  const order = messages.orders.conversation as { sortKey?: (record: MessageRecord) => number | string };
  const { sortKey } = order;
  afterEach(() => {
    if (sortKey !== undefined) order.sortKey = sortKey;
  });

  /** Counts the records that are examined to find pages in the middle of `count` messages. */
  async function countExaminedRecords(count: number): Promise<Record<string, number>> {
    let examined = 0;
    order.sortKey = (record) => {
      examined += 1;
      return record.index;
    };
    const simulator = await newSimulator({});
    const call = async (operation: string, input: Input): Promise<JsonObject> => {
      const bound = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN });
      return (await simulator.answer(bound.call)).body?.value as JsonObject;
    };
    const ChatServiceSid = sidOf(await call('createservice', { body: { FriendlyName: 'x' } }));
    const ConversationSid = sidOf(await call('createserviceconversation', { ChatServiceSid }));
    const where = { ChatServiceSid, ConversationSid };
    fill(simulator.worlds.get(ACCOUNT).world, ConversationSid, count);

    const costs: Record<string, number> = {};
    const middle = Math.floor(count / 2);
    const pages: Record<string, Input> = {
      token: { PageToken: `PT${middle}` },
      back: { PageToken: `PTbefore_${middle}` },
      descending: { PageToken: `PT${middle}`, Order: 'desc' },
      number: { Page: Math.floor(middle / 20) },
    };
    for (const [name, query] of Object.entries(pages)) {
      examined = 0;
      const page = await call('listserviceconversationmessage', { ...where, PageSize: 20, ...query });
      expect(itemsOf(page)).toHaveLength(20);
      costs[name] = examined;
    }
    await simulator.close();
    return costs;
  }

  it('is about the same in the middle of 100,000 messages as in the middle of 100', async () => {
    const few = await countExaminedRecords(100);
    const many = await countExaminedRecords(100_000);
    for (const [name, cost] of Object.entries(few)) {
      // A binary search in 1,000 times as many records takes ten more steps, for each of a few positions.
      expect([name, (many[name] ?? Infinity) <= cost + 40]).toEqual([name, true]);
    }
  });
});

/** Adds messages to a conversation directly, without the checks of the operation. */
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
