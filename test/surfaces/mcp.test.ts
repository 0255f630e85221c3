import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { ACCOUNT, basic } from '../helpers/understudy.js';
import { connections, createEchoEngine, createMcpHttp, startMcpHttp } from './mcp-harness.js';

const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const list = request('tools/call', { name: 'retrieve-list-all-conversation-services', arguments: {} });
const modern = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};

function post(app: FastifyInstance, payload: object | string, headers: Record<string, string> = {}, url = '/mcp') {
  return app.inject({ method: 'POST', url, headers: { ...accept, ...headers }, payload });
}

/** The JSON-RPC message of an answer, whether it came as JSON or as an event. */
function messageOf(body: string): { result?: Record<string, unknown>; error?: { code: number; message: string } } {
  return JSON.parse(body.startsWith('{') ? body : (/^data: (.*)$/m.exec(body)?.[1] ?? '')) as never;
}

describe.each(Object.keys(connections))('%s', (name) => {
  const connect = connections[name] as NonNullable<(typeof connections)[string]>;

  it('finds out who serves and how to begin, and speaks its own era', async () => {
    const client = await connect({ engine: createEchoEngine() });
    expect(client.serverInfo).toEqual({ name: 'twilio', title: 'Twilio Conversations', version: '1.2.3' });
    expect(client.instructions).toContain('Twilio Conversations (mode: simulate)');
    expect(client.protocol ?? '2025-11-25').toBe(name.includes('modern') ? '2026-07-28' : '2025-11-25');
  });

  it('lists the tools that are offered, in one page', async () => {
    const all = await connect({ engine: createEchoEngine() });
    expect((await all.list()).tools).toHaveLength(50);
    const some = await connect({ engine: createEchoEngine(), choice: 'read-only' });
    expect((await some.list()).tools).toHaveLength(24);
  });

  it('gets a protocol error for an unknown tool, with the closest name', async () => {
    const { call } = await connect({ engine: createEchoEngine() });
    await expect(call({ name: 'fetch-user-role', arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(
        'Tool fetch-user-role not found. Did you mean `fetch-user-role-your-service`?',
      ) as string,
    });
  });

  it('gets an error result that names a missing argument', async () => {
    const { list: seeTools, call } = await connect({ engine: createEchoEngine() });
    await seeTools();
    const { isError, content } = await call({
      name: 'fetch-user-role-your-service',
      arguments: { ChatServiceSid: 'IS1' },
    });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('requires `Sid`');
  });

  it('learns nothing of the inside when we fail ourselves', async () => {
    const engine: Engine = { operations: [], call: () => Promise.reject(new Error('secret stack')) };
    const { call } = await connect({ engine });
    const { isError, content } = await call({ name: 'retrieve-list-all-conversation-services' });
    expect(isError).toBe(true);
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({ code: 990199, status: 500 });
    expect(content[0]?.text).not.toContain('secret');
  });
});

describe('the MCP endpoint', () => {
  it.each(['/mcp', '/'])('is at %s', async (url) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(app, request('ping'), {}, url);
    expect([statusCode, messageOf(body).result]).toEqual([200, {}]);
  });

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
    'speaks %s to who opens with it',
    async (version) => {
      const app = await createMcpHttp({ engine: createEchoEngine() });
      const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
      const { body, headers } = await post(app, request('initialize', params));
      expect(messageOf(body).result?.['protocolVersion']).toBe(version);
      expect(headers['mcp-session-id']).toBeUndefined();
    },
  );

  it('lets modern clients keep the list of tools for a while', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { body } = await post(app, request('tools/list', modern), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    });
    expect(messageOf(body).result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
  });

  it.each([
    ['bad JSON', '{bad', 400, -32700],
    ['an unknown method', request('resources/list'), 200, -32601],
    [
      'a modern request with another tool in its header',
      request('tools/call', { ...modern, name: 'a', arguments: {} }),
      400,
      -32020,
    ],
  ])('answers %s with a JSON-RPC error', async (what, payload, status, code) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const extra: Record<string, string> = what.startsWith('a modern')
      ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'b' }
      : {};
    const { statusCode, body } = await post(app, payload, extra);
    expect([statusCode, messageOf(body).error?.code]).toEqual([status, code]);
  });

  it.each(['GET', 'DELETE'] as const)('has no sessions and no event stream: %s is 405', async (method) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, headers } = await app.inject({ method, url: '/mcp', headers: { accept: 'text/event-stream' } });
    expect([statusCode, headers['allow']]).toEqual([405, 'POST']);
  });

  it('refuses a body that is too large', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(
      app,
      request('tools/call', { name: 'x', arguments: { body: 'a'.repeat(1_100_000) } }),
    );
    expect(statusCode).toBe(413);
    expect(messageOf(body).error).toBeDefined();
  });

  it('refuses another content type', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    expect((await post(app, 'a=b', { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });
});

describe('who may come in', () => {
  it.each([
    'http://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'https://localhost.evil.example',
    'file://',
  ])('a page of %s may not', async (origin) => {
    const engine = createEchoEngine();
    const app = await createMcpHttp({ engine });
    const { statusCode, headers, body } = await post(app, list, { origin });
    expect(statusCode).toBe(403);
    expect(messageOf(body).error?.message).toContain('Origin');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(engine.calls).toEqual([]);
  });

  it.each(['evil.example', '127.0.0.1.evil.example:9090', 'localhost.evil.example'])(
    'a Host %s is refused',
    async (host) => {
      const app = await createMcpHttp({ engine: createEchoEngine() });
      expect((await post(app, list, { host })).statusCode).toBe(403);
    },
  );

  it('a page of this machine may, also after asking', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const origin = 'http://localhost:6274';
    const asked = await app.inject({
      method: 'OPTIONS',
      url: '/mcp',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,mcp-method',
      },
    });
    expect(asked.statusCode).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe(origin);
    expect(asked.headers['access-control-allow-headers']).toContain('mcp-method');
    const { statusCode, headers } = await post(app, list, { origin });
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(headers['access-control-expose-headers']).toContain('www-authenticate');
  });

  it('with a token, only who shows it; asking needs none', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine(), token: 'right' });
    for (const authorization of [undefined, 'Bearer wrong', 'Bearer right2', 'right']) {
      const { statusCode, headers, body } = await post(app, list, authorization === undefined ? {} : { authorization });
      expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer realm="understudy"']);
      expect(messageOf(body).error?.message).toContain('token');
    }
    expect((await post(app, list, { authorization: 'Bearer right' })).statusCode).toBe(200);
    const asked = await app.inject({
      method: 'OPTIONS',
      url: '/mcp',
      headers: { origin: 'http://localhost', 'access-control-request-method': 'POST' },
    });
    expect(asked.statusCode).toBe(204);
  });
});

describe('the world of a call', () => {
  const other = `AC${'b'.repeat(32)}`;
  it.each([
    ['the default one', {}, undefined],
    ['that of the Basic user', basic(), ACCOUNT],
    ['that of the header Understudy-World', { 'understudy-world': other }, other],
    ['the default one for an API key', basic(`SK${'c'.repeat(32)}`), undefined],
  ])('is %s', async (_which, headers, account) => {
    const engine = createEchoEngine();
    await post(await createMcpHttp({ engine }), list, headers);
    expect(engine.calls.map(({ caller }) => caller)).toMatchObject([
      { surface: 'mcp', account, origin: 'http://understudy.test' },
    ]);
  });

  it('is refused when it is no account SID', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(app, list, { 'understudy-world': 'mine' });
    expect([statusCode, messageOf(body).error?.message]).toEqual([400, expect.stringContaining('Understudy-World')]);
  });
});

describe('closing', () => {
  it('lets a call in flight finish', async () => {
    const outcome = { result: { status: 200, headers: {}, body: bodyOf({ slow: true }) }, ignored: [] };
    const engine: Engine = { operations: [], call: () => wait(300, outcome) };
    const app = await createMcpHttp({ engine });
    const url = new URL('/mcp', await app.listen({ host: '127.0.0.1', port: 0 }));
    const answer = fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) });
    await wait(100);
    const closed = app.close();
    expect(await (await answer).text()).toContain('slow');
    await closed;
  });

  it('does not wait for a call that never ends', async () => {
    const engine: Engine = { operations: [], call: () => new Promise(() => {}) };
    const app = await createMcpHttp({ engine });
    const url = new URL('/mcp', await app.listen({ host: '127.0.0.1', port: 0 }));
    const answer = fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) }).catch(() => undefined);
    await wait(100);
    const started = performance.now();
    const closed = app.close();
    await wait(1200);
    app.server.closeAllConnections();
    await closed;
    expect(performance.now() - started).toBeLessThan(2000);
    await answer;
  });
});

it('a socket serves what the tests above ask without one', async () => {
  const url = await startMcpHttp({ engine: createEchoEngine() });
  const response = await fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) });
  expect(messageOf(await response.text()).result?.['structuredContent']).toEqual({
    operation: 'listservice',
    input: {},
  });
});
