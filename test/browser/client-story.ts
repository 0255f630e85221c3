// oxlint-disable unicorn/consistent-function-scoping -- the page gets the text of one function
import type { Client, Conversation, Message, Participant } from 'conversations-sdk-3';

/** What the page gets from the test. */
export interface StoryInput {
  readonly tokens: Readonly<Record<'alice' | 'brief' | 'bob' | 'expiring', string>>;
  readonly options: object;
  readonly conversation: string;
}

/** What the test offers to the page as `call`: an operation of REST, or the clock. */
export type StoryCall = (name: string, input: object) => Promise<Record<string, unknown>>;

/**
 * Everything that an app does, in a browser. It runs in the page, so it refers to nothing outside itself.
 * @returns what it saw, by topic
 */
export async function tellStory({ tokens, options, conversation: sid }: StoryInput): Promise<Record<string, unknown>> {
  const page = globalThis as unknown as {
    readonly Twilio: { readonly Conversations: typeof import('conversations-sdk-3') };
    readonly call: StoryCall;
  };
  const { Client: SdkClient } = page.Twilio.Conversations;
  const { call } = page;
  const saw: Record<string, unknown> = {};

  /** Resolves with the first event that matches. */
  function next<T>(emitter: object, event: string, matches: (value: T) => boolean = () => true): Promise<T> {
    const { on } = emitter as { on: (name: string, listener: (value: T) => void) => void };
    return new Promise((resolve) => {
      on.call(emitter, event, (value) => matches(value) && resolve(value));
    });
  }

  /** Waits until a value is as expected. The test fails by its timeout if that never happens. */
  async function until<T>(read: () => T | Promise<T>, expected: T): Promise<T> {
    for (;;) {
      const value = await read();
      if (JSON.stringify(value) === JSON.stringify(expected)) return value;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function open(token: string): Promise<Client> {
    const client = new SdkClient(token, options);
    await next(client, 'initialized');
    return client;
  }

  async function enter(client: Client): Promise<Conversation> {
    const found = await client.getConversationBySid(sid);
    await found.getParticipants();
    return found;
  }

  async function expire(): Promise<readonly string[]> {
    const client = new SdkClient(tokens.expiring, options);
    const states: string[] = [];
    client.on('connectionStateChanged', (state) => states.push(state));
    await next(client, 'tokenExpired');
    await until(() => states.at(-1), 'disconnected');
    return states;
  }

  async function connect(): Promise<Client> {
    const client = new SdkClient(tokens.brief, options);
    await next(client, 'tokenAboutToExpire');
    await client.updateToken(tokens.alice);
    // Loads all pages.
    const names = new Set<string>();
    let loaded = await client.getSubscribedConversations();
    for (;;) {
      for (const each of loaded.items) names.add(each.sid);
      if (!loaded.hasNextPage) break;
      loaded = await loaded.nextPage();
    }
    saw['connection'] = client.connectionState;
    saw['subscribed conversations'] = names.size;
    return client;
  }

  async function manageConversations(client: Client): Promise<void> {
    const bySid = await client.getConversationBySid(sid);
    const byName = await client.getConversationByUniqueName('support');
    const created = await client.createConversation({ friendlyName: 'Mine', uniqueName: 'mine', attributes: { a: 1 } });
    await created.join();
    await created.updateFriendlyName('Yours');
    await created.updateUniqueName('yours');
    await created.updateAttributes({ b: 2 });
    await created.setUserNotificationLevel('muted');
    await until(() => [created.attributes, created.notificationLevel], [{ b: 2 }, 'muted']);
    const left = next(client, 'conversationLeft');
    await created.leave();
    await left;
    const peeked = await client.peekConversationBySid(created.sid);
    await peeked.join();
    await until(() => peeked.status, 'joined');
    await peeked.getParticipants();
    const removed = next<Conversation>(client, 'conversationRemoved');
    await peeked.delete();
    saw['conversations'] = [bySid.sid === byName.sid, created.friendlyName, (await removed).uniqueName];
  }

  async function readMessages(conversation: Conversation): Promise<void> {
    const texts = (items: readonly Message[]) => [items[0]?.body, items.at(-1)?.body];
    const last = await conversation.getMessages(10);
    const before = await last.prevPage();
    const again = await before.nextPage();
    const from = await conversation.getMessages(10, 12, 'forward');
    saw['pages'] = [last, before, again, from].map(({ items }) => texts(items));
    await conversation.setAllMessagesRead();
    await until(() => conversation.lastReadMessageIndex, 44);
    await conversation.updateLastReadMessageIndex(40);
    await until(() => conversation.getUnreadMessagesCount(), 4);
    saw['counts'] = [await conversation.getMessagesCount(), await conversation.getParticipantsCount()];
    await conversation.setAllMessagesUnread();
    await until(() => conversation.lastReadMessageIndex, null);
  }

  async function writeMessages(conversation: Conversation): Promise<void> {
    const added = next<Message>(conversation, 'messageAdded');
    await conversation.sendMessage('hello', { mood: 'good' });
    const message = await added;
    await message.updateBody('changed');
    await message.updateAttributes({ mood: 'better' });
    await until(() => [message.body, message.attributes], ['changed', { mood: 'better' }]);
    await call('advance', { duration: 'PT20S' });
    await until(() => message.aggregatedDeliveryReceipt?.read, 'all');
    const receipts = await message.getDetailedDeliveryReceipts();
    saw['message'] = [message.author, receipts?.map(({ status }) => status)];
    const removed = next<Message>(conversation, 'messageRemoved');
    await message.remove();
    await removed;

    const withFile = next<Message>(conversation, 'messageAdded');
    const form = new FormData();
    form.append('file', new Blob(['a note'], { type: 'text/plain' }), 'note.txt');
    await conversation.prepareMessage().setBody('look').setAttributes({ by: 'builder' }).addMedia(form).build().send();
    const { body, attributes, attachedMedia } = await withFile;
    const url = (await attachedMedia?.[0]?.getContentTemporaryUrl()) ?? '';
    saw['media'] = [body, attributes, await (await fetch(url)).text()];
  }

  async function managePeople(conversation: Conversation): Promise<void> {
    const joined = next<Participant>(conversation, 'participantJoined', ({ identity }) => identity === 'carol');
    await conversation.add('carol', { team: 'blue' });
    const carol = await joined;
    await carol.updateAttributes({ team: 'red' });
    await until(() => carol.attributes, { team: 'red' });
    const phone = next<Participant>(conversation, 'participantJoined', ({ type }) => type === 'sms');
    await conversation.addNonChatParticipant('+15557654322', '+15551234567', {});
    const left = next<Participant>(conversation, 'participantLeft');
    await carol.remove();
    saw['participants'] = [(await left).identity, (await phone).identity, carol.roleSid.slice(0, 2)];
  }

  async function meet(alice: Client, conversation: Conversation): Promise<void> {
    const user = await alice.getUser('bob');
    const bob = await open(tokens.bob);
    await until(() => user.isOnline, true);
    await bob.user.updateFriendlyName('Bob');
    await until(() => user.friendlyName, 'Bob');
    const own = await enter(bob);
    const started = next<Participant>(conversation, 'typingStarted');
    const ended = next<Participant>(conversation, 'typingEnded');
    await own.typing();
    const typist = (await started).identity;
    await own.sendMessage('done');
    await ended;
    await bob.shutdown();
    await until(() => user.isOnline, false);
    const users = (await alice.getSubscribedUsers()).map(({ identity }) => identity).includes('bob');
    saw['users'] = [typist, user.friendlyName, users];
    await alice.setPushRegistrationId('fcm', 'device-1');
    saw['push'] = (await call('listservicebinding', {}))['bindings'];
    await alice.unsetPushRegistrationId('fcm');
  }

  async function watch(conversation: Conversation): Promise<void> {
    const received: (string | null)[] = [];
    conversation.on('messageAdded', ({ body }) => received.push(body));
    await call('createserviceconversationmessage', { body: { Body: 'by REST' } });
    await call('inbound', { from: '+15005550002', to: '+15557654321', body: 'by SMS' });
    await until(() => received, ['by REST', 'by SMS']);
    await call('updateserviceconversation', { Sid: sid, body: { FriendlyName: 'Renamed', State: 'closed' } });
    await until(() => [conversation.friendlyName, conversation.state?.current], ['Renamed', 'closed']);
    saw['changes'] = received;
  }

  const expired = expire();
  const alice = await connect();
  const conversation = await enter(alice);
  await readMessages(conversation);
  await manageConversations(alice);
  await writeMessages(conversation);
  await managePeople(conversation);
  await meet(alice, conversation);
  await watch(conversation);
  saw['expired'] = await expired;
  await alice.shutdown();
  return saw;
}
