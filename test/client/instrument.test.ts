import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parseFrame } from '../../src/surfaces/client/frames.js';
import { startSim } from '../helpers/sim.js';
import { startWebhookTarget } from '../helpers/webhook-target.js';
import { connect, createClient, next, openConversation, openDesk, sdks, uriOf, type Message } from './harness.js';
import { RawClient } from './socket.js';

const load = sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>;

describe('a test', () => {
  it('sees who is connected and typing, and can disconnect a user, who comes back', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    await connect(await load(), desk, 'alice');
    const client = await connect(await load(), desk, 'alice');
    const user = { identity: 'alice', service: desk.service };
    expect(await desk.world.connectedUsers()).toEqual([{ ...user, connections: 2, typingIn: [] }]);
    await (await openConversation(client, desk)).typing();
    expect(await desk.world.connectedUsers()).toMatchObject([{ typingIn: [desk.conversation] }]);
    expect(await desk.world.disconnect('nobody')).toBe(0);
    expect(await desk.world.disconnect('alice')).toBe(2);
    expect(await desk.world.connectedUsers()).toEqual([]);
    await expect.poll(() => desk.world.connectedUsers()).toMatchObject([{ connections: 2 }]);
  });

  it('deletes a user, who comes back as a new one and learns of what follows', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const client = await connect(await load(), desk, 'alice');
    await openConversation(client, desk);
    const { sid: before } = await desk.rest('fetchserviceuser', { Sid: 'alice' });
    const removed = next<{ sid: string }>(client, 'conversationRemoved');
    await desk.rest('deleteserviceuser', { Sid: 'alice' });
    expect((await removed).sid).toBe(desk.conversation);
    await expect.poll(() => desk.world.connectedUsers()).toMatchObject([{ identity: 'alice' }]);
    expect((await desk.rest('fetchserviceuser', { Sid: 'alice' }))['sid']).not.toBe(before);
    const joined = next<{ sid: string }>(client, 'conversationJoined');
    await desk.join('alice');
    expect((await joined).sid).toBe(desk.conversation);
    await client.user.updateFriendlyName('Alice again');
    await expect.poll(() => client.user.friendlyName).toBe('Alice again');
  });

  it('makes tokens for clients, also of the default service', async () => {
    const desk = await openDesk();
    const token = await desk.world.clientToken('carol', { ttl: 60 });
    const client = createClient(await load(), desk, token);
    await expect.poll(() => client.connectionState).toBe('connected');
    const [{ identity, service } = { identity: '', service: '' }] = await desk.world.connectedUsers();
    expect(identity).toBe('carol');
    expect(service).not.toBe(desk.service);
  });

  it('restores a snapshot, and clients follow', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    await desk.rest('createserviceconversationmessage', { body: { Body: 'kept' } });
    await desk.world.snapshot('before');
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    const forgotten = next<Message>(conversation, 'messageAdded');
    await conversation.sendMessage('forgotten');
    await forgotten;
    const removed = next<Message>(conversation, 'messageRemoved');
    await desk.rest('updateserviceconversation', { Sid: desk.conversation, body: { FriendlyName: 'Changed' } });
    await expect.poll(() => conversation.friendlyName).toBe('Changed');
    await desk.world.restore('before');
    expect((await removed).body).toBe('forgotten');
    await expect.poll(() => conversation.friendlyName).toBe('Support');
    const { items } = await conversation.getMessages();
    expect(items.map(({ body }) => body)).toEqual(['kept']);
    // It is alive: the next message has the index of the one that is forgotten.
    const added = next<Message>(conversation, 'messageAdded');
    await conversation.sendMessage('new');
    expect(await added).toMatchObject({ index: 1, body: 'new' });
  });

  it('shows the time of the world to users, whatever the order of events', async () => {
    const desk = await openDesk({ clock: '2026-01-01T00:00:00Z' });
    await desk.join('alice');
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    const received: string[] = [];
    conversation.on('messageAdded', ({ body, dateCreated }) => received.push(`${body} ${dateCreated?.toISOString()}`));
    await conversation.sendMessage('first');
    await desk.world.clock.set({ now: '2025-06-01T00:00:00Z' });
    await conversation.sendMessage('second');
    await expect.poll(() => received).toEqual(['first 2026-01-01T00:00:00.000Z', 'second 2025-06-01T00:00:00.000Z']);
  });

  it('refuses tokens, delays and loses what clients send and get, by fault rules', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    await desk.world.faults.add({ operation: 'clientconnect', status: 403, code: 20107, times: 1 });
    const denied = createClient(await load(), desk, desk.token('alice'));
    expect(await next(denied, 'connectionError')).toMatchObject({ terminal: true, errorCode: 20107 });

    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    const operation = 'createserviceconversationmessage';
    await desk.world.faults.add({ operation, status: 400, code: 50504, times: 1 });
    await expect(conversation.sendMessage('refused')).rejects.toMatchObject({ status: 400 });
    const rule = await desk.world.faults.add({ operation: 'clientnotification', latency: { min: 300, max: 300 } });
    const added = next<Message>(conversation, 'messageAdded');
    const started = performance.now();
    await conversation.sendMessage('late');
    await added;
    expect(performance.now() - started).toBeGreaterThan(250);
    await desk.world.faults.remove(rule);
    await desk.world.faults.add({ operation, cut: 'reset', times: 1 });
    await expect(conversation.sendMessage('broken')).rejects.toBeDefined();
  });

  it('loses answers and notifications, or cuts them off, by fault rules', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const client = await RawClient.connect(desk, 'alice');
    const broken: Buffer[] = [];
    client.socket.on('message', (data) => {
      if (typeof parseFrame(data as Buffer) === 'string') broken.push(data as Buffer);
    });
    const path = `/Client/v2/Conversations/${desk.conversation}/Messages`;
    const send = (text: string) => void client.http('POST', path, { body: text }).catch(() => undefined);
    const configuration = () => client.http('GET', '/Client/v2/Configuration');
    const sent = async () => (await desk.rest('listserviceconversationmessage'))['messages'];
    const operation = 'createserviceconversationmessage';

    await desk.world.faults.add({ operation, cut: 'hang', times: 1 });
    send('without an answer');
    // Other requests are still answered.
    expect((await configuration()).status).toBe(200);
    await expect.poll(sent).toMatchObject([{ body: 'without an answer' }]);
    expect(broken).toEqual([]);
    expect(client.frames.filter(({ payload }) => payload.includes('without an answer'))).toEqual([]);

    await desk.world.faults.add({ operation, cut: 'truncate', times: 1 });
    send('with half an answer');
    await expect.poll(() => broken).toHaveLength(1);
    expect(broken[0]?.toString()).toMatch(/^TWILSOCK V3\.0 /);
    expect(await sent()).toHaveLength(2);

    const { body } = await client.http('GET', `/v3/Lists/${desk.conversation}.messages`);
    const requests = [{ object_sid: body['sid'] ?? null, object_type: 'list', last_event_id: 0 }];
    await client.http('POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests });
    const notify = (text: string) => desk.rest(operation, { body: { Body: text } });
    await desk.world.faults.add({ operation: 'clientnotification', cut: 'hang', times: 1 });
    const lost = await notify('lost');
    await desk.world.faults.add({ operation: 'clientnotification', cut: 'truncate', times: 1 });
    await notify('cut off');
    const whole = await notify('in one piece');
    await client.next(({ payload }) => payload.includes('in one piece'));
    expect(client.frames.filter(({ payload }) => /lost|cut off/.test(payload))).toEqual([]);
    expect(broken).toHaveLength(2);
    // The inspector shows who has received what.
    const service = desk.service;
    for (const [record, isSent] of [
      [lost, false],
      [whole, true],
    ] as const) {
      const { notifications } = await desk.world.control('clients.notifications', { record: record['sid'] });
      expect(notifications).toEqual([
        { time: expect.any(Number), change: 'message added', identity: 'alice', service, sent: isSent },
      ]);
    }
  });

  it('finds what clients do in the journal, without tokens, and in the metrics', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const token = desk.token('alice');
    const client = await RawClient.connect(desk, 'alice');
    await client.http('GET', '/Client/v2/Configuration');
    await client.http('POST', `/Client/v2/Conversations/${desk.conversation}/Messages`, { body: 'hello' });
    const exchanges = await desk.world.journal({ surface: 'client' });
    expect(exchanges.map(({ operation, method, url, status }) => [operation, method, url, status])).toEqual([
      ['clientconnect', 'POST', '/v3/wsconnect#init', 200],
      ['clientrequest', 'GET', '/Client/v2/Configuration', 200],
      ['createserviceconversationmessage', 'POST', `/Client/v2/Conversations/${desk.conversation}/Messages`, 201],
    ]);
    expect(JSON.stringify(exchanges)).not.toContain(token.slice(-20));
    const metrics = await (await fetch(`${desk.world.url}/__understudy/metrics`)).text();
    expect(metrics).toMatch(/understudy_client_connections\{[^}]*\} 1\n/);
    expect(metrics).toMatch(/understudy_client_frames_total\{method="message"[^}]*\} 2\n/);
  });

  it('keeps worlds apart', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const other = desk.world.world();
    const client = await RawClient.open(desk);
    const { header } = await client.request({
      method: 'init',
      token: await other.clientToken('alice', { service: desk.service }),
    });
    expect(header['status']).toMatchObject({ code: 403, errorCode: 20106 });
    const own = await RawClient.open(desk);
    await own.request({ method: 'init', token: await other.clientToken('alice') });
    expect((await own.http('GET', `/Client/v2/Conversations/${desk.conversation}`)).status).toBe(404);
    expect(await desk.world.connectedUsers()).toEqual([]);
  });

  it('fires webhooks of what users do, with their identity, and pre-action webhooks can refuse', async () => {
    const desk = await openDesk();
    await desk.join('alice');
    const client = await connect(await load(), desk, 'alice');
    const conversation = await openConversation(client, desk);
    const target = await startWebhookTarget(desk.world.authToken);
    const hooks = { PreWebhookUrl: `${target.origin}/pre`, PostWebhookUrl: `${target.origin}/post`, Method: 'POST' };
    const Filters = ['onMessageAdd', 'onMessageAdded'];
    await desk.rest('updateservicewebhookconfiguration', { body: { ...hooks, Filters } });
    target.respondWith(({ url }) => (url === '/pre' ? { body: { body: 'changed by the hook' } } : {}));
    const added = next<Message>(conversation, 'messageAdded');
    await conversation.sendMessage('hello');
    expect((await added).body).toBe('changed by the hook');
    await expect.poll(target.events).toEqual(['onMessageAdd', 'onMessageAdded']);
    const user = { Source: 'SDK', ClientIdentity: 'alice', Author: 'alice' };
    expect(target.received.map(({ parameters }) => parameters)).toMatchObject([user, user]);
    target.respondWith({ status: 403 });
    await expect(conversation.sendMessage('refused')).rejects.toMatchObject({ status: 400 });
  });
});

describe('a server in another mode', () => {
  it('refuses client SDKs, and says why', async () => {
    const sim = await startSim({
      mode: 'live',
      credentials: { user: `AC${'1'.repeat(32)}`, password: 'not a secret' },
      upstream: 'http://127.0.0.1:9',
      clock: 'real',
    });
    const socket = new WebSocket(uriOf(sim));
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('501');
  });
});
