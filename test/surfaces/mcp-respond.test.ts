import { EventEmitter, once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../src/core/body.js';
import type { CallerSignal, Engine } from '../../src/core/operation.js';
import { createHandler } from '../../src/surfaces/mcp/handler.js';
import { createEchoEngine, createMcpHttp } from './mcp-harness.js';

const tool = 'retrieve-list-all-conversation-services';
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

/** The same call in both eras: the modern one gets JSON, the legacy one an event stream. */
const eras = {
  modern: {
    headers: { ...accept, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': tool },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool, arguments: {}, _meta: envelope },
    }),
  },
  legacy: {
    headers: accept,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: {} } }),
  },
};
const cases = Object.entries(eras);

const responding = (value: object): Engine => ({
  operations: [],
  call: () => Promise.resolve({ result: { status: 200, headers: {}, body: bodyOf(value as never) }, ignored: [] }),
});

/** Starts a request. Its body is not sent yet. */
async function begin(
  app: FastifyInstance,
  { headers, body }: (typeof eras)[keyof typeof eras],
): Promise<ClientRequest> {
  await app.inject({ method: 'GET', url: '/mcp' });
  const arrival = once(app.server, 'request');
  const length = { 'content-length': Buffer.byteLength(body) };
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = request(`${address}/mcp`, { method: 'POST', headers: { ...headers, ...length }, agent: false });
  client.flushHeaders();
  await arrival;
  // By the next turn, the call is in flight.
  await setImmediate();
  return client;
}

async function responseTo(client: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(client, 'response')) as [IncomingMessage];
  return response;
}

describe.each(cases)('over HTTP, in the %s era', (_era, call) => {
  it('a client that leaves aborts its call', async () => {
    const events = new EventEmitter();
    const called = once(events, 'call') as Promise<[CallerSignal]>;
    const engine: Engine = {
      operations: [],
      call(_operation, _input, { signal }) {
        events.emit('call', signal);
        return new Promise(() => {});
      },
    };
    const client = await begin(await createMcpHttp({ engine }), call);
    client.on('error', () => undefined).end(call.body);
    const [signal] = await called;
    expect(signal.aborted).toBe(false);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    client.destroy();
    await aborted;
  });

  it('a closing server finishes a call whose body has not arrived', async () => {
    const app = await createMcpHttp({ engine: responding({ sid: 'late' }) });
    const client = await begin(app, call);
    const closed = app.close();
    client.end(call.body);
    const response = await responseTo(client);
    expect([response.statusCode, await text(response)]).toEqual([200, expect.stringContaining('late')]);
    await closed;
  });

  it('a client that reads slowly gets the whole result', async () => {
    const app = await createMcpHttp({ engine: responding({ text: 'é'.repeat(4_000_000) }) });
    const client = await begin(app, call);
    client.end(call.body);
    // Nothing is read until `text` is called, so that the server has to wait.
    const response = await responseTo(client);
    expect((await text(response)).split('é')).toHaveLength(8_000_001);
  });
});

it.each(cases)('a response in the %s era keeps characters outside ASCII', async (_era, { headers, body }) => {
  const app = await createMcpHttp({ engine: responding({ name: 'Zoë 🛋️' }) });
  const response = await app.inject({ method: 'POST', url: '/mcp', headers, payload: body });
  expect(response.body).toContain('"structuredContent":{"name":"Zoë 🛋️"}');
});

it.each([
  ['a body with a byte order mark', 'POST', `\uFEFF${eras.legacy.body}`, 200],
  ['an empty body', 'POST', '', 400],
  ['null', 'POST', 'null', 400],
  ['the method TRACE', 'TRACE', undefined, 405],
  ['the method PUT with a body', 'PUT', '{bad', 405],
] as const)('responds to %s', async (_what, method, payload, status) => {
  const app = await createMcpHttp({ engine: createEchoEngine() });
  const { statusCode, headers } = await app.inject({
    method: method as 'POST',
    url: '/mcp',
    headers: accept,
    ...(payload === undefined ? {} : { payload }),
  });
  expect([statusCode, headers['cache-control']]).toEqual([
    status,
    status === 200 ? 'no-cache, no-transform' : 'no-store',
  ]);
});

it('a request after the server has closed gets a JSON-RPC error', async () => {
  const handler = createHandler({ maxRequestBodySize: 1000, onerror: () => undefined });
  await handler.close();
  const response = await handler.handle(new Request('http://localhost/mcp'), '', () => {
    throw new Error('creates no server');
  });
  expect([response.status, await response.json()]).toMatchObject([503, { error: { code: -32_000 } }]);
});
