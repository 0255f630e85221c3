import { describe, expect, it } from 'vitest';
import { callOk } from '../helpers/sim.js';
import { connect, next, openConversation, openDesk, rejection, sdks, type Conversation } from './harness.js';

describe.each(Object.entries(sdks))('conversations in the client SDK %s', (_, load) => {
  it('are listed over several pages, and found by SID and by unique name', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    for (let i = 0; i < 54; i += 1) {
      const { sid } = await desk.rest('createserviceconversation', { body: { FriendlyName: `number ${i}` } });
      await callOk(desk.world, 'createserviceconversationparticipant', {
        ChatServiceSid: desk.service,
        ConversationSid: sid,
        body: { Identity: 'alice' },
      });
    }
    const client = await connect(sdk, desk, 'alice');
    const names = new Set<string>();
    let page = await client.getSubscribedConversations();
    for (;;) {
      for (const { sid } of page.items) names.add(sid);
      if (!page.hasNextPage) break;
      page = await page.nextPage();
    }
    expect(names.size).toBe(55);
    expect((await client.getConversationBySid(desk.conversation)).friendlyName).toBe('Support');
    const byName = await client.getConversationByUniqueName('support');
    expect(byName).toMatchObject({ sid: desk.conversation, uniqueName: 'support', attributes: { color: 'red' } });
  });

  it('are created, joined, changed, left and deleted', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const client = await connect(sdk, desk, 'alice');
    const created = await client.createConversation({ friendlyName: 'Mine', uniqueName: 'mine', attributes: { a: 1 } });
    expect(created).toMatchObject({
      friendlyName: 'Mine',
      uniqueName: 'mine',
      attributes: { a: 1 },
      createdBy: 'alice',
    });
    const joined = next<Conversation>(client, 'conversationJoined');
    await created.join();
    expect((await joined).sid).toBe(created.sid);
    expect(created.status).toBe('joined');
    await created.updateFriendlyName('Yours');
    await created.updateUniqueName('yours');
    await created.updateAttributes({ b: [2] });
    await expect.poll(() => created.attributes).toEqual({ b: [2] });
    expect(created).toMatchObject({ friendlyName: 'Yours', uniqueName: 'yours' });
    await created.setUserNotificationLevel('muted');
    await expect.poll(() => created.notificationLevel).toBe('muted');
    const left = next(client, 'conversationLeft');
    await created.leave();
    await left;
    const peeked = await client.peekConversationBySid(created.sid);
    expect(peeked?.friendlyName).toBe('Yours');
    await peeked?.join();
    // An SDK that is still opening what goes away has an unhandled rejection.
    await expect.poll(() => peeked?.status).toBe('joined');
    await peeked?.getParticipants();
    const removed = next<Conversation>(client, 'conversationRemoved');
    await peeked?.delete();
    expect((await removed).sid).toBe(created.sid);
    expect((await rejection(client.getConversationByUniqueName('yours'))).message).toBeDefined();
  });

  it('change when a server changes them', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const client = await connect(sdk, desk, 'alice');
    const added = next<Conversation>(client, 'conversationJoined');
    await desk.join('alice');
    const conversation = await added;
    expect(conversation.sid).toBe(desk.conversation);
    const reasons: string[] = [];
    conversation.on('updated', ({ updateReasons }) => reasons.push(...updateReasons));
    await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { FriendlyName: 'New' } });
    await expect.poll(() => conversation.friendlyName).toBe('New');
    await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { State: 'inactive' } });
    await expect.poll(() => conversation.state?.current).toBe('inactive');
    expect(reasons).toEqual(expect.arrayContaining(['friendlyName', 'state']));
    const removed = next<Conversation>(client, 'conversationRemoved');
    await desk.rest('deleteserviceconversation', { Sid: desk.conversation });
    expect((await removed).sid).toBe(desk.conversation);
  });

  it('count their participants, messages and unread messages', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    await desk.join('bob');
    for (const body of ['one', 'two', 'three'])
      await desk.rest('createserviceconversationmessage', { body: { Body: body } });
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    expect(await conversation.getParticipantsCount()).toBe(2);
    expect(await conversation.getMessagesCount()).toBe(3);
    expect(await conversation.getUnreadMessagesCount()).toBeNull();
    await conversation.setAllMessagesRead();
    await expect.poll(() => conversation.lastReadMessageIndex).toBe(2);
    await conversation.updateLastReadMessageIndex(0);
    await expect.poll(() => conversation.lastReadMessageIndex).toBe(0);
    expect(await conversation.advanceLastReadMessageIndex(1)).toBe(1);
    await expect.poll(() => conversation.getUnreadMessagesCount()).toBe(1);
    await conversation.setAllMessagesUnread();
    await expect.poll(() => conversation.lastReadMessageIndex).toBeNull();
  });
});
