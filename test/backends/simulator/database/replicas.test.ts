import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { RunningUnderstudy } from '../../../../src/app/understudy.js';
import { makeAccessToken } from '../../../../src/core/access-token.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { encodeFrame } from '../../../../src/surfaces/client/frames.js';
import { createClient, next, sdks } from '../../../client/harness.js';
import { RawClient } from '../../../client/socket.js';
import { eventually } from '../../../helpers/eventually.js';
import { PIXEL } from '../../../helpers/media.js';
import { textOf } from '../../../helpers/simulator.js';
import { noPostgres, Postgres } from '../../../helpers/postgres.js';
import { ACCOUNT, basic, call, create, list, metrics, Replicas } from '../../../helpers/replicas.js';

describe.skipIf(noPostgres !== undefined)('servers on one database', () => {
  let database: Postgres;
  const replicas = new Replicas();
  const start = (store: string): Promise<RunningUnderstudy> => replicas.start(store);
  beforeAll(async () => {
    database = await Postgres.start();
  });
  afterAll(() => database.stop());
  afterEach(() => replicas.close());

  it('each answers for every world, on every surface', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    const sid = await create(one, 'first');
    expect(await list(two)).toEqual([sid]);
    const other = await create(two, 'second');
    expect(await list(one)).toEqual([sid, other]);
    expect(await metrics(one)).toMatch(/^understudy_store_worlds\S* 1$/m);
    expect(await metrics(two)).toMatch(/^understudy_store_worlds\S* 0$/m);
    expect(await metrics(two)).toMatch(/^understudy_store_forwarded\S* 2$/m);
    const headers = { 'understudy-world': ACCOUNT, 'content-type': 'application/json' };
    // Controls.
    const moved = await fetch(`${two.restUrl}/__understudy/clock/set`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ mode: 'manual', now: '2030-01-01T00:00:00Z' }),
    });
    expect(await moved.json()).toMatchObject({ now: '2030-01-01T00:00:00.000Z' });
    expect(await call(one, 'GET', '/__understudy/clock/show')).toMatchObject({ mode: 'manual' });
    // MCP.
    const client = new McpClient({ name: 'test', version: '1' });
    const requestInit = { headers: { 'understudy-world': ACCOUNT } };
    await client.connect(new StreamableHTTPClientTransport(new URL('/control', two.mcpUrl), { requestInit }));
    const { structuredContent } = await client.callTool({ name: 'clock-show', arguments: {} });
    expect(structuredContent).toMatchObject({ mode: 'manual' });
    await client.close();
  });

  it('uploads and downloads of media pass through', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    await create(one, 'first');
    const [service] = (await call(one, 'GET', '/v1/Services'))['services'] as JsonObject[];
    const path = `/mcs/v1/Services/${textOf(service?.['sid'])}/Media`;
    const upload = await fetch(two.restUrl + path, {
      method: 'POST',
      headers: { authorization: basic(), 'content-type': 'image/png' },
      body: new Uint8Array(PIXEL),
    });
    expect(upload.status).toBe(201);
    const { sid } = (await upload.json()) as { sid: string };
    const { links } = (await call(two, 'GET', `${path}/${sid}`)) as { links: { content_direct_temporary: string } };
    const link = new URL(links.content_direct_temporary);
    for (const { restUrl } of [one, two]) {
      const response = await fetch(restUrl + link.pathname + link.search);
      expect(Buffer.from(await response.arrayBuffer()).equals(PIXEL)).toBe(true);
    }
  });

  it('a request is forwarded once', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    await create(one, 'first');
    const headers = { authorization: basic(), 'understudy-forwarded': 'loop' };
    const response = await fetch(`${two.restUrl}/v1/Conversations`, { headers });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 990124 });
    expect(response.headers.get('understudy-world-elsewhere')).toBe('1');
  });

  it('a caller without credentials reaches no world', async () => {
    const store = await database.createDatabase();
    const replica = await start(store);
    expect((await fetch(`${replica.restUrl}/v1/Conversations`)).status).toBe(401);
    expect((await fetch(`${replica.restUrl}/nowhere`)).status).toBe(404);
    expect(await database.query('SELECT account FROM understudy.worlds', store)).toEqual([]);
  });

  it('the worlds of a server that stops move to others, and no call fails', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    const sids = [await create(one, 'first')];
    const end = new AbortController();
    const writing = (async () => {
      while (!end.signal.aborted) sids.push(await create(two, 'more'));
    })();
    await eventually(() => expect(sids.length).toBeGreaterThan(3));
    await replicas.stop(one);
    const before = sids.length;
    await eventually(() => expect(sids.length).toBeGreaterThan(before + 3));
    end.abort();
    await writing;
    expect(await list(two)).toEqual(sids);
    const [{ owner } = { owner: null }] = await database.query<{ owner: string | null }>(
      'SELECT owner FROM understudy.worlds',
      store,
    );
    expect(owner).not.toBeNull();
  });

  it('a fault rule that one server gets applies at all of them at once, also at one that starts later', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    await create(one, 'first');
    const rule = await call(two, 'POST', '/__understudy/faults/add', { status: '429', operation: 'listconversation' });
    await expect(list(one)).rejects.toThrow('429');
    await expect(list(two)).rejects.toThrow('429');
    const three = await start(store);
    await eventually(async () => {
      const listed = await call(three, 'GET', '/__understudy/faults/list');
      expect(listed).toMatchObject({ faults: [{ id: rule['id'], status: 429 }] });
    });
    await call(three, 'POST', '/__understudy/faults/remove', { id: JSON.stringify(rule['id']) });
    expect(await list(one)).toHaveLength(1);
  });

  it('a client SDK reaches its world through any server, and stays connected when the world moves', async () => {
    // First, because servers cannot send heartbeats while it is loaded.
    const sdk = await (sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>)();
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    const conversation = textOf((await call(one, 'POST', '/v1/Conversations', { FriendlyName: 'first' }))['sid']);
    const path = `/v1/Conversations/${conversation}`;
    await call(one, 'POST', `${path}/Participants`, { Identity: 'alice' });
    // A token that one server has made is accepted by all.
    const issued = await call(one, 'GET', '/__understudy/clients/token?identity=alice');
    const client = createClient(sdk, { world: { url: two.restUrl } }, textOf(issued['token']));
    await next(client, 'stateChanged', (state) => state === 'initialized');
    const seen = await client.getConversationBySid(conversation);
    await seen.getParticipants();
    const received: (string | null)[] = [];
    seen.on('messageAdded', ({ body }) => received.push(body));
    await seen.sendMessage('from the client');
    await call(one, 'POST', `${path}/Messages`, { Body: 'from REST' });
    await eventually(() => expect(received).toEqual(['from the client', 'from REST']));
    expect(await metrics(one)).toMatch(/^understudy_client_connections\S* 1$/m);

    await replicas.stop(one);
    await call(two, 'POST', `${path}/Messages`, { Body: 'while it moves' });
    await eventually(() => expect(received).toHaveLength(3));
    await call(two, 'POST', `${path}/Messages`, { Body: 'after' });
    await eventually(() => expect(received.slice(2)).toEqual(['while it moves', 'after']));
    expect(await metrics(two)).toMatch(/^understudy_client_connections\S* 1$/m);
  });

  it('a connection of a client SDK is relayed once: a server that gets it by relay and does not have the world closes it', async () => {
    const store = await database.createDatabase();
    const [one, two] = [await start(store), await start(store)];
    await create(one, 'first');
    const parts = { account: ACCOUNT, key: `SK${'0'.repeat(32)}`, now: Date.now(), ttl: 600, secret: 'secret' };
    const token = (identity: string): string => makeAccessToken({ ...parts, identity });
    const relayed = await RawClient.open({ world: { url: two.restUrl }, token }, { 'understudy-forwarded': '1' });
    const closed = once(relayed.socket, 'close');
    relayed.sendBytes(encodeFrame({ method: 'init', id: 'T1', token: token('alice') }));
    expect((await closed)[0]).toBe(1012);
  });

  it('is ready only while it reaches the database', async () => {
    const store = await database.createDatabase();
    const replica = await start(store);
    const ready = async () => (await fetch(`${replica.restUrl}/__understudy/health/ready`)).status;
    expect(await ready()).toBe(200);
    await create(replica, 'one');
    await database.stopProcess('SIGQUIT');
    await eventually(async () => expect(await ready()).toBe(503));
    await expect(list(replica)).rejects.toThrow('503');
    await database.startProcess();
    await eventually(async () => expect(await ready()).toBe(200));
    expect(await list(replica)).toHaveLength(1);
  });
});
