import { describe, expect, test } from 'vitest';
import type { SimWorld } from '../../../../src/index.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { callOk, WITH_WEBHOOKS, sidOf, startSim } from '../../../helpers/sim.js';

const pre = [
  'onConversationAdd onConversationUpdate onConversationRemove onMessageAdd onMessageUpdate',
  'onMessageRemove onParticipantAdd onParticipantUpdate onParticipantRemove onUserUpdate',
].flatMap((line) => line.split(' '));
const post = [
  'onConversationAdded onConversationUpdated onConversationRemoved onConversationStateUpdated',
  'onMessageAdded onMessageUpdated onMessageRemoved onParticipantAdded onParticipantUpdated',
  'onParticipantRemoved onUserAdded onUserUpdated onDeliveryUpdated',
].flatMap((line) => line.split(' '));

/** A service for which the account's webhooks call an app, for the given events or for all. Only they accept the events of users. */
async function setUp(method = 'POST', filters: readonly string[] = [...pre, ...post]) {
  const sim = await startSim();
  const world = sim.world('webhooks');
  const app = await startWebhookTarget(world.authToken);
  const service = sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const urls = { PreWebhookUrl: `${app.origin}/pre?configured=1`, PostWebhookUrl: `${app.origin}/post` };
  const body = { ...urls, Method: method, Filters: filters };
  await callOk(world, 'updateconfigurationwebhook', { body });
  return { sim, world, app, service, inService: { ChatServiceSid: service } };
}

/** Causes each event at least once. */
async function causeEveryEvent(world: SimWorld, inService: { readonly ChatServiceSid: string }): Promise<void> {
  // Waits for the webhooks of each action, so that events of different records arrive in a fixed order.
  const act = async (operation: string, input: object) => {
    const answer = await callOk(world, operation, input);
    await world.webhooks.idle();
    return answer;
  };
  const withWebhooks = { ...inService, ...WITH_WEBHOOKS };
  const conversation = sidOf(
    await act('createserviceconversation', { ...withWebhooks, body: { FriendlyName: 'Case', UniqueName: 'case' } }),
  );
  const inside = { ...withWebhooks, ConversationSid: conversation };
  const binding = { 'MessagingBinding.Address': '+15550001111', 'MessagingBinding.ProxyAddress': '+15559990000' };
  const phone = sidOf(await act('createserviceconversationparticipant', { ...inside, body: binding }));
  await act('createserviceconversationparticipant', { ...inside, body: { Identity: 'ann' } });
  const message = { ...inside, Sid: '' };
  const created = await act('createserviceconversationmessage', { ...inside, body: { Author: 'ann', Body: 'Hi' } });
  message.Sid = sidOf(created);
  await act('updateserviceconversationmessage', { ...message, body: { Body: 'Hello' } });
  await world.clock.advance('PT2S');
  await act('deleteserviceconversationmessage', message);
  const participant = { ...inside, Sid: 'ann' };
  await act('updateserviceconversationparticipant', { ...participant, body: { Attributes: '{"a":1}' } });
  await act('deleteserviceconversationparticipant', { ...inside, Sid: phone });
  await act('updateserviceuser', { ...withWebhooks, Sid: 'ann', body: { FriendlyName: 'Ann' } });
  await act('updateserviceconversation', { ...withWebhooks, Sid: conversation, body: { State: 'inactive' } });
  await act('deleteserviceconversation', { ...withWebhooks, Sid: conversation });
}

/** The parameters of each event, without `AccountSid`, `EventType`, `ChatServiceSid`, `RetryCount` and `Source`. */
const conversation =
  'Attributes,ConversationSid,DateCreated,DateUpdated,FriendlyName,MessagingServiceSid,State,UniqueName';
const messageAfter =
  'Attributes,Author,Body,ConversationSid,DateCreated,Index,MessageSid,MessagingServiceSid,ParticipantSid';
const message = messageAfter.replace('MessagingServiceSid,', '');
const binding = 'MessagingBinding.Address,MessagingBinding.ProxyAddress,MessagingBinding.Type';
const user = 'Attributes,DateUpdated,FriendlyName,Identity,RoleSid,UserSid';
const expected: Readonly<Record<string, string>> = {
  onConversationAdd: 'Attributes,FriendlyName,MessagingServiceSid,State,UniqueName',
  onConversationAdded: conversation,
  onConversationUpdate: conversation,
  onConversationUpdated: conversation,
  onConversationRemove: conversation,
  onConversationRemoved: `${conversation},DateRemoved`,
  onConversationStateUpdated: 'ConversationSid,MessagingServiceSid,Reason,StateFrom,StateTo,StateUpdated',
  onMessageAdd: 'Attributes,Author,Body,ConversationSid,ParticipantSid',
  onMessageAdded: messageAfter,
  onMessageUpdate: `${message},DateUpdated`,
  onMessageUpdated: `${messageAfter},DateUpdated`,
  onMessageRemove: `${message},DateUpdated`,
  onMessageRemoved: `${messageAfter},DateUpdated,DateRemoved`,
  onParticipantAdd: `Attributes,ConversationSid,${binding},RoleSid`,
  onParticipantAdded: `Attributes,ConversationSid,DateCreated,${binding},ParticipantSid,RoleSid`,
  onParticipantUpdate:
    'Attributes,ConversationSid,DateCreated,DateUpdated,Identity,MessagingBinding.Type,ParticipantSid,RoleSid',
  onParticipantUpdated:
    'Attributes,ConversationSid,DateCreated,DateUpdated,Identity,MessagingBinding.Type,ParticipantSid,RoleSid',
  onParticipantRemove: `Attributes,ConversationSid,DateCreated,DateUpdated,${binding},ParticipantSid,RoleSid`,
  onParticipantRemoved: `Attributes,ConversationSid,DateCreated,DateRemoved,DateUpdated,${binding},ParticipantSid,RoleSid`,
  onUserAdded: user.replace('DateUpdated', 'DateCreated').replace('FriendlyName,', ''),
  onUserUpdate: user,
  onUserUpdated: `${user},DateCreated`,
  onDeliveryUpdated:
    'ChannelMessageSid,ConversationSid,DateCreated,DateUpdated,DeliveryReceiptSid,MessageSid,ParticipantSid,Status',
};

/** The events of `causeEveryEvent`, in order. */
const expectedOrder = [
  'onConversationAdd onConversationAdded onParticipantAdd onParticipantAdded onParticipantAdd',
  'onUserAdded onParticipantAdded onMessageAdd onMessageAdded onDeliveryUpdated onMessageUpdate onMessageUpdated',
  'onDeliveryUpdated onMessageRemove onMessageRemoved onParticipantUpdate onParticipantUpdated',
  'onParticipantRemove onParticipantRemoved onUserUpdate onUserUpdated onConversationUpdate',
  'onConversationStateUpdated onConversationUpdated onConversationRemove onConversationRemoved',
].flatMap((line) => line.split(' '));

describe.each(['POST', 'GET'])('with method %s', (method) => {
  test('every event arrives signed, in order, with exactly its parameters', async () => {
    const { world, app, inService } = await setUp(method);
    await causeEveryEvent(world, inService);
    const first = new Map(app.received.toReversed().map((webhook) => [webhook.parameters['EventType'], webhook]));
    expect(new Set(first.keys())).toEqual(new Set([...pre, ...post]));
    for (const [event = '', { parameters, method: usedMethod, url, isSigned }] of first) {
      const { AccountSid, EventType, ChatServiceSid, RetryCount, Source, configured: _, ...own } = parameters;
      expect({ event, names: Object.keys(own).sort() }).toEqual({ event, names: expected[event]?.split(',').sort() });
      expect({ AccountSid, EventType, ChatServiceSid, RetryCount }).toEqual({
        AccountSid: world.accountSid,
        EventType: event,
        ChatServiceSid: inService.ChatServiceSid,
        RetryCount: '0',
      });
      const hasNoSource = ['onConversationStateUpdated', 'onDeliveryUpdated'].includes(event);
      expect({ event, Source }).toEqual({ event, Source: hasNoSource ? undefined : 'API' });
      expect({ event, usedMethod, isSigned, path: url.split('?')[0] }).toEqual({
        event,
        usedMethod: method,
        isSigned: true,
        path: pre.includes(event) ? '/pre' : '/post',
      });
    }
    expect(app.events()).toEqual(expectedOrder);
  });
});

test('a webhook request has Twilio’s headers and encoding', async () => {
  const { world, app, inService } = await setUp('POST', ['onConversationAdded']);
  await callOk(world, 'createserviceconversation', {
    ...inService,
    ...WITH_WEBHOOKS,
    body: { FriendlyName: 'Größe & Maß' },
  });
  await world.webhooks.idle();
  const [webhook] = app.received;
  expect(webhook?.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'user-agent': 'TwilioProxy/1.1',
    accept: '*/*',
    'i-twilio-idempotency-token': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    'content-length': expect.any(String),
  });
  expect(webhook?.parameters).toMatchObject({ FriendlyName: 'Größe & Maß', DateCreated: '2026-01-01T00:00:00.000Z' });
});

test('a REST write fires no webhooks unless the header is `true`', async () => {
  const { world, app, inService } = await setUp();
  for (const value of ['false', 'yes', '']) {
    await callOk(world, 'createserviceconversation', { ...inService, 'X-Twilio-Webhook-Enabled': value, body: {} });
  }
  await callOk(world, 'createserviceconversation', { ...inService, body: {} });
  await world.webhooks.idle();
  expect(app.events()).toEqual([]);
});

test('only events in the filters are sent', async () => {
  const { world, app, inService } = await setUp('POST', ['onMessageAdded', 'onConversationAdd']);
  await causeEveryEvent(world, inService);
  expect(app.events()).toEqual(['onConversationAdd', 'onMessageAdded']);
});

test('timers and delivery updates fire webhooks without the header', async () => {
  const { world, app, inService } = await setUp('POST', ['onConversationStateUpdated', 'onDeliveryUpdated']);
  const timers = { 'Timers.Inactive': 'PT1M', 'Timers.Closed': 'PT10M' };
  const sid = sidOf(await callOk(world, 'createserviceconversation', { ...inService, body: timers }));
  const inside = { ...inService, ConversationSid: sid };
  const address = { 'MessagingBinding.Address': '+15550001111', 'MessagingBinding.ProxyAddress': '+15559990000' };
  await callOk(world, 'createserviceconversationparticipant', { ...inside, body: address });
  await callOk(world, 'createserviceconversationmessage', { ...inside, body: { Author: 'desk', Body: 'Hi' } });
  await world.clock.runToIdle();
  const changes = app.received.map(({ parameters: { Status, StateFrom, StateTo, Reason, StateUpdated } }) =>
    Status === undefined ? [StateFrom, StateTo, Reason, StateUpdated] : [Status],
  );
  expect(changes).toEqual([
    ['sent'],
    ['delivered'],
    ['active', 'inactive', 'TIMER', '2026-01-01T00:01:00.000Z'],
    ['inactive', 'closed', 'TIMER', '2026-01-01T00:11:00.000Z'],
  ]);
});

test('media have capitalized keys, and a message without text has no `Body`', async () => {
  const sim = await startSim();
  const world = sim.world('media');
  const app = await startWebhookTarget(world.authToken);
  const [service, MediaSid] = [`IS${'a'.repeat(32)}`, `ME${'b'.repeat(32)}`];
  const file = `{ sid: ${MediaSid}, size: 12, content_type: image/png, filename: lamp.png }`;
  await world.reset({
    yaml: `{ understudy-seed: 1, services: [{ sid: ${service}, FriendlyName: Desk, media: [${file}] }] }`,
  });
  const inService = { ChatServiceSid: service };
  const hooks = { PreWebhookUrl: app.origin, PostWebhookUrl: app.origin, Filters: ['onMessageAdd', 'onMessageAdded'] };
  await callOk(world, 'updateservicewebhookconfiguration', { ...inService, body: hooks });
  const sid = sidOf(await callOk(world, 'createserviceconversation', { ...inService, body: {} }));
  const inside = { ...inService, ConversationSid: sid, ...WITH_WEBHOOKS };
  await callOk(world, 'createserviceconversationmessage', { ...inside, body: { MediaSid } });
  await world.webhooks.idle();
  expect(app.events()).toEqual(['onMessageAdd', 'onMessageAdded']);
  for (const { parameters, isSigned } of app.received) {
    const [media] = JSON.parse(parameters['Media'] ?? '') as object[];
    expect(media).toEqual({ Sid: MediaSid, ContentType: 'image/png', Size: 12, Filename: 'lamp.png' });
    expect(parameters).not.toHaveProperty('Body');
    expect(isSigned).toBe(true);
  }
});
