import { expect } from 'vitest';
import type { Input } from '../../../src/core/operation.js';
import type { JsonObject } from '../../../src/core/body.js';
import { itemsOf, sidOf, sidsOf, textOf, listPages, type TestSimulator } from '../../helpers/simulator.js';

/** A simple model of a service, following the documentation. */
interface Service {
  readonly sid: string;
  /** User SIDs by identity, in order of creation. */
  readonly users: Map<string, string>;
  readonly conversations: Map<string, Conversation>;
}

interface Conversation {
  readonly sid: string;
  name: string | null;
  isClosed: boolean;
  nextIndex: number;
  readonly participants: Map<string, string>;
  readonly messages: { sid: string; index: number; author: string }[];
}

export interface Model {
  readonly services: Map<string, Service>;
}

const pick = <T>(all: Iterable<T>, number: number): T | undefined => {
  const list = [...all];
  return list[number % Math.max(1, list.length)];
};

/** A change that is made to both model and simulator. The numbers select what it applies to. */
export interface Action {
  readonly name: string;
  run(model: Model, simulator: TestSimulator, numbers: readonly number[]): Promise<void>;
}

const identities = ['alice', 'bob', 'a b/c', '__proto__'];
const names = ['order', 'a/b', 'constructor', null];

async function expectStatus({ call }: TestSimulator, operation: string, input: Input, status: number, code?: number) {
  const answer = await call(operation, input);
  expect([operation, answer.status, answer.body?.['code']]).toEqual([
    operation,
    status,
    status < 400 ? undefined : code,
  ]);
  return answer;
}

function expectBody(body: JsonObject | null, expected: object): void {
  expect(body).toMatchObject(expected);
}

/** An action on a service. Does nothing if there is none. */
const onService = (
  name: string,
  run: (service: Service, simulator: TestSimulator, numbers: readonly number[], model: Model) => Promise<void>,
): Action => ({
  name,
  async run(model, simulator, numbers) {
    const service = pick(model.services.values(), numbers[0] ?? 0);
    if (service !== undefined) await run(service, simulator, numbers.slice(1), model);
  },
});

/** An action on a conversation, identified by SID or unique name. Does nothing if there is none. */
const onConversation = (
  name: string,
  run: (
    conversation: Conversation,
    inside: Input,
    simulator: TestSimulator,
    numbers: readonly number[],
    service: Service,
  ) => Promise<void>,
): Action =>
  onService(name, async (service, simulator, [number = 0, ...numbers]) => {
    const conversation = pick(service.conversations.values(), number);
    if (conversation === undefined) return;
    const ConversationSid = number % 2 === 0 ? conversation.sid : (conversation.name ?? conversation.sid);
    await run(conversation, { ChatServiceSid: service.sid, ConversationSid }, simulator, numbers, service);
  });

const CLOSED = 50377;

export const actions: readonly Action[] = [
  {
    name: 'create service',
    async run({ services }, { callOk }) {
      const sid = sidOf(await callOk('createservice', { body: { FriendlyName: 'x' } }));
      services.set(sid, { sid, users: new Map(), conversations: new Map() });
    },
  },
  onService('delete service', async ({ sid }, simulator, [number = 0], { services }) => {
    if (number % 4 !== 0) return;
    await expectStatus(simulator, 'deleteservice', { Sid: sid }, 204);
    await expectStatus(simulator, 'fetchservice', { Sid: sid }, 404, 20404);
    services.delete(sid);
  }),
  onService('create user', async ({ sid, users }, simulator, [number = 0]) => {
    const Identity = identities[number % identities.length] ?? '';
    const isTaken = users.has(Identity);
    const input = { ChatServiceSid: sid, body: { Identity } };
    const { body } = await expectStatus(simulator, 'createserviceuser', input, isTaken ? 409 : 201, 50201);
    if (!isTaken) users.set(Identity, sidOf(body ?? {}));
  }),
  onService('update user', async ({ sid, users }, simulator, [number = 0, name = 0]) => {
    const [identity, user] = pick(users, number) ?? [];
    if (identity === undefined) return;
    const input = { ChatServiceSid: sid, Sid: identity, body: { FriendlyName: `name ${name}` } };
    const { body } = await expectStatus(simulator, 'updateserviceuser', input, 200);
    expectBody(body, { sid: user, identity, friendly_name: `name ${name}` });
  }),
  onService('delete user', async ({ sid, users, conversations }, simulator, [number = 0]) => {
    const [identity] = pick(users, number) ?? [];
    if (identity === undefined) return;
    await expectStatus(simulator, 'deleteserviceuser', { ChatServiceSid: sid, Sid: identity }, 204);
    users.delete(identity);
    for (const { participants } of conversations.values()) participants.delete(identity);
  }),
  onService('create conversation', async ({ sid, conversations }, simulator, [number = 0]) => {
    const name = names[number % names.length] ?? null;
    const isTaken = name !== null && [...conversations.values()].some((each) => each.name === name);
    const input = { ChatServiceSid: sid, body: name === null ? {} : { UniqueName: name } };
    const { body } = await expectStatus(simulator, 'createserviceconversation', input, isTaken ? 409 : 201, 50353);
    if (isTaken) return;
    const conversation = { name, isClosed: false, nextIndex: 0, participants: new Map(), messages: [] };
    const created = { sid: sidOf(body ?? {}), ...conversation };
    conversations.set(created.sid, created);
  }),
  onConversation('rename conversation', async (conversation, inside, simulator, [number = 0], { conversations }) => {
    const name = names[number % names.length] ?? null;
    const isTaken =
      name !== null && [...conversations.values()].some((each) => each !== conversation && each.name === name);
    const { ChatServiceSid, ConversationSid } = inside;
    const input = { ChatServiceSid, Sid: ConversationSid, body: { UniqueName: name ?? '' } };
    const [status, code] = conversation.isClosed ? [400, CLOSED] : [isTaken ? 409 : 200, 50353];
    await expectStatus(simulator, 'updateserviceconversation', input, status, code);
    if (status === 200) conversation.name = name;
  }),
  onConversation(
    'close conversation',
    async (conversation, { ChatServiceSid, ConversationSid }, simulator, [number]) => {
      if ((number ?? 0) % 3 !== 0) return;
      const input = { ChatServiceSid, Sid: ConversationSid, body: { State: 'closed' } };
      await expectStatus(simulator, 'updateserviceconversation', input, conversation.isClosed ? 400 : 200, CLOSED);
      conversation.isClosed = true;
    },
  ),
  onConversation('delete conversation', async ({ sid }, inside, simulator, [number = 0], { conversations }) => {
    if (number % 3 !== 0) return;
    const { ChatServiceSid, ConversationSid } = inside;
    await expectStatus(simulator, 'deleteserviceconversation', { ChatServiceSid, Sid: ConversationSid }, 204);
    conversations.delete(sid);
  }),
  onConversation('add participant', async (conversation, inside, simulator, [number = 0], { users }) => {
    const Identity = identities[number % identities.length] ?? '';
    const { participants, isClosed } = conversation;
    const [status, code] = isClosed ? [400, CLOSED] : [participants.has(Identity) ? 409 : 201, 50433];
    const input = { ...inside, body: { Identity } };
    const { body } = await expectStatus(simulator, 'createserviceconversationparticipant', input, status, code);
    if (status !== 201) return;
    participants.set(Identity, sidOf(body ?? {}));
    if (users.has(Identity)) return;
    const user = await simulator.callOk('fetchserviceuser', {
      ChatServiceSid: inside['ChatServiceSid'],
      Sid: Identity,
    });
    users.set(Identity, sidOf(user));
  }),
  onConversation('remove participant', async ({ participants, isClosed }, inside, simulator, [number = 0]) => {
    const [identity] = pick(participants, number) ?? [];
    if (identity === undefined) return;
    const input = { ...inside, Sid: identity };
    await expectStatus(simulator, 'deleteserviceconversationparticipant', input, isClosed ? 400 : 204, CLOSED);
    if (!isClosed) participants.delete(identity);
  }),
  onConversation('create message', async (conversation, inside, simulator, [number = 0]) => {
    const { isClosed, messages, participants } = conversation;
    const author = identities[number % identities.length] ?? '';
    const input = { ...inside, body: { Author: author, Body: 'x' } };
    const operation = 'createserviceconversationmessage';
    const { body } = await expectStatus(simulator, operation, input, isClosed ? 400 : 201, CLOSED);
    if (isClosed) return;
    const index = conversation.nextIndex;
    expectBody(body, { index, author, participant_sid: participants.get(author) ?? null });
    conversation.nextIndex += 1;
    messages.push({ sid: sidOf(body ?? {}), index, author });
  }),
  onConversation('delete message', async ({ messages, isClosed }, inside, simulator, [number = 0]) => {
    const message = pick(messages, number);
    if (message === undefined) return;
    const input = { ...inside, Sid: message.sid };
    await expectStatus(simulator, 'deleteserviceconversationmessage', input, isClosed ? 400 : 204, CLOSED);
    if (!isClosed) messages.splice(messages.indexOf(message), 1);
  }),
  {
    name: 'compare all lists',
    run: expectSameLists,
  },
];

/** Compares every list of the simulator with the model. */
export async function expectSameLists({ services }: Model, simulator: TestSimulator): Promise<void> {
  const { callOk } = simulator;
  expect((await listPages(simulator, 'listservice', { PageSize: 2 })).flat()).toEqual([...services.keys()]);
  for (const { sid: ChatServiceSid, users, conversations } of services.values()) {
    const inService = { ChatServiceSid };
    const listedUsers = await listPages(simulator, 'listserviceuser', { ...inService, PageSize: 2 });
    expect(listedUsers.flat().sort()).toEqual([...users.values()].sort());
    const listedConversations = (
      await listPages(simulator, 'listserviceconversation', { ...inService, PageSize: 2 })
    ).flat();
    expect(listedConversations.sort()).toEqual([...conversations.keys()].sort());
    for (const identity of users.keys()) {
      const listedForUser = await callOk('listserviceuserconversation', { ...inService, UserSid: identity });
      const own = [...conversations.values()].filter(({ participants }) => participants.has(identity));
      expect(sidsOf(listedForUser, 'conversation_sid')).toEqual(own.map(({ sid }) => sid).sort());
    }
    for (const { sid, name, isClosed, messages, participants } of conversations.values()) {
      const inside = { ...inService, ConversationSid: sid };
      expect(await callOk('fetchserviceconversation', { ...inService, Sid: name ?? sid })).toMatchObject({
        sid,
        unique_name: name,
        state: isClosed ? 'closed' : 'active',
      });
      const listedMessages = itemsOf(await callOk('listserviceconversationmessage', inside));
      expect(
        listedMessages.map((each) => ({ sid: sidOf(each), index: each['index'], author: textOf(each['author']) })),
      ).toEqual(messages);
      const members = await callOk('listserviceconversationparticipant', inside);
      expect(sidsOf(members)).toEqual([...participants.values()].toSorted());
    }
  }
}
