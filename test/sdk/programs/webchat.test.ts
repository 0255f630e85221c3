/** A web shop with a chat window. A visitor's first message opens a conversation, and the shop adds an agent to it. */
import formbody from 'node:querystring';
import fastify from 'fastify';
import twilio, { type Twilio } from 'twilio';
import { expect, onTestFinished, test } from 'vitest';
import type { SimWorld } from '../../../src/index.js';
import { openWorld } from './open-world.js';

const AGENT = 'agent-ada';
const CHAT = 'web-shop';

type Event = Readonly<Record<string, string | undefined>>;

interface Shop {
  readonly url: string;
  /** What the shop was told, one line each. */
  readonly notes: string[];
}

interface Keys {
  readonly accountSid: string;
  readonly authToken: string;
}

/** The shop's server: hands out tokens to browsers, and answers the webhook of its conversations. */
async function openShop({ conversations: { v1 } }: Twilio, { accountSid, authToken }: Keys): Promise<Shop> {
  const app = fastify();
  const notes: string[] = [];
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, { ...formbody.parse(body as string) }),
  );

  app.get<{ Querystring: { visitor: string } }>('/token', async ({ query }) => {
    const { defaultChatServiceSid } = await v1.configuration().fetch();
    const token = new twilio.jwt.AccessToken(accountSid, `SK${'1'.repeat(32)}`, 'key secret', {
      identity: query.visitor,
      ttl: 3600,
    });
    token.addGrant(new twilio.jwt.AccessToken.ChatGrant({ serviceSid: defaultChatServiceSid }));
    return { token: token.toJwt() };
  });

  app.post('/events', async (request, reply) => {
    const event = request.body as Event;
    const signature = String(request.headers['x-twilio-signature']);
    if (!twilio.validateRequest(authToken, signature, `${url}/events`, event)) {
      notes.push('a request with a wrong signature');
      return reply.code(403).send();
    }
    notes.push(`${event['EventType']} ${event['Author']}: ${event['Body']}`);
    if (event['Index'] === '0') {
      const conversation = v1.conversations(event['ConversationSid'] ?? '');
      await conversation.participants.create({ identity: AGENT });
      await conversation.messages.create({ author: AGENT, body: 'How can I help?' });
    }
    return reply.send();
  });

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  await v1.users.create({ identity: AGENT, friendlyName: 'Ada' });
  await v1.addressConfigurations.create({
    type: 'chat',
    address: CHAT,
    'autoCreation.enabled': true,
    'autoCreation.type': 'webhook',
    'autoCreation.webhookUrl': `${url}/events`,
    'autoCreation.webhookMethod': 'post',
    'autoCreation.webhookFilters': ['onMessageAdded'],
  });
  return { url, notes };
}

/** What a browser does: gets a token, and writes as the identity that the token grants. */
async function signIn(shop: Shop, world: SimWorld, visitor: string) {
  const response = await fetch(`${shop.url}/token?visitor=${visitor}`);
  const { token } = (await response.json()) as { token: string };
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    grants: { identity: string; chat: { service_sid: string } };
  };
  const { identity, chat } = claims.grants;
  return {
    serviceSid: chat.service_sid,
    say: (body: string, conversation?: string) =>
      world.inbound({ from: identity, body, ...(conversation === undefined ? { to: CHAT } : { conversation }) }),
  };
}

test('a visitor writes, the shop answers its signed webhook, and an agent joins the conversation', async () => {
  const { world, client } = await openWorld();
  const { v1 } = client.conversations;
  const shop = await openShop(client, world);
  const visitor = await signIn(shop, world, 'visitor-7');
  const first = await visitor.say('Do you have lamps?');
  await world.webhooks.idle();
  expect(shop.notes).toEqual(['onMessageAdded visitor-7: Do you have lamps?']);

  const sid = first['conversation_sid'] as string;
  const conversation = v1.conversations(sid);
  expect(await conversation.fetch()).toMatchObject({ chatServiceSid: visitor.serviceSid, state: 'active' });
  const [webhook] = await conversation.webhooks.list();
  expect(webhook).toMatchObject({ target: 'webhook', configuration: { url: `${shop.url}/events` } });
  const people = await conversation.participants.list();
  expect(people.map(({ identity }) => identity).sort()).toEqual([AGENT, 'visitor-7']);

  // The agent's answer came from a REST call without the webhook header, so the shop was not told of it.
  await visitor.say('A red one', sid);
  await world.webhooks.idle();
  expect(shop.notes).toEqual(['onMessageAdded visitor-7: Do you have lamps?', 'onMessageAdded visitor-7: A red one']);
  const messages = await conversation.messages.list();
  expect(messages.map(({ author, body }) => `${author}: ${body}`)).toEqual([
    'visitor-7: Do you have lamps?',
    'agent-ada: How can I help?',
    'visitor-7: A red one',
  ]);

  // The visitor's window shows what is unread. The agent's does once a first message has been read.
  const ofAgent = v1.users(AGENT).userConversations;
  expect(await ofAgent(sid).fetch()).toMatchObject({ unreadMessagesCount: null, notificationLevel: 'default' });
  await ofAgent(sid).update({ lastReadMessageIndex: 1 });
  expect(await ofAgent.list()).toMatchObject([{ conversationSid: sid, unreadMessagesCount: 1, createdBy: 'system' }]);
  expect(await v1.users('visitor-7').fetch()).toMatchObject({ identity: 'visitor-7', friendlyName: null });
});

test('each visitor gets a conversation, and a forged webhook is refused', async () => {
  const { world, client } = await openWorld();
  const shop = await openShop(client, world);
  for (const name of ['visitor-1', 'visitor-2']) await (await signIn(shop, world, name)).say(`I am ${name}`);
  await world.webhooks.idle();
  const ofAgent = await client.conversations.v1.participantConversations.list({ identity: AGENT });
  expect(ofAgent).toHaveLength(2);
  const body = new URLSearchParams({ EventType: 'onMessageAdded', ConversationSid: ofAgent[0]?.conversationSid ?? '' });
  const forged = await fetch(`${shop.url}/events`, {
    method: 'POST',
    body,
    headers: { 'x-twilio-signature': 'forged' },
  });
  expect(forged.status).toBe(403);
  expect(shop.notes.at(-1)).toBe('a request with a wrong signature');
});
