import { describe, expect, it } from 'vitest';
import { createClient, connect, next, openConversation, openDesk, sdks, type Client, type Message } from './harness.js';

/** Resolves when the client says that it is in a state. */
function state(client: Client, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    client.on('connectionStateChanged', (now) => {
      if (now === wanted) resolve();
    });
  });
}

describe.each(Object.entries(sdks))('the session of the client SDK %s', (_, load) => {
  it('ends when its token expires, after a warning, and goes on with a new token', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const client = createClient(sdk, desk, desk.token('alice', { ttl: 3 }));
    const warned = next(client, 'tokenAboutToExpire');
    await state(client, 'connected');
    await warned;
    await client.updateToken(desk.token('alice', { ttl: 2 }));
    await next(client, 'tokenExpired');
    await state(client, 'disconnected');
    await client.updateToken(desk.token('alice'));
    await expect.poll(() => client.connectionState).toBe('connected');
  });

  it('is denied without a valid token', async () => {
    const sdk = await load();
    const desk = await openDesk();
    const now = Date.now() - 7_200_000;
    const expired = createClient(sdk, desk, desk.token('alice', { now }));
    const toldOfEnd = next(expired, 'tokenExpired');
    await Promise.all([state(expired, 'denied'), toldOfEnd]);
    const wrong = createClient(sdk, desk, 'not.a.token');
    const error = next<{ terminal: boolean; errorCode: number }>(wrong, 'connectionError');
    expect(await error).toMatchObject({ terminal: true, errorCode: 20101 });
  });

  it('survives a broken connection, and catches up with what it has missed', async () => {
    const sdk = await load();
    const desk = await openDesk();
    await desk.join('alice');
    const client = await connect(sdk, desk, 'alice');
    const conversation = await openConversation(client, desk);
    await conversation.sendMessage('before');
    await expect.poll(() => conversation.lastMessage?.index).toBe(0);
    const [message] = (await conversation.getMessages()).items;
    const received: (string | null)[] = [];
    conversation.on('messageAdded', ({ body }) => received.push(body));
    const removed = next<Message>(conversation, 'messageRemoved');
    const lost = state(client, 'connecting');
    await desk.world.faults.add({ operation: 'clientnotification', cut: 'reset', times: 1 });
    await desk.rest('createserviceconversationmessage', { body: { Body: 'while away' } });
    await lost;
    await desk.rest('deleteserviceconversationmessage', { Sid: message?.sid });
    await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { FriendlyName: 'Renamed' } });
    await desk.join('bob');
    await expect.poll(() => received).toEqual(['while away']);
    expect((await removed).sid).toBe(message?.sid);
    await expect.poll(() => conversation.friendlyName).toBe('Renamed');
    await expect.poll(async () => (await conversation.getParticipants()).length).toBe(2);
  });
});
