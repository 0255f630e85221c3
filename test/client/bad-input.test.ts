import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame } from '../../src/surfaces/client/frames.js';
import { openDesk, uriOf, type Desk } from './harness.js';
import { RawClient } from './socket.js';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenWith(header: object, claims: object): string {
  return `${encode({ alg: 'HS256', ...header })}.${encode(claims)}.c2ln`;
}

const claimsOf = ({ world, service }: Desk): Record<string, unknown> => ({
  iss: `SK${'0'.repeat(32)}`,
  sub: world.accountSid,
  exp: Date.now() / 1000 + 600,
  grants: { identity: 'alice', chat: { service_sid: service } },
});

describe('a frame that is none', () => {
  const header = JSON.stringify({ method: 'init', id: 'T1', payload_size: 0 });
  it.each([
    ['is empty', ''],
    ['is something else', 'GET / HTTP/1.1\r\n\r\n'],
    ['has another version', `TWILSOCK V9.9 ${header.length}\r\n${header}\r\n`],
    ['says too long a length', `TWILSOCK V3.0 ${header.length + 100}\r\n${header}\r\n`],
    ['says a huge length', `TWILSOCK V3.0 99999999\r\n${header}\r\n`],
    ['has broken JSON', 'TWILSOCK V3.0 5\r\n{"a":\r\n'],
    ['has an array as its header', 'TWILSOCK V3.0 2\r\n[]\r\n'],
    ['has a payload of another length', `TWILSOCK V3.0 ${header.length}\r\n${header}\r\nextra`],
  ])('that %s ends the connection with 406', async (_, text) => {
    const client = await RawClient.open(await openDesk());
    client.sendBytes(Buffer.from(text));
    const { header: closing } = await client.next(({ method }) => method === 'close');
    expect(closing['status']).toMatchObject({ code: 406 });
    await client.closed();
  });

  it('that is larger than the limit ends the connection, and the server goes on', async () => {
    const desk = await openDesk();
    const client = await RawClient.open(desk);
    client.sendBytes(Buffer.alloc(10 * 1024 * 1024));
    await client.closed();
    const other = await RawClient.connect(desk, 'alice');
    expect((await other.http('GET', '/Client/v2/Configuration')).status).toBe(200);
  });
});

describe('a token is refused', () => {
  it.each<[string, number, (desk: Desk) => string]>([
    ['that is none', 20101, () => 'nonsense'],
    ['of the algorithm none', 20102, (desk) => tokenWith({ alg: 'none' }, claimsOf(desk))],
    ['of another algorithm', 20102, (desk) => tokenWith({ alg: 'RS256' }, claimsOf(desk))],
    ['without an account', 20103, (desk) => tokenWith({}, { ...claimsOf(desk), sub: 'someone' })],
    ['that has expired', 20104, (desk) => tokenWith({}, { ...claimsOf(desk), exp: 1000 })],
    ['without an end', 20104, (desk) => tokenWith({}, { ...claimsOf(desk), exp: undefined })],
    ['that is not valid yet', 20105, (desk) => tokenWith({}, { ...claimsOf(desk), nbf: Date.now() / 1000 + 500 })],
    ['without grants', 20106, (desk) => tokenWith({}, { ...claimsOf(desk), grants: undefined })],
    ['without a chat grant', 20106, (desk) => tokenWith({}, { ...claimsOf(desk), grants: { identity: 'alice' } })],
    [
      'with a huge identity',
      20106,
      (desk) => tokenWith({}, { ...claimsOf(desk), grants: { identity: 'x'.repeat(300), chat: {} } }),
    ],
    [
      'of a service that does not exist',
      20106,
      (desk) =>
        tokenWith({}, { ...claimsOf(desk), grants: { identity: 'a', chat: { service_sid: `IS${'9'.repeat(32)}` } } }),
    ],
  ])('%s, with %i', async (_, code, tokenOf) => {
    const desk = await openDesk();
    const client = await RawClient.open(desk);
    const { header } = await client.request({ method: 'init', token: tokenOf(desk) });
    const { code: status, errorCode } = header['status'] as { code: number; errorCode: number };
    expect([401, 403]).toContain(status);
    expect(errorCode).toBe(code);
  });

  it('whose signature is wrong, if the secret of its key is known, and of a key of another account', async () => {
    const key = `SK${'0'.repeat(32)}`;
    const other = `SK${'1'.repeat(32)}`;
    const secret = 'the secret of an API key';
    const desk = await openDesk({
      apiKeys: { [key]: { secret }, [other]: { account: `AC${'5'.repeat(32)}`, secret } },
    });
    const good = await RawClient.open(desk);
    expect((await good.request({ method: 'init', token: desk.token('alice') })).header['status']).toMatchObject({
      code: 200,
    });
    const forged = await RawClient.open(desk);
    const reply = await forged.request({ method: 'init', token: tokenWith({}, claimsOf(desk)) });
    expect(reply.header['status']).toMatchObject({ code: 403, errorCode: 20107 });
    const foreign = await RawClient.open(desk);
    const { header } = await foreign.request({ method: 'init', token: desk.token('alice', { key: other }) });
    expect(header['status']).toMatchObject({ code: 403, errorCode: 20103 });
  });

  it('whose signature cannot be checked, if the server requires a token', async () => {
    const desk = await openDesk({ token: 'a token of the server' });
    const client = await RawClient.open(desk);
    const { header } = await client.request({ method: 'init', token: desk.token('alice') });
    expect(header['status']).toMatchObject({ code: 403, errorCode: 20107 });
    const own = await RawClient.open(desk);
    const token = await desk.world.clientToken('alice', { service: desk.service });
    expect((await own.request({ method: 'init', token })).header['status']).toMatchObject({ code: 200 });
  });
});

describe('a connection', () => {
  it('is refused to pages of other sites, and accepted from this machine and from given origins', async () => {
    const desk = await openDesk({ clientOrigins: ['https://app.example.com'] });
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'https://app.example.com']) {
      await RawClient.open(desk, { origin });
    }
    const refused = new WebSocket(uriOf(desk.world), { headers: { origin: 'https://evil.example.com' } });
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('403');
  });

  it('answers nothing before init, and ends at a second init', async () => {
    const desk = await openDesk();
    const client = await RawClient.open(desk);
    const early = await client.request({
      method: 'message',
      http_request: { method: 'GET', path: '/Client/v2/Configuration' },
    });
    expect(early.header['status']).toMatchObject({ code: 401 });
    await client.request({ method: 'init', token: desk.token('alice') });
    client.sendBytes(encodeFrame({ method: 'init', id: 'again', token: desk.token('bob') }));
    await client.closed();
  });

  it('opens one session, although two init frames wait at the same time', async () => {
    const desk = await openDesk();
    await desk.world.faults.add({ operation: 'clientconnect', latency: { min: 50, max: 50 } });
    const client = await RawClient.open(desk);
    const both = ['alice', 'bob'].map((identity) => client.request({ method: 'init', token: desk.token(identity) }));
    const statuses = (await Promise.all(both)).map(({ header }) => (header['status'] as { code: number }).code);
    expect(statuses).toEqual([200, 400]);
    expect(await desk.world.connectedUsers()).toMatchObject([{ identity: 'alice', connections: 1 }]);
    client.socket.close();
    await expect.poll(() => desk.world.connectedUsers()).toEqual([]);
  });

  it('survives a flood of inits', async () => {
    const desk = await openDesk();
    const init = encodeFrame({ method: 'init', id: 'T', token: desk.token('alice') });
    const flood = async () => {
      const client = await RawClient.open(desk);
      for (let i = 0; i < 1500; i += 1) client.sendBytes(init);
      return client;
    };
    await (await flood()).closed();
    // While none of them is answered, a thousand may wait.
    await desk.world.faults.add({ operation: 'clientconnect', latency: { min: 60_000, max: 60_000 } });
    const client = await flood();
    await expect.poll(() => client.frames.length).toBe(500);
    const codes = client.frames.map(({ header }) => (header['status'] as { code: number }).code);
    expect(new Set(codes)).toEqual(new Set([429]));
    await desk.world.faults.clear();
    await RawClient.connect(desk, 'bob');
    expect(await desk.world.connectedUsers()).toMatchObject([{ identity: 'bob', connections: 1 }]);
  });

  it('answers unknown methods and requests without a request', async () => {
    const desk = await openDesk();
    const client = await RawClient.connect(desk, 'alice');
    expect((await client.request({ method: 'dance' })).header['status']).toMatchObject({ code: 400 });
    expect((await client.request({ method: 'ping' })).header['status']).toMatchObject({ code: 200 });
    // A label of a metric has few values, whatever clients send.
    const metrics = await (await fetch(`${desk.world.url}/__understudy/metrics`)).text();
    expect(metrics).toMatch(/understudy_client_frames_total\{method="other"[^}]*\} 1\n/);
    expect(metrics).not.toContain('dance');
    expect((await client.request({ method: 'message' })).header['status']).toMatchObject({ code: 400 });
    expect(
      (await client.request({ method: 'message', http_request: { method: 'GET', path: '/%E0%A4%A' } })).header[
        'status'
      ],
    ).toMatchObject({ code: 400 });
    expect((await client.http('GET', '/Client/v2/Nothing')).status).toBe(404);
    expect((await client.http('GET', '/v3/Maps/__proto__')).status).toBe(404);
    expect((await client.http('GET', `/v3/Documents/${'x'.repeat(10_000)}`)).status).toBe(404);
    expect((await client.http('POST', '/v4/Subscriptions', { requests: 'all' })).status).toBe(400);
  });

  it('for another user than its own is refused', async () => {
    const desk = await openDesk();
    const client = await RawClient.connect(desk, 'alice');
    const { header } = await client.request({ method: 'update', token: desk.token('bob') });
    expect(header['status']).toMatchObject({ code: 403, errorCode: 20103 });
    expect((await client.http('GET', '/Client/v2/Configuration')).body['identity']).toBe('alice');
  });
});

describe('what belongs to others', () => {
  it('cannot be read or subscribed to', async () => {
    const desk = await openDesk();
    await desk.join('bob');
    const bob = await RawClient.connect(desk, 'bob');
    const alice = await RawClient.connect(desk, 'alice');
    const list = await bob.http('GET', `/v3/Lists/${desk.conversation}.messages`);
    const map = await bob.http('GET', `/v3/Maps/${desk.service}.bob.conversations`);
    expect([list.status, map.status]).toEqual([200, 200]);
    for (const path of [
      `/v3/Lists/${desk.conversation}.messages`,
      `/v3/Lists/${list.body['sid'] as string}/Items`,
      `/v3/Maps/${desk.conversation}.roster`,
      `/v3/Maps/${map.body['sid'] as string}`,
      `/v3/Maps/${desk.service}.bob.conversations/Items`,
    ]) {
      expect([path, (await alice.http('GET', path)).status]).toEqual([path, 404]);
    }
    const requests = [list, map].map(({ body }, i) => ({
      object_sid: body['sid'] ?? null,
      object_type: i === 0 ? 'list' : 'map',
      last_event_id: 0,
    }));
    await alice.http('POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests });
    const failed = alice.frames.filter(({ payload }) => payload.includes('subscription_failed'));
    expect(failed).toHaveLength(2);
    await desk.rest('createserviceconversationmessage', { body: { Body: 'for bob only' } });
    await alice.http('GET', '/Client/v2/Configuration');
    expect(alice.frames.some(({ payload }) => payload.includes('for bob only'))).toBe(false);
    for (const [method, path] of [
      ['GET', `/Client/v2/Conversations/${desk.conversation}/Messages/IM${'0'.repeat(32)}/Receipts`],
      ['POST', `/Client/v2/Conversations/${desk.conversation}/Messages`],
      ['POST', `/Client/v2/Users/bob`],
    ] as const) {
      const { status, body } = await alice.http(method, path, { body: 'x', friendly_name: 'x' });
      expect([path, status, body['status']]).toEqual([path, 403, 403]);
    }
  });

  it('is not sent to a user who has left', async () => {
    const desk = await openDesk();
    const member = await desk.join('alice');
    const alice = await RawClient.connect(desk, 'alice');
    const { body } = await alice.http('GET', `/v3/Lists/${desk.conversation}.messages`);
    const requests = [
      { object_sid: body['sid'] ?? null, object_type: 'list', last_event_id: body['last_event_id'] ?? 0 },
    ];
    await alice.http('POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests });
    await desk.rest('createserviceconversationmessage', { body: { Body: 'first' } });
    await alice.next(({ payload }) => payload.includes('first'));
    await desk.rest('deleteserviceconversationparticipant', { Sid: member });
    await desk.rest('createserviceconversationmessage', { body: { Body: 'second' } });
    await alice.http('GET', '/Client/v2/Configuration');
    expect(alice.frames.some(({ payload }) => payload.includes('second'))).toBe(false);
  });
});

describe('an upgrade to another protocol', () => {
  it('is ignored, and the request is answered with its body', async () => {
    const desk = await openDesk();
    const { hostname, port } = new URL(desk.world.url);
    const body = 'FriendlyName=By+HTTP%2F1.1';
    const basic = Buffer.from(`${desk.world.accountSid}:secret`).toString('base64');
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.write(
      `POST /v1/Services HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Basic ${basic}\r\n` +
        `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    socket.write(body.slice(5));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await expect.poll(() => text).toContain('By HTTP/1.1');
    expect(text).toContain('HTTP/1.1 201 Created');
    socket.destroy();
  });
});
