/** What REST and a client must agree on: after each step of a story, both show the same records. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/body.js';
import { connect, openConversation, openDesk, sdks, type Client, type Conversation, type Desk } from './harness.js';

/** A conversation as REST shows it, in the words of the SDK. */
async function byRest(desk: Desk): Promise<unknown> {
  const conversation = await desk.rest('fetchserviceconversation', { Sid: desk.conversation });
  const list = async (operation: string, key: string) => (await desk.rest(operation))[key] as readonly JsonObject[];
  const participants = await list('listserviceconversationparticipant', 'participants');
  const messages = await list('listserviceconversationmessage', 'messages');
  const own = await desk.rest('fetchserviceuserconversation', { UserSid: 'alice' });
  return {
    name: conversation['friendly_name'],
    uniqueName: conversation['unique_name'],
    attributes: JSON.parse(conversation['attributes'] as string),
    state: conversation['state'],
    lastRead: own['last_read_message_index'],
    notifications: own['notification_level'],
    participants: participants.map(({ sid, identity, role_sid: role, attributes }) => ({
      sid,
      identity,
      role,
      attributes: JSON.parse(attributes as string),
    })),
    messages: messages.map(({ sid, index, author, body, attributes, participant_sid: participant, delivery }) => ({
      sid,
      index,
      author,
      body,
      participant,
      attributes: JSON.parse(attributes as string),
      delivered: (delivery as JsonObject | null)?.['delivered'] ?? null,
    })),
  };
}

/** The same as the SDK shows it. */
async function bySdk(conversation: Conversation): Promise<unknown> {
  const participants = await conversation.getParticipants();
  const { items } = await conversation.getMessages();
  return {
    name: conversation.friendlyName,
    uniqueName: conversation.uniqueName,
    attributes: conversation.attributes,
    state: conversation.state?.current,
    lastRead: conversation.lastReadMessageIndex,
    notifications: conversation.notificationLevel,
    participants: participants
      .map(({ sid, identity, roleSid: role, attributes }) => ({ sid, identity, role, attributes }))
      .sort((one, other) => (one.sid < other.sid ? -1 : 1)),
    messages: items.map((each) => ({
      sid: each.sid,
      index: each.index,
      author: each.author,
      body: each.body,
      participant: each.participantSid,
      attributes: each.attributes,
      delivered: each.aggregatedDeliveryReceipt?.delivered ?? null,
    })),
  };
}

type Step = readonly [name: string, run: (desk: Desk, conversation: Conversation, client: Client) => Promise<unknown>];

const rest =
  (operation: string, input: object): Step[1] =>
  (desk) =>
    desk.rest(operation, input);

const story: readonly Step[] = [
  ['a message by REST', rest('createserviceconversationmessage', { body: { Body: 'one', Author: 'bob' } })],
  ['a message by the client', (_, conversation) => conversation.sendMessage('two', { mood: 'good' })],
  [
    'a participant by REST',
    rest('createserviceconversationparticipant', { body: { Identity: 'bob', Attributes: '{"a":1}' } }),
  ],
  [
    'a phone by REST',
    rest('createserviceconversationparticipant', {
      body: { 'MessagingBinding.Address': '+15005550001', 'MessagingBinding.ProxyAddress': '+15557654321' },
    }),
  ],
  ['a message with a receipt', (_, conversation) => conversation.sendMessage('three')],
  ['a receipt that moves', (desk) => desk.world.clock.advance('PT5S')],
  [
    'a message from the phone',
    (desk) => desk.world.inbound({ from: '+15005550001', to: '+15557654321', body: 'four' }),
  ],
  [
    'an edited message',
    async (_, conversation) =>
      (await conversation.getMessages()).items.find(({ author }) => author === 'alice')?.updateBody('two, edited'),
  ],
  [
    'a removed message',
    async (_, conversation) =>
      (await conversation.getMessages()).items.find(({ author }) => author === 'alice')?.remove(),
  ],
  ['a read horizon', (_, conversation) => conversation.setAllMessagesRead()],
  ['a notification level', (_, conversation) => conversation.setUserNotificationLevel('muted')],
  [
    'a new name',
    (desk) =>
      desk.rest('updateserviceconversation', {
        Sid: desk.conversation,
        body: { FriendlyName: 'New', UniqueName: 'new', Attributes: '{"b":[1]}' },
      }),
  ],
  ['a participant who is removed', (desk) => desk.rest('deleteserviceconversationparticipant', { Sid: 'bob' })],
  [
    'a timer that makes it inactive',
    async (desk) => {
      const timers = { Sid: desk.conversation, body: { 'Timers.Inactive': 'PT1M' } };
      await desk.rest('updateserviceconversation', timers);
      await desk.world.clock.advance('PT2M');
      const { state } = await desk.rest('fetchserviceconversation', { Sid: desk.conversation });
      expect(state).toBe('inactive');
    },
  ],
  ['a message after that', (desk) => desk.world.inbound({ from: '+15005550001', to: '+15557654321', body: 'again' })],
  [
    'an inactive conversation',
    (desk) => desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { State: 'inactive' } }),
  ],
  [
    'a message that activates it',
    (desk) => desk.world.inbound({ from: '+15005550001', to: '+15557654321', body: 'five' }),
  ],
  [
    'a closed conversation',
    (desk) => desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { State: 'closed' } }),
  ],
];

describe.each(Object.entries(sdks))('REST and the client SDK %s agree', (_, load) => {
  it('after each step of a story', async () => {
    const desk = await openDesk({ clock: '2026-01-01T00:00:00Z' });
    await desk.join('alice');
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    for (const [name, run] of story) {
      await run(desk, conversation, client);
      const expected = await byRest(desk);
      await expect.poll(() => bySdk(conversation), { message: name }).toEqual(expected);
    }
  });
});
