import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { ACCOUNT, basic } from '../helpers/understudy.js';
import { selectTools } from '../../src/surfaces/mcp/tool-sets.js';
import { capability, connections, createEchoEngine, createMcpHttp, startMcpHttp } from './mcp-harness.js';

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

const namesOf = (tools: readonly { readonly name: string }[]): string[] => tools.map(({ name }) => name);

/** The JSON-RPC message of a response, which is either JSON or an event stream. */
function messageOf(body: string): { result?: Record<string, unknown>; error?: { code: number; message: string } } {
  return JSON.parse(body.startsWith('{') ? body : (/^data: (.*)$/m.exec(body)?.[1] ?? '')) as never;
}

describe.each(Object.keys(connections))('%s', (name) => {
  const connect = connections[name] as NonNullable<(typeof connections)[string]>;

  it('learns name, version and instructions, and uses the protocol of its era', async () => {
    const client = await connect({ engine: createEchoEngine() });
    expect(client.serverInfo).toEqual({ name: 'twilio', title: 'Twilio Conversations', version: '1.2.3' });
    expect(client.instructions).toContain('Twilio Conversations (mode: simulate)');
    expect(client.protocol ?? '2025-11-25').toBe(name.includes('modern') ? '2026-07-28' : '2025-11-25');
  });

  it('lists the offered tools in one page', async () => {
    const [{ tools }] = capability.files;
    const byDefault = await connect({ engine: createEchoEngine() });
    expect(namesOf((await byDefault.list()).tools)).toEqual(namesOf(tools));
    const all = await connect({ engine: createEchoEngine(), choice: 'all' });
    expect(namesOf((await all.list()).tools)).toEqual(namesOf(capability.tools));
    const some = await connect({ engine: createEchoEngine(), choice: 'read-only' });
    expect(namesOf((await some.list()).tools)).toEqual(namesOf(tools.filter(({ hints }) => hints.readOnly)));
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
    const { list: listTools, call } = await connect({ engine: createEchoEngine() });
    await listTools();
    const { isError, content } = await call({
      name: 'fetch-user-role-your-service',
      arguments: { ChatServiceSid: 'IS1' },
    });
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain('requires `Sid`');
  });

  it('sees no details of an internal failure', async () => {
    const engine: Engine = { operations: [], call: () => Promise.reject(new Error('secret stack')) };
    const { call } = await connect({ engine });
    const { isError, content } = await call({ name: 'retrieve-list-all-conversation-services' });
    expect(isError).toBe(true);
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({ code: 990199, status: 500 });
    expect(content[0]?.text).not.toContain('secret');
  });
});

describe('the MCP endpoint', () => {
  it.each(['services', 'account', 'all'])('offers the tools of a set at /mcp/%s', async (set) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { body } = await post(app, request('tools/list', {}), {}, `/mcp/${set}`);
    const { tools = [] } = (messageOf(body).result ?? {}) as { tools?: { name: string }[] };
    expect(namesOf(tools)).toEqual(namesOf(selectTools(capability.files).byName.get(set) ?? []));
  });

  it('refuses a set that does not exist with 404', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(app, request('tools/list', {}), {}, '/mcp/nothing');
    expect(statusCode).toBe(404);
    expect(messageOf(body).error?.message).toContain('/mcp/nothing');
  });

  it.each(['/mcp', '/'])('is served at %s', async (url) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(app, request('ping'), {}, url);
    expect([statusCode, messageOf(body).result]).toEqual([200, {}]);
  });

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
    'supports clients that initialize with version %s',
    async (version) => {
      const app = await createMcpHttp({ engine: createEchoEngine() });
      const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
      const { body, headers } = await post(app, request('initialize', params));
      expect(messageOf(body).result?.['protocolVersion']).toBe(version);
      expect(headers['mcp-session-id']).toBeUndefined();
    },
  );

  it('lets modern clients cache the list of tools', async () => {
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
  ])('responds to %s with a JSON-RPC error', async (what, payload, status, code) => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const extra: Record<string, string> = what.startsWith('a modern')
      ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'b' }
      : {};
    const { statusCode, body } = await post(app, payload, extra);
    expect([statusCode, messageOf(body).error?.code]).toEqual([status, code]);
  });

  it.each(['GET', 'DELETE'] as const)(
    'refuses %s with 405, because it has neither sessions nor an event stream',
    async (method) => {
      const app = await createMcpHttp({ engine: createEchoEngine() });
      const { statusCode, headers } = await app.inject({
        method,
        url: '/mcp',
        headers: { accept: 'text/event-stream' },
      });
      expect([statusCode, headers['allow']]).toEqual([405, 'POST']);
    },
  );

  it('refuses a body over the limit', async () => {
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

describe('access to the MCP endpoint', () => {
  it.each([
    'http://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'https://localhost.evil.example',
    'file://',
  ])('is refused to a page of %s', async (origin) => {
    const engine = createEchoEngine();
    const app = await createMcpHttp({ engine });
    const { statusCode, headers, body } = await post(app, list, { origin });
    expect(statusCode).toBe(403);
    expect(messageOf(body).error?.message).toContain('Origin');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(engine.calls).toEqual([]);
  });

  it.each(['evil.example', '127.0.0.1.evil.example:9090', 'localhost.evil.example'])(
    'is refused under the Host %s',
    async (host) => {
      const app = await createMcpHttp({ engine: createEchoEngine() });
      expect((await post(app, list, { host })).statusCode).toBe(403);
    },
  );

  it('is granted to a page of this machine, with a CORS preflight', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const origin = 'http://localhost:6274';
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/mcp',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,mcp-method',
      },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    expect(preflight.headers['access-control-allow-headers']).toContain('mcp-method');
    const { statusCode, headers } = await post(app, list, { origin });
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(headers['access-control-expose-headers']).toContain('www-authenticate');
  });

  it('requires the token if there is one, except for a CORS preflight', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine(), token: 'right' });
    for (const authorization of [undefined, 'Bearer wrong', 'Bearer right2', 'right']) {
      const { statusCode, headers, body } = await post(app, list, authorization === undefined ? {} : { authorization });
      expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer realm="understudy"']);
      expect(messageOf(body).error?.message).toContain('token');
    }
    expect((await post(app, list, { authorization: 'Bearer right' })).statusCode).toBe(200);
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/mcp',
      headers: { origin: 'http://localhost', 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
  });
});

describe('the world of a call', () => {
  const other = `AC${'b'.repeat(32)}`;
  it.each([
    ['the default world', {}, undefined],
    ['the one of the Basic user', basic(), ACCOUNT],
    ['the one in the header Understudy-World', { 'understudy-world': other }, other],
    ['the default world for an API key', basic(`SK${'c'.repeat(32)}`), undefined],
  ])('is %s', async (_which, headers, account) => {
    const engine = createEchoEngine();
    await post(await createMcpHttp({ engine }), list, headers);
    expect(engine.calls.map(({ caller }) => caller)).toMatchObject([
      { surface: 'mcp', account, origin: 'http://understudy.test' },
    ]);
  });

  it('is refused if it is not an account SID', async () => {
    const app = await createMcpHttp({ engine: createEchoEngine() });
    const { statusCode, body } = await post(app, list, { 'understudy-world': 'mine' });
    expect([statusCode, messageOf(body).error?.message]).toEqual([400, expect.stringContaining('Understudy-World')]);
  });
});

/** An engine, and a promise that resolves when it is called. */
function engineWith(call: Engine['call']): { readonly engine: Engine; readonly called: Promise<unknown> } {
  const calls = new EventEmitter();
  const reporting: Engine['call'] = (...args) => {
    calls.emit('call');
    return call(...args);
  };
  return { engine: { operations: [], call: reporting }, called: once(calls, 'call') };
}

describe('a closing server', () => {
  it('finishes a call in flight', async () => {
    const outcome = { result: { status: 200, headers: {}, body: bodyOf({ slow: true }) }, ignored: [] };
    const { engine, called } = engineWith(() => wait(300, outcome));
    const app = await createMcpHttp({ engine });
    const url = new URL('/mcp', await app.listen({ host: '127.0.0.1', port: 0 }));
    const response = fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) });
    await called;
    const closed = app.close();
    expect(await (await response).text()).toContain('slow');
    await closed;
  });

  it('does not wait for a call that hangs', async () => {
    const { engine, called } = engineWith(() => new Promise(() => {}));
    const app = await createMcpHttp({ engine });
    const url = new URL('/mcp', await app.listen({ host: '127.0.0.1', port: 0 }));
    const response = fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) }).catch(() => undefined);
    await called;
    const closed = app.close();
    await wait(1200);
    app.server.closeAllConnections();
    await expect(closed).resolves.toBeUndefined();
    await response;
  });
});

it('the endpoint also works over a socket', async () => {
  const url = await startMcpHttp({ engine: createEchoEngine() });
  const response = await fetch(url, { method: 'POST', headers: accept, body: JSON.stringify(list) });
  expect(messageOf(await response.text()).result?.['structuredContent']).toEqual({
    operation: 'conversations-services.listservice',
    input: {},
  });
});
