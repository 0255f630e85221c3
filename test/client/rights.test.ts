import { describe, expect, it } from 'vitest';
import { connect, openConversation, openDesk, rejection, sdks, type Desk } from './harness.js';

const load = sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>;

/** Adds a participant with a role that has these permissions only. */
async function joinAs(desk: Desk, identity: string, permissions: readonly string[]): Promise<void> {
  const role = await desk.rest('createservicerole', {
    body: { FriendlyName: 'test', Type: 'conversation', Permission: permissions },
  });
  await desk.rest('createserviceconversationparticipant', { body: { Identity: identity, RoleSid: role['sid'] } });
}

describe('the roles of a user of a client SDK', () => {
  it('refuse with 403 what they do not permit, and permit what they name', async () => {
    const desk = await openDesk();
    await joinAs(desk, 'alice', ['editOwnMessage', 'leaveConversation']);
    const own = await desk.rest('createserviceconversationmessage', { body: { Body: 'mine', Author: 'alice' } });
    const other = await desk.rest('createserviceconversationmessage', { body: { Body: 'theirs', Author: 'bob' } });
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    const { items } = await conversation.getMessages();
    const [mine, theirs] = [own, other].map(({ sid }) => items.find((each) => each.sid === sid));
    const refused = [
      conversation.sendMessage('x'),
      conversation.updateFriendlyName('x'),
      conversation.updateAttributes({}),
      conversation.add('carol'),
      conversation.addNonChatParticipant('+15557654321', '+15551234567'),
      conversation.removeParticipant('alice-2'),
      conversation.setUserNotificationLevel('muted'),
      conversation.delete(),
      mine?.updateAttributes({}),
      mine?.remove(),
      theirs?.updateBody('x'),
      theirs?.remove(),
    ];
    for (const each of await Promise.all(refused.map((call) => rejection(call as Promise<unknown>)))) {
      expect(each.status).toBe(403);
    }
    await mine?.updateBody('changed');
    expect(await desk.rest('fetchserviceconversationmessage', { Sid: own['sid'] })).toMatchObject({ body: 'changed' });
    await conversation.leave();
  });

  it('of the service decide who creates and joins conversations', async () => {
    const desk = await openDesk();
    const role = await desk.rest('createservicerole', {
      body: { FriendlyName: 'guest', Type: 'service', Permission: ['editOwnUserInfo'] },
    });
    await desk.rest('createserviceuser', { body: { Identity: 'guest', RoleSid: role['sid'] } });
    const guest = await connect(await load(), desk, 'guest');
    expect((await rejection(guest.createConversation({}))).status).toBe(403);
    expect((await rejection(guest.peekConversationBySid(desk.conversation))).status).toBe(403);
    const alice = await connect(await load(), desk, 'alice');
    const conversation = await alice.peekConversationBySid(desk.conversation);
    await conversation?.join();
    await expect.poll(() => conversation?.status).toBe('joined');
  });

  it('give the creator of a conversation its own role', async () => {
    const desk = await openDesk();
    const client = await connect(await load(), desk, 'alice');
    const conversation = await client.createConversation({ friendlyName: 'Mine' });
    await conversation.join();
    await expect.poll(() => conversation.status).toBe('joined');
    const [own] = await conversation.getParticipants();
    const configuration = await desk.rest('fetchserviceconfiguration');
    expect(own?.roleSid).toBe(configuration['default_conversation_creator_role_sid']);
  });
});

describe('writes of a client SDK', () => {
  it('have the rules of REST: limits and states', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    expect((await rejection(conversation.sendMessage('x'.repeat(33_000)))).status).toBe(400);
    await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { State: 'closed' } });
    expect((await rejection(conversation.sendMessage('late'))).status).toBe(400);
  });
});
