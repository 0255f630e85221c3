import { describe, expect, test } from 'vitest';
import { callOk, sidOf, startSim } from '../../../helpers/sim.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';
import { CUSTOMER, DESK, hello, setUpInbound as setUp } from './inbound-world.js';

const all = [
  'onConversationAdd onConversationAdded onParticipantAdd onParticipantAdded onMessageAdd onMessageAdded',
  'onConversationStateUpdated',
].flatMap((line) => line.split(' '));

describe('a message to a configured address', () => {
  test('opens a conversation in the default service, with the account’s timers and the pair of addresses', async () => {
    const { world, configure, fetch, listOf } = await setUp();
    await callOk(world, 'updateconfiguration', { body: { DefaultInactiveTimer: 'PT10M' } });
    await configure();
    const message = await world.inbound(hello);
    const { default_chat_service_sid: main } = await callOk(world, 'fetchconfiguration');
    expect(message).toMatchObject({ index: 0, author: CUSTOMER, chat_service_sid: main });
    expect(await fetch(message)).toMatchObject({
      state: 'active',
      unique_name: null,
      friendly_name: null,
      attributes: '{}',
      timers: { date_inactive: '2026-01-01T00:10:00Z' },
    });
    expect(await listOf('participant', message)).toMatchObject([
      {
        sid: message['participant_sid'],
        identity: null,
        messaging_binding: { type: 'sms', address: CUSTOMER, proxy_address: DESK },
      },
    ]);
    expect(await listOf('scopedwebhook', message)).toEqual([]);
    expect(await world.inbound(hello)).toMatchObject({ index: 1, conversation_sid: message['conversation_sid'] });
  });

  test('fires one pre-action event and then the three post-action events, in order', async () => {
    const { world, app, configure } = await setUp(all);
    await configure();
    await world.inbound(hello);
    await world.webhooks.idle();
    expect(app.events()).toEqual(['onConversationAdd', 'onConversationAdded', 'onParticipantAdded', 'onMessageAdded']);
    const pair = { 'MessagingBinding.Address': CUSTOMER, 'MessagingBinding.ProxyAddress': DESK, Source: 'SMS' };
    expect(app.received[0]?.parameters).toMatchObject({ ...pair, MessageBody: 'Hi' });
    expect(app.received[0]?.parameters['DateCreated']).toBe('2026-01-01T00:00:00.000Z');
    expect(app.received[0]?.parameters).not.toHaveProperty(['MessagingBinding.AuthorAddress']);
    expect(app.received[1]?.parameters).toMatchObject(pair);
    expect(app.received[1]?.parameters).not.toHaveProperty('MessageBody');
    app.received.length = 0;
    await world.inbound(hello);
    await world.webhooks.idle();
    expect(app.events()).toEqual(['onMessageAdd', 'onMessageAdded']);
  });

  test('reaches the webhook of its configuration, in the configured service', async () => {
    const { world, app, service, configure, listOf } = await setUp();
    await configure({
      'AutoCreation.Type': 'webhook',
      'AutoCreation.ConversationServiceSid': service,
      'AutoCreation.WebhookUrl': `${app.origin}/scoped`,
      'AutoCreation.WebhookFilters': ['onMessageAdded'],
    });
    const message = await world.inbound(hello);
    await world.webhooks.idle();
    expect(message['chat_service_sid']).toBe(service);
    expect(await listOf('scopedwebhook', message)).toMatchObject([
      {
        target: 'webhook',
        configuration: { url: `${app.origin}/scoped`, method: 'post', filters: ['onMessageAdded'] },
      },
    ]);
    expect(app.received.map(({ url, parameters }) => [url, parameters['EventType'], parameters['Body']])).toEqual([
      ['/scoped', 'onMessageAdded', 'Hi'],
    ]);
  });

  test('reaches the Studio flow of its configuration', async () => {
    const { world, configure, listOf } = await setUp();
    const flow = `FW${'1'.repeat(32)}`;
    await configure({ 'AutoCreation.Type': 'studio', 'AutoCreation.StudioFlowSid': flow });
    const message = await world.inbound(hello);
    expect(await listOf('scopedwebhook', message)).toMatchObject([
      { target: 'studio', configuration: { flow_sid: flow } },
    ]);
    const deliveries = await world.webhooks.list();
    expect(deliveries.map(({ event, target, state }) => [event, target, state])).toEqual([
      ['onMessageAdded', 'studio', 'noted'],
    ]);
  });

  test('retries a Studio flow that a URL map redirects, as often as its configuration says', async () => {
    const app = await startWebhookTarget('');
    const flow = `FW${'1'.repeat(32)}`;
    const sim = await startSim({ webhooks: { map: [{ from: 'https://webhooks.twilio.com', to: app.origin }] } });
    const world = sim.world('studio');
    const configure = (Address: string, StudioRetryCount?: number) =>
      callOk(world, 'createconfigurationaddress', {
        body: {
          Type: 'sms',
          Address,
          AutoCreation: { Enabled: true, Type: 'studio', StudioFlowSid: flow, StudioRetryCount },
        },
      });
    await configure(DESK, 2);
    await configure('+15559990001');
    app.respondWith({ status: 503 });
    await world.inbound(hello);
    await world.inbound({ ...hello, to: '+15559990001' });
    await world.webhooks.idle();
    const path = `/v1/Accounts/${world.accountSid}/Flows/${flow}`;
    expect(app.received.map(({ url, parameters }) => `${url} ${parameters['RetryCount']}`).sort()).toEqual(
      ['0', '0', '1', '2'].map((count) => `${path} ${count}`),
    );
    expect(app.received[0]?.parameters).toMatchObject({ EventType: 'onMessageAdded', Body: 'Hi', Author: CUSTOMER });
  });

  test('opens a conversation in the named service, whatever the type of autocreation', async () => {
    const { world, service, configure } = await setUp();
    await configure({ 'AutoCreation.ConversationServiceSid': service });
    expect(await world.inbound(hello)).toMatchObject({ chat_service_sid: service });
  });

  test('is lost while the configuration is off, and when its service has been deleted', async () => {
    const { world, service, configure } = await setUp();
    const fields = {
      'AutoCreation.Enabled': false,
      'AutoCreation.Type': 'studio',
      'AutoCreation.StudioFlowSid': `FW${'1'.repeat(32)}`,
      'AutoCreation.ConversationServiceSid': service,
    };
    const Sid = sidOf(await configure(fields));
    await expect(world.inbound(hello)).rejects.toThrow(`autocreation is off for ${DESK}`);
    await callOk(world, 'updateconfigurationaddress', { Sid, body: { 'AutoCreation.Enabled': true } });
    await callOk(world, 'deleteservice', { Sid: service });
    await expect(world.inbound(hello)).rejects.toThrow(`the service ${service}, which is configured for ${DESK}`);
  });

  test('leaves nothing behind when a webhook rejects it, and when Twilio would refuse it', async () => {
    const { world, app, service, conversations } = await setUp(all);
    await world.autocreate(service);
    const before = await conversations();
    await expect(world.inbound({ ...hello, body: 'x'.repeat(1601) })).rejects.toThrow('50504');
    await world.webhooks.idle();
    expect(app.events()).toEqual(['onConversationAdd']);
    await expect(world.inbound({ from: CUSTOMER, to: DESK })).rejects.toThrow('neither a body nor media');
    await expect(world.inbound({ ...hello, to: `whatsapp:${DESK}` })).rejects.toThrow('not an address of the channel');
    app.respondWith({ status: 403 });
    await expect(world.inbound(hello)).rejects.toThrow('50056');
    expect(await conversations()).toEqual(before);
  });

  test('opens one conversation when two messages of one person arrive together', async () => {
    const { world, configure } = await setUp(all);
    await configure();
    const [first, second] = await Promise.all([world.inbound(hello), world.inbound(hello)]);
    expect(second).toMatchObject({ conversation_sid: first['conversation_sid'], index: 1 });
  });

  test('takes precedence over autocreation for all addresses', async () => {
    const { world, service, configure } = await setUp();
    await world.autocreate(service);
    const Sid = sidOf(await configure());
    const { default_chat_service_sid: main } = await callOk(world, 'fetchconfiguration');
    expect(await world.inbound(hello)).toMatchObject({ chat_service_sid: main });
    expect(await world.inbound({ ...hello, to: '+15559990001' })).toMatchObject({ chat_service_sid: service });
    await callOk(world, 'updateconfigurationaddress', { Sid, body: { 'AutoCreation.Enabled': false } });
    await expect(world.inbound({ ...hello, from: '+15550002222' })).rejects.toThrow('autocreation is off');
  });

  test('is matched by its type: a WhatsApp address also by its number', async () => {
    const { world, configure } = await setUp();
    await configure({ Type: 'whatsapp' });
    await expect(world.inbound(hello)).rejects.toThrow('autocreation is off');
    const message = await world.inbound({ ...hello, from: `whatsapp:${CUSTOMER}`, to: `whatsapp:${DESK}` });
    expect(message).toMatchObject({ author: `whatsapp:${CUSTOMER}`, index: 0 });
  });

  test('is a chat user’s first message if the address is of type chat', async () => {
    const { world, configure, listOf } = await setUp();
    await configure({ Type: 'chat', Address: 'webchat' });
    const message = await world.inbound({ from: 'visitor', to: 'webchat', body: 'Hi' });
    expect(message).toMatchObject({ author: 'visitor', index: 0 });
    expect(await listOf('participant', message)).toMatchObject([{ identity: 'visitor', messaging_binding: null }]);
  });
});

describe('a group MMS from unknown numbers', () => {
  const members = ['+15550002222', '+15550003333'];

  test('opens a group with the account’s number as a projected address, and finds it again', async () => {
    const { world, app, configure, fetch, listOf } = await setUp(all);
    await configure();
    const message = await world.inbound({ ...hello, members });
    await world.webhooks.idle();
    expect(app.events()).toEqual([
      'onConversationAdd',
      'onConversationAdded',
      ...Array.from({ length: 4 }, () => 'onParticipantAdded'),
      'onMessageAdded',
      'onConversationStateUpdated',
    ]);
    expect(app.received[0]?.parameters).toMatchObject({
      State: 'initializing',
      'MessagingBinding.Address': [DESK, ...members].join(','),
      'MessagingBinding.AuthorAddress': CUSTOMER,
    });
    expect(app.received[0]?.parameters).not.toHaveProperty(['MessagingBinding.ProxyAddress']);
    expect(app.received.at(-1)?.parameters).toMatchObject({
      StateFrom: 'initializing',
      StateTo: 'active',
      Reason: 'EVENT',
    });
    expect(await fetch(message)).toMatchObject({ state: 'active' });
    const participants = await listOf('participant', message);
    const bindings = participants.map((each) => each['messaging_binding']);
    expect(bindings).toHaveLength(4);
    expect(bindings).toEqual(
      expect.arrayContaining([
        ...[CUSTOMER, ...members].map((address) => ({ type: 'sms', address })),
        { type: 'sms', projected_address: DESK },
      ]),
    );
    expect(participants.every(({ identity }) => identity === null)).toBe(true);
    const reply = await world.inbound({
      from: members[0] ?? '',
      to: DESK,
      members: [members[1] ?? '', CUSTOMER],
      body: 'Me',
    });
    expect(reply).toMatchObject({ conversation_sid: message['conversation_sid'], index: 1 });
  });

  test('is refused above ten numbers', async () => {
    const { world, configure } = await setUp();
    await configure();
    const many = Array.from({ length: 9 }, (_, i) => `+1555777000${i}`);
    await expect(world.inbound({ ...hello, members: many })).rejects.toThrow('at most 10 numbers');
  });
});
