/** An export of an account's history: everything that its lists show, page by page, in both scopes. */
import type { Twilio } from 'twilio';
import { expect, test } from 'vitest';
import { openWorld } from './open-world.js';

type Api = Twilio['conversations']['v1'];
type Service = ReturnType<Api['services']>;

interface Item {
  readonly sid: string;
  toJSON(): unknown;
}

/** Any list of the client, read in small pages. */
interface Paged<T> {
  list(options: { readonly pageSize: number }): Promise<T[]>;
}

/** How many records a page of the export has. Every list of the test needs several. */
const PAGE = 2;

const all = <T>(list: Paged<T>): Promise<T[]> => list.list({ pageSize: PAGE });

/** What one service contains. The account's paths have the same lists for its default service. */
async function exportService(service: Service): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  const add = (name: string, items: readonly { toJSON(): unknown }[]): void => {
    found[name] = [...(found[name] ?? []), ...items.map(plain)];
  };
  add('roles', await all<Item>(service.roles));
  const users = await all(service.users);
  add('users', users);
  for (const { sid, identity } of users) {
    add('userConversations', await all(service.users(sid).userConversations));
    const options = { identity, pageSize: PAGE };
    add('participantConversations', await service.participantConversations.list(options));
  }
  const conversations = await all(service.conversations);
  add('conversations', conversations);
  for (const { sid } of conversations) {
    const conversation = service.conversations(sid);
    add('participants', await all<Item>(conversation.participants));
    add('webhooks', await all<Item>(conversation.webhooks));
    const messages = await all(conversation.messages);
    add('messages', messages);
    for (const message of messages) {
      add('receipts', await all<Item>(conversation.messages(message.sid).deliveryReceipts));
    }
  }
  return found;
}

/** Without what depends on the form of the path. */
function plain(item: { toJSON(): unknown }): unknown {
  const { url: _url, links: _links, chatServiceSid: _service, ...rest } = item.toJSON() as Record<string, unknown>;
  return rest;
}

/** Three of everything that can be listed. */
async function fill(service: Service): Promise<void> {
  for (let i = 1; i <= 3; i += 1) {
    await service.roles.create({ friendlyName: `role ${i}`, type: 'service', permission: ['joinConversation'] });
    const conversation = service.conversations((await service.conversations.create({ uniqueName: `case ${i}` })).sid);
    for (let n = 1; n <= 3; n += 1) {
      await conversation.participants.create({ identity: `user ${n}` });
      const phone = {
        'messagingBinding.address': `+1555000${i}00${n}`,
        'messagingBinding.proxyAddress': '+15559990000',
      };
      await conversation.participants.create(phone);
      await conversation.webhooks.create({
        target: 'webhook',
        'configuration.url': `https://example.com/${n}`,
        'configuration.filters': ['onMessageAdded'],
      });
    }
    for (const author of ['user 1', 'user 2', 'system']) await conversation.messages.create({ author, body: author });
  }
}

test('the export of the default service is the same in both scopes', async () => {
  const { client } = await openWorld();
  const { v1 } = client.conversations;
  const { defaultChatServiceSid } = await v1.configuration().fetch();
  const service = v1.services(defaultChatServiceSid);
  // The paths of the account have the same resources as a service. Only the types have other names.
  const account = v1 as unknown as Service;
  await fill(account);
  const other = v1.services((await v1.services.create({ friendlyName: 'Other' })).sid);
  await other.conversations.create({ uniqueName: 'of no interest' });

  const exported = await exportService(account);
  expect(Object.fromEntries(Object.entries(exported).map(([name, items]) => [name, items.length]))).toEqual({
    roles: 7,
    users: 3,
    userConversations: 9,
    participantConversations: 9,
    conversations: 3,
    participants: 18,
    webhooks: 9,
    messages: 9,
    receipts: 27,
  });
  expect(await exportService(service)).toEqual(exported);
  expect((await exportService(other))['conversations']).toHaveLength(1);
});

test('the lists of the account itself, and those that only a service has, are complete', async () => {
  const { world, client } = await openWorld();
  const { v1 } = client.conversations;
  const [service] = await v1.services.list();
  const serviceSid = service?.sid ?? '';
  const sids: Record<string, string[]> = { services: [serviceSid], addresses: [], credentials: [], bindings: [] };
  for (let i = 1; i <= 3; i += 1) {
    sids['services']?.push((await v1.services.create({ friendlyName: `service ${i}` })).sid);
    sids['addresses']?.push((await v1.addressConfigurations.create({ type: 'sms', address: `+1555777000${i}` })).sid);
    const { sid: credentialSid } = await v1.credentials.create({ type: 'fcm', secret: `secret ${i}` });
    sids['credentials']?.push(credentialSid);
    const device = { service: serviceSid, identity: `user ${i}`, endpoint: `token ${i}`, credentialSid };
    sids['bindings']?.push(await world.registerDevice({ ...device, bindingType: 'fcm' }));
  }
  const listed = {
    services: await all<Item>(v1.services),
    addresses: await all<Item>(v1.addressConfigurations),
    credentials: await all<Item>(v1.credentials),
    bindings: await all<Item>(v1.services(serviceSid).bindings),
  };
  expect(
    Object.fromEntries(Object.entries(listed).map(([name, items]) => [name, items.map(({ sid }) => sid)])),
  ).toEqual(sids);
});
