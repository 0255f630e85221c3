import { PassThrough } from 'node:stream';
import { Client as NewClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldHttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport as OldStreams } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport as OldTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ListToolsResult, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport as NewStreams } from '@modelcontextprotocol/server/stdio';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { describeField } from '../../src/capability/field-descriptions.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import type { Log } from '../../src/core/log.js';
import type { Caller, Engine, Input } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { createHttpApp } from '../../src/surfaces/http/app.js';
import { createMcpServers } from '../../src/surfaces/mcp/server.js';
import { serveMcpStdio } from '../../src/surfaces/mcp/stdio.js';
import { createToolbox, selectTools } from '../../src/surfaces/mcp/tools.js';
import { serveMcp } from '../../src/surfaces/mcp/mcp.js';
import type { ToolAnswer } from './targets.js';

export const capability = loadCapability();
export const shapes = loadShapes();
export { describeField };
/** What every URL in an answer begins with. */
export const ORIGIN = 'http://understudy.test';

/** A log that nobody reads. */
export const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An engine that answers with what it was asked. */
export function createEchoEngine(): Engine & { readonly calls: { operation: string; input: Input; caller: Caller }[] } {
  const calls: { operation: string; input: Input; caller: Caller }[] = [];
  return {
    operations: capability.operations,
    calls,
    call(operation, input, caller) {
      calls.push({ operation, input, caller });
      const body = bodyOf({ operation, input: JSON.parse(JSON.stringify(input)) as never });
      return Promise.resolve({ result: { status: 200, headers: {}, body }, ignored: [] });
    },
  };
}

export interface McpSetting {
  readonly engine: Engine;
  readonly choice?: string;
  readonly token?: string;
}

function serversOf({ engine, choice }: McpSetting) {
  const toolbox = createToolbox({ tools: selectTools(capability.tools, choice), shapes, describeField, engine, log });
  return createMcpServers({ toolbox, version: '1.2.3', mode: 'simulate' });
}

/** MCP over HTTP without a socket, closed when the test ends. */
export async function createMcpHttp(setting: McpSetting): Promise<FastifyInstance> {
  const app = createHttpApp({
    host: '127.0.0.1',
    logLevel: 'silent',
    redact: (text) => text,
    writeLog: () => undefined,
  });
  const serverFor = serversOf(setting);
  const loadServers = () => Promise.resolve({ serverFor, controlFor: serverFor });
  await serveMcp(app, { loadServers, originOf: () => ORIGIN, token: setting.token });
  onTestFinished(() => app.close());
  return app;
}

/** The same with a socket; gives the URL of the endpoint. */
export async function startMcpHttp(setting: McpSetting): Promise<URL> {
  const app = await createMcpHttp(setting);
  return new URL('/mcp', await app.listen({ host: '127.0.0.1', port: 0 }));
}

/** A client of either generation, connected. */
export interface Connected {
  /** The protocol version that was agreed on. */
  readonly protocol: string | undefined;
  readonly instructions: string | undefined;
  readonly serverInfo:
    { readonly name: string; readonly title?: string | undefined; readonly version: string } | undefined;
  readonly list: () => Promise<Pick<ListToolsResult, 'tools'>>;
  readonly call: (params: { name: string; arguments?: Record<string, unknown> }) => Promise<ToolAnswer>;
}

const info = { name: 'test', version: '1.0.0' };

async function connectOld(transport: OldTransport): Promise<Connected> {
  const client = new OldClient(info);
  await client.connect(transport);
  const protocol = (transport as { protocolVersion?: string }).protocolVersion;
  onTestFinished(() => client.close());
  return {
    protocol,
    instructions: client.getInstructions(),
    serverInfo: client.getServerVersion(),
    list: async () => (await client.listTools()) as unknown as ListToolsResult,
    call: async (params) => (await client.callTool(params)) as ToolAnswer,
  };
}

async function connectNew(transport: Transport, mode: 'legacy' | 'auto'): Promise<Connected> {
  const client = new NewClient(info, { versionNegotiation: { mode } });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    protocol: client.getNegotiatedProtocolVersion(),
    instructions: client.getInstructions(),
    serverInfo: client.getServerVersion(),
    list: () => client.listTools(),
    call: (params) => client.callTool(params),
  };
}

/** A pair of pipes with the server at one end; the client's transport reads and writes the other. */
function pipes(setting: McpSetting) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const serverFor = serversOf(setting);
  const served = serveMcpStdio({ serverFor, origin: ORIGIN, log, stdin: toServer, stdout: toClient });
  onTestFinished(() => served.close());
  return { toServer, toClient };
}

/** Every way to connect that we promise: client generation, protocol era, transport. */
export const connections: Readonly<Record<string, (setting: McpSetting) => Promise<Connected>>> = {
  'client 1.x over HTTP': async (setting) => connectOld(new OldHttpTransport(await startMcpHttp(setting))),
  'client 2.x over HTTP, legacy era': async (setting) =>
    connectNew(new StreamableHTTPClientTransport(await startMcpHttp(setting)), 'legacy'),
  'client 2.x over HTTP, modern era': async (setting) =>
    connectNew(new StreamableHTTPClientTransport(await startMcpHttp(setting)), 'auto'),
  'client 1.x over stdio': async (setting) => {
    const { toServer, toClient } = pipes(setting);
    return connectOld(new OldStreams(toClient, toServer));
  },
  'client 2.x over stdio, modern era': async (setting) => {
    const { toServer, toClient } = pipes(setting);
    return connectNew(new NewStreams(toClient, toServer), 'auto');
  },
};
