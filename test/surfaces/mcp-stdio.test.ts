import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createMcpServers } from '../../src/surfaces/mcp/server.js';
import { serveMcpStdio } from '../../src/surfaces/mcp/stdio.js';
import { createToolbox } from '../../src/surfaces/mcp/tools.js';
import { capability, createEchoEngine, describeField, log, ORIGIN, shapes } from './mcp-harness.js';

function serve() {
  const engine = createEchoEngine();
  const toolbox = createToolbox({ tools: capability.tools, shapes, describeField, engine, log });
  const serverFor = createMcpServers({ toolbox, version: '1.2.3', mode: 'simulate' });
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const written: string[] = [];
  stdout.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const stdio = serveMcpStdio({ serverFor, origin: ORIGIN, log, stdin, stdout });
  onTestFinished(() => stdio.close());
  const say = (method: string, params: object, id?: number) =>
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  return { engine, stdin, stdout, stdio, say, lines: () => written.join('').split('\n').slice(0, -1) };
}

const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
const call = { name: 'retrieve-list-all-conversation-services', arguments: {} };

it('stdout carries one JSON-RPC message a line and nothing else, also after a line that is no JSON', async () => {
  const { stdin, say, lines } = serve();
  say('initialize', hello, 1);
  say('notifications/initialized', {});
  stdin.write('this is no JSON\n');
  say('tools/call', call, 2);
  say('resources/list', {}, 3);
  await wait(100);
  const answers = lines().map((line) => JSON.parse(line) as { id: number; error?: { code: number } });
  // Answers come as they are ready.
  expect(answers.map(({ id, error }) => [id, error?.code]).sort(([a = 0], [b = 0]) => a - b)).toEqual([
    [1, undefined],
    [2, undefined],
    [3, -32601],
  ]);
});

it('calls have the default world and the origin that the server was given', async () => {
  const { engine, say } = serve();
  say('initialize', hello, 1);
  say('tools/call', call, 2);
  await wait(100);
  expect(engine.calls.map(({ caller }) => caller)).toMatchObject([{ surface: 'mcp', origin: ORIGIN }]);
});

it('is over when the client closes stdin', async () => {
  const { stdin, stdio } = serve();
  stdin.end();
  await expect(stdio.closed).resolves.toBeUndefined();
});

it('is over when nobody reads stdout any more', async () => {
  const { stdout, stdio, say } = serve();
  stdout.destroy(new Error('EPIPE'));
  say('initialize', hello, 1);
  await expect(stdio.closed).resolves.toBeUndefined();
});
