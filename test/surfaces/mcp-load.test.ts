import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEchoEngine, createMcpHttp } from './mcp-harness.js';

const listTools = {
  method: 'POST' as const,
  url: '/mcp',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  payload: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
};

test('a failure to load the tools is not permanent', async () => {
  let loads = 0;
  const app = await createMcpHttp({
    engine: createEchoEngine(),
    onLoad() {
      loads += 1;
      if (loads === 1) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    },
  });
  expect((await app.inject(listTools)).statusCode).toBe(500);
  expect((await app.inject(listTools)).statusCode).toBe(200);
  expect((await app.inject(listTools)).statusCode).toBe(200);
  expect(loads).toBe(2);
});

test('the tools are loaded when a client connects, before it sends a request', async () => {
  const events = new EventEmitter();
  const loaded = once(events, 'load');
  const app = await createMcpHttp({
    engine: createEchoEngine(),
    onLoad: () => void events.emit('load', 'without a request'),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  expect(await loaded).toEqual(['without a request']);
});
