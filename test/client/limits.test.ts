import { EventEmitter, once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { JsonObject } from '../../src/core/body.js';
import { encodeFrame } from '../../src/surfaces/client/frames.js';
import { defaultClientLimits } from '../../src/surfaces/client/limits.js';
import { OpenSockets } from '../../src/surfaces/client/open-sockets.js';
import { uriOf } from './harness.js';
import { openServer, refusedInit, type Server, simulatorWith } from './server.js';
import { RawClient } from './socket.js';

/** Resolves with the reason why a connection is refused. */
async function refusal({ world }: Server): Promise<string> {
  const socket = new WebSocket(uriOf(world));
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

describe('the connections of clients', () => {
  it('are limited in number, and there is room again when one is closed', async () => {
    const server = await openServer({ clientLimits: { connections: 2 } });
    const first = await RawClient.connect(server, 'alice');
    await RawClient.connect(server, 'bob');
    expect(await refusal(server)).toContain('503');
    expect(await refusal(server)).toContain('503');
    expect(server.log.filter((line) => line.includes('2 clients are connected. Close some first.'))).toHaveLength(1);
    expect(await server.metrics()).toMatch(/understudy_client_dropped_total\{reason="limit"[^}]*\} 2\n/);
    first.socket.close();
    await first.closed();
    await RawClient.connect(server, 'carol');
  });

  it('that send no token are limited in number and closed after a time, while those with a session stay', async () => {
    const server = await openServer({ clientLimits: { waiting: 3, initMs: 200 } });
    const alice = await RawClient.connect(server, 'alice');
    const flood = await Promise.all([1, 2, 3].map(() => RawClient.open(server)));
    expect(await refusal(server)).toContain('503');
    await Promise.all(flood.map((client) => client.closed()));
    expect(await server.metrics()).toMatch(/understudy_client_dropped_total\{reason="no_token"[^}]*\} 3\n/);
    expect(server.log.join()).toContain('the client sent no valid token within 200 ms');
    await RawClient.connect(server, 'bob');
    expect((await alice.http('GET', '/Client/v2/Configuration')).body['identity']).toBe('alice');
  });

  it('are closed after a time if a token is refused, or if a fault rule loses the answer to it', async () => {
    const server = await openServer({ clientLimits: { initMs: 200 } });
    const refused = await RawClient.open(server);
    expect((await refused.request({ method: 'init', token: 'nonsense' })).header['status']).toMatchObject({
      errorCode: 20101,
    });
    await refused.closed();
    await server.control('faults.add', { operation: 'clientconnect', cut: 'hang', times: 1 });
    const lost = await RawClient.open(server);
    void lost.request({ method: 'init', token: server.token('alice') }).catch(() => undefined);
    await lost.closed();
    await expect.poll(() => server.control('clients.list', {})).toEqual({ users: [] });
    await RawClient.connect(server, 'alice');
  });

  it('follow a limited number of objects', async () => {
    const server = await openServer({ clientLimits: { subscriptions: 2 } });
    const { sid = '' } = await server.call('createconversation', { body: {} });
    await server.call('createconversationparticipant', { ConversationSid: sid, body: { Identity: 'alice' } });
    const alice = await RawClient.connect(server, 'alice');
    const kinds = { channel: 'Documents', messages: 'Lists', roster: 'Maps' };
    const requests = [];
    for (const [kind, path] of Object.entries(kinds)) {
      const { body } = await alice.http('GET', `/v3/${path}/${sid}.${kind}`);
      requests.push({
        object_sid: body['sid'],
        object_type: path.slice(0, -1).toLowerCase(),
        last_event_id: body['last_event_id'],
      });
    }
    await alice.http('POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests } as JsonObject);
    const outcomes = alice.frames.flatMap(({ method, payload }) =>
      method === 'notification' ? [(JSON.parse(payload) as { event_type: string }).event_type] : [],
    );
    expect(outcomes).toEqual(['subscription_established', 'subscription_established', 'subscription_failed']);
    await alice.http('POST', '/v4/Subscriptions', {
      action: 'cancel',
      correlation_id: 2,
      requests: requests.slice(0, 1),
    } as JsonObject);
    const again = { action: 'establish', correlation_id: 3, requests: requests.slice(2) } as JsonObject;
    await alice.http('POST', '/v4/Subscriptions', again);
    expect(alice.frames.at(-2)?.payload).toContain('subscription_established');
  });

  it('that do not read what they are sent are closed, and others go on', async () => {
    const server = await openServer({ clientLimits: { queuedBytes: 256 * 1024 } });
    const { sid = '' } = await server.call('createconversation', { body: {} });
    for (const Identity of ['slow', 'quick']) {
      await server.call('createconversationparticipant', { ConversationSid: sid, body: { Identity } });
    }
    for (let i = 0; i < 30; i += 1) {
      await server.call('createconversationmessage', { ConversationSid: sid, body: { Body: 'x'.repeat(30_000) } });
    }
    const quick = await RawClient.connect(server, 'quick');
    const slow = await RawClient.connect(server, 'slow');
    slow.socket.pause();
    const request = { method: 'GET', path: `/v3/Lists/${sid}.messages/Items`, headers: {} };
    const read = encodeFrame({ method: 'message', id: 'T', http_request: request });
    // The sockets of the machine hold some megabytes as well.
    for (let i = 0; i < 100; i += 1) slow.sendBytes(read);
    await expect.poll(() => server.control('clients.list', {})).toMatchObject({ users: [{ identity: 'quick' }] });
    slow.socket.resume();
    await slow.closed();
    expect(server.log.join()).toContain('more than 262144 bytes wait that the client does not read');
    expect(await server.metrics()).toMatch(/understudy_client_dropped_total\{reason="slow_reader"[^}]*\} 1\n/);
    for (let i = 0; i < 5; i += 1) {
      expect((await quick.http('GET', `/v3/Lists/${sid}.messages/Items`)).body['items']).toHaveLength(30);
    }
  });

  it('that answer no ping are closed, and those that do stay', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const dropped = vi.fn<(reason: string) => void>();
    const metrics = { connections: () => undefined, frame: () => undefined, dropped };
    const log = { info: () => undefined } as never;
    const sockets = new OpenSockets({ limits: { ...defaultClientLimits, pingMs: 1000 }, metrics, log });
    class FakeSocket extends EventEmitter {
      readonly OPEN = 1;
      readonly readyState = 1;
      constructor(readonly answers: boolean) {
        super();
      }
      ping(): void {
        if (this.answers) this.emit('pong');
      }
      readonly terminate = vi.fn<() => void>(() => void this.emit('close'));
    }
    const [silent, alive] = [new FakeSocket(false), new FakeSocket(true)];
    for (const socket of [silent, alive]) sockets.add(socket as never);
    vi.advanceTimersByTime(1500);
    expect(silent.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(silent.terminate).toHaveBeenCalledOnce();
    expect(alive.terminate).not.toHaveBeenCalled();
    expect(dropped.mock.calls).toEqual([['no_pong']]);
    alive.terminate();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are refused while memory is short, and so are push registrations', async () => {
    let used = 0;
    const memory = { used: () => used, collect: () => undefined };
    const server = await openServer({ memory });
    const alice = await RawClient.connect(server, 'alice');
    used = Infinity;
    // The guard measures again after some milliseconds.
    let count = 0;
    await expect.poll(async () => (await register(alice, `device ${(count += 1)}`)).status).toBe(503);
    await refusedInit(server, 'bob', 990121);
    expect((await alice.http('GET', '/Client/v2/Configuration')).status).toBe(200);
    used = 0;
    await expect.poll(async () => (await register(alice, 'late')).status).toBe(201);
    await RawClient.connect(server, 'bob');
  });
});

const register = (client: RawClient, id: string) =>
  client.http('POST', '/v1/registrations', { channel_type: 'fcm', message_types: [], data: { registration_id: id } });

it('a user can register a hundred devices, and renew each', async () => {
  const server = await openServer({});
  const alice = await RawClient.connect(server, 'alice');
  for (let i = 0; i < 100; i += 1) expect((await register(alice, `device ${i}`)).status).toBe(201);
  const refused = await register(alice, 'one more');
  expect(refused).toMatchObject({ status: 400, body: { code: 20001 } });
  expect(refused.body['message']).toContain('too many devices');
  const { status, body } = await register(alice, 'device 0');
  expect(status).toBe(201);
  await alice.http('DELETE', `/v1/registrations/${body['id'] as string}`);
  expect((await register(alice, 'one more')).status).toBe(201);
  expect((await register(await RawClient.connect(server, 'bob'), 'one more')).status).toBe(201);
});

it('a world counts against the limit of worlds while a client is connected, and no longer when it is empty again', async () => {
  const server = await openServer({ createBackend: simulatorWith({ worldLimits: { changed: 2, initial: 10 } }) });
  const [used, other] = [`AC${'1'.repeat(32)}`, `AC${'2'.repeat(32)}`];
  const alice = await RawClient.connect(server, 'alice', used);
  const write = () => server.call('createservice', { body: { FriendlyName: 'Desk' } }, other);
  await expect(write()).rejects.toMatchObject({ name: 'UNDERSTUDY_TOO_MANY_WORLDS' });
  const bob = await RawClient.open(server);
  const { header } = await bob.request({ method: 'init', token: server.token('bob', { account: other }) });
  expect(header['status']).toMatchObject({ code: 429, errorCode: 990107 });
  await server.control('worlds.reset', {}, used);
  await alice.closed();
  await write();
});

it('an identity that looks like the SID of a user is refused, as by REST', async () => {
  const server = await openServer({});
  const client = await RawClient.open(server);
  const { header } = await client.request({ method: 'init', token: server.token(`US${'a'.repeat(32)}`) });
  expect(header['status']).toMatchObject({ code: 403, errorCode: 20106 });
});
