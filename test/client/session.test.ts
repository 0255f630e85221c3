import { describe, expect, it } from 'vitest';
import {
  type Client,
  connect,
  createClient,
  type Desk,
  type Message,
  next,
  openConversation,
  openDesk,
  type Participant,
  type Sdk,
  sdks,
} from './harness.js';

/** Resolves when the client says that it is in a state. */
function state(client: Client, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    client.on('connectionStateChanged', (now) => {
      if (now === wanted) resolve();
    });
  });
}

type Story = (sdk: Sdk, desk: Desk, version: string) => Promise<void>;

/** Tells a story with each version at the same time, because the SDKs wait for seconds. Each version has its own server. */
async function inEachVersion(story: Story): Promise<void> {
  const versions = Object.entries(sdks).map(
    async ([version, load]) => [version, await load(), await openDesk()] as const,
  );
  const told = (await Promise.all(versions)).map(([version, sdk, desk]) =>
    story(sdk, desk, version).catch((error: unknown) => {
      throw new Error(`with the SDK ${version}: ${String(error)}`, { cause: error });
    }),
  );
  await Promise.all(told);
}

/** What an SDK tells its app of others ends by itself: the server says only when it begins. */
async function typeForAWhile(sdk: Sdk, desk: Desk): Promise<void> {
  await desk.join('bob');
  await desk.join('carol');
  const [bob, carol] = await Promise.all([connect(sdk, desk, 'bob'), connect(sdk, desk, 'carol')]);
  const [own, seen] = await Promise.all([openConversation(bob, desk), openConversation(carol, desk)]);
  const ended = next<Participant>(seen, 'typingEnded');
  await own.typing();
  const typing = async () => (await desk.world.connectedUsers()).flatMap(({ typingIn }) => typingIn);
  expect(await typing()).toEqual([desk.conversation]);
  expect((await ended).identity).toBe('bob');
  await expect.poll(typing).toEqual([]);
}

describe(`the session of the client SDKs ${Object.keys(sdks).join(', ')}`, () => {
  it('ends when its token expires, after a warning, and goes on with a new token. Typing ends after some seconds', () =>
    inEachVersion(async (sdk, desk) => {
      const typed = typeForAWhile(sdk, desk);
      const client = createClient(sdk, desk, desk.token('alice', { ttl: 3 }));
      const warned = next(client, 'tokenAboutToExpire');
      const initialized = next(client, 'stateChanged', (now) => now === 'initialized');
      await state(client, 'connected');
      await Promise.all([warned, initialized]);
      await client.updateToken(desk.token('alice', { ttl: 3 }));
      await next(client, 'tokenExpired');
      await state(client, 'disconnected');
      await client.updateToken(desk.token('alice'));
      await expect.poll(() => client.connectionState).toBe('connected');
      await typed;
    }));

  it('is denied without a valid token', () =>
    inEachVersion(async (sdk, desk) => {
      const now = Date.now() - 7_200_000;
      const expired = createClient(sdk, desk, desk.token('alice', { now }));
      const toldOfEnd = next(expired, 'tokenExpired');
      await Promise.all([state(expired, 'denied'), toldOfEnd]);
      const wrong = createClient(sdk, desk, 'not.a.token');
      const error = next<{ terminal: boolean; errorCode: number }>(wrong, 'connectionError');
      expect(await error).toMatchObject({ terminal: true, errorCode: 20101 });
    }));

  it('survives a broken connection, and catches up with all that it has missed', () =>
    inEachVersion(async (sdk, desk, version) => {
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
      // In one of them, more than the server sends at once.
      const missed = Array.from({ length: version === '3.0.1' ? 520 : 2 }, (_each, i) => `while away ${i}`);
      for (const Body of missed) await desk.rest('createserviceconversationmessage', { body: { Body } });
      await lost;
      await desk.rest('deleteserviceconversationmessage', { Sid: message?.sid });
      await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { FriendlyName: 'Renamed' } });
      await desk.join('bob');
      await expect.poll(() => received).toEqual(missed);
      expect((await removed).sid).toBe(message?.sid);
      await expect.poll(() => conversation.friendlyName).toBe('Renamed');
      await expect.poll(async () => (await conversation.getParticipants()).length).toBe(2);
    }));
});
