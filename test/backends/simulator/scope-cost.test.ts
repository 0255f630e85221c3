/** What a call costs is counted in lookups and records read, not in time. */
import { afterEach, expect, test } from 'vitest';
import { Collection } from '../../../src/backends/simulator/kernel/collection.js';
import { SortedList } from '../../../src/backends/simulator/kernel/sorted-list.js';
import { loadCapability } from '../../../src/capability/load.js';
import type { Input, Scope, Verb } from '../../../src/core/operation.js';
import type { JsonObject } from '../../../src/core/body.js';
import { binding, newSimulator, ORIGIN, sidOf } from '../../helpers/simulator.js';

const { operations } = loadCapability();

interface Work {
  lookups: number;
  recordsRead: number;
  listsRead: number;
}

/** Counts the work of the simulator while set. */
let work: Work | undefined;
const restore: (() => unknown)[] = [];

function add(more: Partial<Work>): void {
  if (work === undefined) return;
  work.lookups += more.lookups ?? 0;
  work.listsRead += more.listsRead ?? 0;
  work.recordsRead += more.recordsRead ?? 0;
}

/** Replaces a method of a class by one that also counts. */
function instrument(prototype: object, name: string, count: (result: never) => void): void {
  const original = Reflect.get(prototype, name) as (...given: unknown[]) => unknown;
  Reflect.set(prototype, name, function counted(this: unknown, ...given: unknown[]) {
    const result = original.apply(this, given);
    count(result as never);
    return result;
  });
  restore.push(() => Reflect.set(prototype, name, original));
}

function startCounting(): void {
  instrument(Collection.prototype, 'get', () => add({ lookups: 1 }));
  instrument(Collection.prototype, 'find', () => add({ lookups: 1 }));
  instrument(Collection.prototype, 'list', () => add({ listsRead: 1 }));
  instrument(SortedList.prototype, 'slice', (found: readonly unknown[]) => add({ recordsRead: found.length }));
  for (const [prototype, name] of [
    [Collection.prototype, 'values'],
    [SortedList.prototype, Symbol.iterator],
  ] as const) {
    const original = (prototype as never)[name] as () => Iterable<unknown>;
    Object.defineProperty(prototype, name, {
      configurable: true,
      value: function* counted(this: unknown) {
        for (const each of original.call(this)) {
          add({ recordsRead: 1 });
          yield each;
        }
      },
    });
    restore.push(() => Object.defineProperty(prototype, name, { configurable: true, writable: true, value: original }));
  }
}

afterEach(() => {
  for (const undo of restore.splice(0)) undo();
  work = undefined;
});

/** A simulator with one conversation in its default service, and other services. */
async function createScopes(others: number) {
  const simulator = await newSimulator({});
  const call = async (operation: string, input: Input): Promise<JsonObject> => {
    const { call: bound } = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN });
    const { status, body } = await simulator.answer(bound);
    if (status >= 300) throw new Error(`${operation} failed with ${status}`);
    return (body?.value ?? {}) as JsonObject;
  };
  for (let i = 0; i < others; i += 1) await call('createservice', { body: { FriendlyName: `service ${i}` } });
  const { default_chat_service_sid: ChatServiceSid } = await call('fetchconfiguration', {});
  const ConversationSid = sidOf(await call('createconversation', { body: { UniqueName: 'talk' } }));
  const inside = { ConversationSid };
  const phone = { 'MessagingBinding.Address': '+15550001111', 'MessagingBinding.ProxyAddress': '+15559990000' };
  await call('createconversationparticipant', { ...inside, body: phone });
  const participant = sidOf(await call('createconversationparticipant', { ...inside, body: { Identity: 'ada' } }));
  const MessageSid = sidOf(await call('createconversationmessage', { ...inside, body: { Author: 'ada', Body: 'Hi' } }));
  const hook = { Target: 'studio', 'Configuration.FlowSid': `FW${'1'.repeat(32)}` };
  const webhook = sidOf(await call('createconversationscopedwebhook', { ...inside, body: hook }));
  const role = { FriendlyName: 'guest', Type: 'conversation', Permission: ['sendMessage'] };

  /** The input of each operation that both scopes have. */
  const inputs: Readonly<Record<string, Partial<Record<Verb, Input>>>> = {
    Conversations: { create: { body: {} }, list: {}, fetch: { Sid: 'talk' } },
    'Conversations/Participants': {
      create: { ...inside, body: { Identity: 'bob' } },
      list: inside,
      fetch: { ...inside, Sid: participant },
    },
    'Conversations/Messages': {
      create: { ...inside, body: { Body: 'Hi' } },
      list: inside,
      fetch: { ...inside, Sid: MessageSid },
    },
    'Conversations/Messages/Receipts': { list: { ...inside, MessageSid } },
    'Conversations/Webhooks': { list: inside, fetch: { ...inside, Sid: webhook } },
    Roles: { create: { body: role }, list: {} },
    Users: { list: {}, fetch: { Sid: 'ada' } },
    'Users/Conversations': { list: { UserSid: 'ada' }, fetch: { UserSid: 'ada', ConversationSid } },
    ParticipantConversations: { list: { Identity: 'ada' } },
  };

  /** The work of one operation. Its effects are undone, so that the next call finds the same world. */
  const measure = async (noun: string, verb: Verb, scope: Scope): Promise<Work> => {
    const operation = operations.find((each) => each.noun === noun && each.verb === verb && each.scope === scope);
    const input = { ...inputs[noun]?.[verb], ...(scope === 'service' ? { ChatServiceSid } : {}) };
    const counted: Work = { lookups: 0, recordsRead: 0, listsRead: 0 };
    const session = simulator.worlds.get(simulator.worlds.all()[0]?.world.account ?? '');
    const before = session.world.toDocument();
    work = counted;
    await call(operation?.name ?? `${verb} ${noun}`, input);
    work = undefined;
    if (verb === 'create') simulator.worlds.restore(before);
    return counted;
  };
  const cases = Object.entries(inputs).flatMap(([noun, verbs]) =>
    (Object.keys(verbs) as Verb[]).map((verb) => [noun, verb] as const),
  );
  return { measure, cases, close: () => simulator.close() };
}

test('a list, a create and a fetch cost the same in either scope, however many services there are', async () => {
  const small = await createScopes(0);
  const large = await createScopes(10_000);
  startCounting();
  for (const [noun, verb] of small.cases) {
    const inService = await small.measure(noun, verb, 'service');
    // A call reads no more than what it answers with and what it belongs to.
    expect(inService.lookups + inService.recordsRead, `${verb} ${noun}`).toBeGreaterThan(0);
    expect(inService.recordsRead, `${verb} ${noun}`).toBeLessThan(10);
    expect(await small.measure(noun, verb, 'account'), `${verb} ${noun}`).toEqual(inService);
    expect(await large.measure(noun, verb, 'account'), `${verb} ${noun} with many services`).toEqual(inService);
    expect(await large.measure(noun, verb, 'service'), `${verb} ${noun} with many services`).toEqual(inService);
  }
  await small.close();
  await large.close();
});
