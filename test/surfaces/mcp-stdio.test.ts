import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { createMcpServers } from '../../src/surfaces/mcp/server.js';
import { serveMcpStdio } from '../../src/surfaces/mcp/stdio.js';
import { createToolbox } from '../../src/surfaces/mcp/tools.js';
import { capability, createEchoEngine, describeField, log, ORIGIN, shapes } from './mcp-harness.js';

function startStdio() {
  const engine = createEchoEngine();
  const toolbox = createToolbox({ tools: capability.tools, shapes, describeField, engine, log });
  const serverFor = createMcpServers({ toolbox, version: '1.2.3', mode: 'simulate' });
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const written: string[] = [];
  stdout.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const stdio = serveMcpStdio({ serverFor, origin: ORIGIN, log, stdin, stdout });
  onTestFinished(() => stdio.close());
  const send = (method: string, params: object, id?: number) =>
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  return { engine, stdin, stdout, stdio, send, lines: () => written.join('').split('\n').slice(0, -1) };
}

const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
const call = { name: 'retrieve-list-all-conversation-services', arguments: {} };

it('stdout carries one JSON-RPC message per line, also after a line that is not JSON', async () => {
  const { stdin, send, lines } = startStdio();
  send('initialize', initialize, 1);
  send('notifications/initialized', {});
  stdin.write('this is not JSON\n');
  send('tools/call', call, 2);
  send('resources/list', {}, 3);
  await expect.poll(() => lines().length).toBe(3);
  const responses = lines().map((line) => JSON.parse(line) as { id: number; error?: { code: number } });
  // Responses arrive in any order.
  expect(responses.map(({ id, error }) => [id, error?.code]).sort(([a = 0], [b = 0]) => a - b)).toEqual([
    [1, undefined],
    [2, undefined],
    [3, -32601],
  ]);
});

it('calls use the default world and the origin that the server was given', async () => {
  const { engine, send } = startStdio();
  send('initialize', initialize, 1);
  send('tools/call', call, 2);
  await expect.poll(() => engine.calls.length).toBe(1);
  expect(engine.calls.map(({ caller }) => caller)).toMatchObject([{ surface: 'mcp', origin: ORIGIN }]);
});

it('the connection ends if the client closes stdin', async () => {
  const { stdin, stdio } = startStdio();
  stdin.end();
  await expect(stdio.closed).resolves.toBeUndefined();
});

it('the connection ends if the client stops reading stdout', async () => {
  const { stdout, stdio, send } = startStdio();
  stdout.destroy(new Error('EPIPE'));
  send('initialize', initialize, 1);
  await expect(stdio.closed).resolves.toBeUndefined();
});
