import { expect, test } from 'vitest';
import { type Client, sidsOf, startSdk } from './harness.js';

type Api = Client['conversations']['v1'];
type Service = ReturnType<Client['conversations']['v1']['services']>;

/** The service of the seed. It has push bindings, which no operation can create. */
const SEEDED = 'IS5e0000000000000000000000000000d1';
const withWebhooks = { xTwilioWebhookEnabled: 'true' } as const;

/** The README's style of calls. `scenarios.test.ts` calls every operation. */
test('the services and what belongs to them work through the official SDK', async () => {
  const { client } = await startSdk({ seed: 'support-desk' });
  const { services } = client.conversations.v1;
  await bindings(services(SEEDED));

  const { sid } = await services.create({ friendlyName: 'Desk' });
  expect(sidsOf(await services.list())).toEqual([SEEDED, sid]);
  const service = services(sid);
  expect(await service.fetch()).toMatchObject({ sid, friendlyName: 'Desk', dateCreated: expect.any(Date) });
  await configuration(service);
  const roleSid = await roles(service);
  await users(service, roleSid);
  const talk = await conversations(service);
  await participants(service, talk);
  await messages(service, talk);
  await scopedWebhooks(service, talk);
  await userConversations(service, talk);
  expect(await service.conversations(talk).remove()).toBe(true);
  expect(await service.users('alice').remove()).toBe(true);
  expect(await service.remove()).toBe(true);
}, 60_000);

test('the paths of the account work through the official SDK', async () => {
  const { client } = await startSdk();
  const { v1 } = client.conversations;
  await accountSettings(v1);
  // The paths of the account have the same resources as a service. Only the types have other names.
  const account = v1 as unknown as Service;
  const roleSid = await roles(account);
  await users(account, roleSid);
  const talk = await conversations(account);
  await participants(account, talk);
  await messages(account, talk);
  await scopedWebhooks(account, talk);
  await userConversations(account, talk);
  expect(await v1.conversations(talk).remove()).toBe(true);
  expect(await v1.users('alice').remove()).toBe(true);
  expect(await v1.conversationWithParticipants.create({ friendlyName: 'a' })).toMatchObject({ state: 'active' });
  const [service] = await v1.services.list();
  const { conversationWithParticipants } = v1.services(service?.sid ?? '');
  expect(await conversationWithParticipants.create({ friendlyName: 'b' })).toMatchObject({ state: 'active' });
  expect((await v1.conversations.list()).map(({ friendlyName }) => friendlyName).sort()).toEqual(['a', 'b']);
});

async function accountSettings({ configuration: all, addressConfigurations, credentials }: Api): Promise<void> {
  expect(await all().update({ defaultInactiveTimer: 'PT10M' })).toMatchObject({ defaultInactiveTimer: 'PT10M' });
  expect(await all().fetch()).toMatchObject({ defaultChatServiceSid: expect.stringMatching(/^IS/) });
  const settings = { postWebhookUrl: 'https://example.com/events', filters: ['onUserAdded'], method: 'POST' };
  expect(await all.webhooks().update(settings)).toMatchObject(settings);
  expect(await all.webhooks().fetch()).toMatchObject(settings);

  const address = await addressConfigurations.create({ type: 'sms', address: '+15017122699' });
  expect(await addressConfigurations('+15017122699').fetch()).toMatchObject({ sid: address.sid });
  expect(await addressConfigurations(address.sid).update({ friendlyName: 'Desk' })).toMatchObject({
    friendlyName: 'Desk',
  });
  expect(sidsOf(await addressConfigurations.list({ type: 'sms' }))).toEqual([address.sid]);
  expect(await addressConfigurations(address.sid).remove()).toBe(true);

  const credential = await credentials.create({ type: 'fcm', secret: 'planted-push-secret' });
  expect(await credentials(credential.sid).update({ friendlyName: 'Push' })).toMatchObject({ friendlyName: 'Push' });
  expect(await credentials(credential.sid).fetch()).toMatchObject({ type: 'fcm', sandbox: 'False' });
  expect(sidsOf(await credentials.list())).toEqual([credential.sid]);
  expect(await credentials(credential.sid).remove()).toBe(true);
}

async function bindings({ bindings: all }: Service): Promise<void> {
  const found = await all.list({ bindingType: ['fcm', 'apn'], identity: ['ada'] });
  expect(found.map(({ identity }) => identity)).toEqual(['ada', 'ada']);
  const [{ sid } = { sid: '' }] = found;
  expect(await all(sid).fetch()).toMatchObject({ sid, identity: 'ada' });
  expect(await all(sid).remove()).toBe(true);
  expect(sidsOf(await all.list())).not.toContain(sid);
}

async function configuration({ configuration: all }: Service): Promise<void> {
  expect(await all().update({ reachabilityEnabled: true })).toMatchObject({ reachabilityEnabled: true });
  expect(await all().fetch()).toMatchObject({ reachabilityEnabled: true });

  const { notifications, webhooks } = all;
  await notifications().update({ 'newMessage.enabled': true, 'newMessage.withMedia.template': '${MEDIA_COUNT}' });
  expect(await notifications().fetch()).toMatchObject({ newMessage: { enabled: true } });

  const settings = { postWebhookUrl: 'https://example.com/events', filters: ['onMessageAdded'], method: 'POST' };
  expect(await webhooks().update(settings)).toMatchObject(settings);
  expect(await webhooks().fetch()).toMatchObject(settings);
}

async function roles({ roles: all }: Service): Promise<string> {
  const { sid } = await all.create({ friendlyName: 'guide', type: 'service', permission: ['joinConversation'] });
  const permissions = ['joinConversation', 'createConversation'];
  expect(await all(sid).update({ permission: permissions })).toMatchObject({ permissions });
  expect(await all(sid).fetch()).toMatchObject({ friendlyName: 'guide', permissions });
  const spare = await all.create({ friendlyName: 'spare', type: 'conversation', permission: ['sendMessage'] });
  expect(sidsOf(await all.list())).toEqual(expect.arrayContaining([sid, spare.sid]));
  expect(await all(spare.sid).remove()).toBe(true);
  return sid;
}

async function users({ users: all }: Service, roleSid: string): Promise<void> {
  const attributes = JSON.stringify({ team: 'ü & Söhne 🙂' });
  const user = await all.create({ identity: 'alice', attributes, ...withWebhooks });
  expect(await all('alice').fetch()).toMatchObject({ sid: user.sid, attributes });
  expect(await all('alice').update({ friendlyName: 'Alice', roleSid })).toMatchObject({
    friendlyName: 'Alice',
    roleSid,
  });
  expect(sidsOf(await all.list())).toEqual([user.sid]);
}

async function conversations({ conversations: all }: Service): Promise<string> {
  const { sid } = await all.create({
    friendlyName: 'Talk',
    uniqueName: 'talk, 50 % & more',
    'timers.inactive': 'PT1H',
    ...withWebhooks,
  });
  // The SDK does not encode path parameters.
  expect(await all(encodeURIComponent('talk, 50 % & more')).fetch()).toMatchObject({
    sid,
    timers: { date_inactive: expect.any(String) },
  });
  expect(await all(sid).update({ friendlyName: 'Talk on' })).toMatchObject({ friendlyName: 'Talk on' });
  expect(sidsOf(await all.list({ state: 'active' }))).toEqual([sid]);
  return sid;
}

async function participants(service: Service, talk: string): Promise<void> {
  const { participants: all } = service.conversations(talk);
  const phone = { 'messagingBinding.address': '+15558675310', 'messagingBinding.proxyAddress': '+15017122661' };
  const mary = await all.create(phone);
  const alice = await all.create({ identity: 'alice' });
  expect(await all(alice.sid).fetch()).toMatchObject({ identity: 'alice', messagingBinding: null });
  expect(await all(alice.sid).update({ attributes: '{"at":1}' })).toMatchObject({ attributes: '{"at":1}' });
  const bob = await all.create({ identity: 'bob' });
  expect(sidsOf(await all.list()).sort()).toEqual(sidsOf([mary, alice, bob]).sort());
  expect(await all(bob.sid).remove()).toBe(true);
  const found = await service.participantConversations.list({ identity: 'alice' });
  expect(found).toMatchObject([{ conversationSid: talk, participantIdentity: 'alice' }]);
}

async function messages(service: Service, talk: string): Promise<void> {
  const { messages: all } = service.conversations(talk);
  const dateCreated = new Date('2021-03-04T05:06:07Z');
  const first = await all.create({ author: 'alice', body: 'Hello\r\n<b>& you</b>', dateCreated });
  expect(first).toMatchObject({ index: 0, body: 'Hello\r\n<b>& you</b>', dateCreated, delivery: { total: 1 } });
  const second = await all.create({ body: 'a second', ...withWebhooks });
  expect(await all(first.sid).fetch()).toMatchObject({ author: 'alice' });
  expect(await all(first.sid).update({ body: 'Hello again' })).toMatchObject({ body: 'Hello again', index: 0 });
  expect(sidsOf(await all.list({ order: 'desc' }))).toEqual([second.sid, first.sid]);

  const { deliveryReceipts } = all(first.sid);
  const [receipt] = await deliveryReceipts.list();
  expect(await deliveryReceipts(receipt?.sid ?? '').fetch()).toMatchObject({ messageSid: first.sid, status: 'sent' });
  expect(await all(second.sid).remove()).toBe(true);
}

async function scopedWebhooks(service: Service, talk: string): Promise<void> {
  const { webhooks: all } = service.conversations(talk);
  const url = 'https://example.com/talk?a=1&b=2';
  const webhook = await all.create({
    target: 'webhook',
    'configuration.url': url,
    'configuration.filters': ['onMessageAdded', 'onMessageUpdated'],
  });
  expect(await all(webhook.sid).fetch()).toMatchObject({ configuration: { url, filters: { length: 2 } } });
  expect(await all(webhook.sid).update({ 'configuration.method': 'get' })).toMatchObject({
    configuration: { method: 'get' },
  });
  expect(sidsOf(await all.list())).toEqual([webhook.sid]);
  expect(await all(webhook.sid).remove()).toBe(true);
}

async function userConversations(service: Service, talk: string): Promise<void> {
  const { userConversations: all } = service.users('alice');
  expect(await all.list()).toMatchObject([{ conversationSid: talk, notificationLevel: 'default' }]);
  const muted = await all(talk).update({ notificationLevel: 'muted', lastReadMessageIndex: 0 });
  expect(muted).toMatchObject({ notificationLevel: 'muted', lastReadMessageIndex: 0 });
  expect(await all(talk).fetch()).toMatchObject({ notificationLevel: 'muted' });
  expect(await all(talk).remove()).toBe(true);
}
