import { PassThrough } from 'node:stream';
import { Client as NewClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { AjvJsonSchemaValidator as NewProvider } from '@modelcontextprotocol/client/validators/ajv';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldHttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { AjvJsonSchemaValidator as OldProvider } from '@modelcontextprotocol/sdk/validation/ajv';
import { StdioServerTransport as OldStreams } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport as OldTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ListToolsResult, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport as NewStreams } from '@modelcontextprotocol/server/stdio';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { describeField } from '../../src/backends/simulator/conversations/descriptions.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import type { Log } from '../../src/core/log.js';
import type { Caller, Engine, Input } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { createApiKeys } from '../../src/surfaces/http/api-keys.js';
import { createWorldReader } from '../../src/surfaces/http/credentials.js';
import { createHttpApp } from '../../src/surfaces/http/app.js';
import { createControls } from '../../src/control/registry.js';
import { loadMcpServers } from '../../src/surfaces/mcp/load-servers.js';
import { serveMcpStdio } from '../../src/surfaces/mcp/stdio.js';
import { selectTools } from '../../src/surfaces/mcp/tool-sets.js';
import { serveMcp } from '../../src/surfaces/mcp/mcp.js';
import type { ToolResult } from './targets.js';

export const capability = loadCapability();
export const shapes = loadShapes();
export { describeField };
/** The origin of every URL in a result. */
export const ORIGIN = 'http://understudy.test';

/** A log that discards everything. */
export const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An engine that returns its input. */
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

export interface McpTestOptions {
  readonly engine: Engine;
  readonly choice?: string;
  readonly token?: string;
  /** Called before the servers are loaded. */
  readonly onLoad?: () => void;
}

async function serversOf({ engine, choice }: McpTestOptions) {
  const toolSets = selectTools(capability.files, choice);
  const parts = {
    toolSets,
    shapes,
    describeField,
    engine,
    controls: createControls([]),
    version: '1.2.3',
    mode: 'simulate',
  };
  return loadMcpServers(parts, log);
}

/** MCP over HTTP without a socket; closed when the test ends. */
export async function createMcpHttp(options: McpTestOptions): Promise<FastifyInstance> {
  const app = createHttpApp({
    host: '127.0.0.1',
    logLevel: 'silent',
    redact: (text) => text,
    writeLog: () => undefined,
  });
  const readWorld = createWorldReader(
    createApiKeys({ known: new Map(), defaultAccount: '', learnsAccounts: false, log }),
  );
  await serveMcp(app, {
    async loadServers() {
      options.onLoad?.();
      return serversOf(options);
    },
    originOf: () => ORIGIN,
    token: options.token,
    readWorld,
  });
  onTestFinished(() => app.close());
  return app;
}

/** The same with a socket. Returns the URL of the endpoint. */
export async function startMcpHttp(options: McpTestOptions, path = '/mcp'): Promise<URL> {
  const app = await createMcpHttp(options);
  return new URL(path, await app.listen({ host: '127.0.0.1', port: 0 }));
}

/** A connected client of SDK 1.x or 2.x. */
export interface ConnectedClient {
  /** The negotiated protocol version. */
  readonly protocol: string | undefined;
  readonly instructions: string | undefined;
  readonly serverInfo:
    | { readonly name: string; readonly title?: string | undefined; readonly version: string }
    | undefined;
  readonly list: () => Promise<Pick<ListToolsResult, 'tools'>>;
  readonly call: (params: { name: string; arguments?: Record<string, unknown> }) => Promise<ToolResult>;
}

const info = { name: 'test', version: '1.0.0' };

/** Compiles each schema once for all clients. Each client compiles every output schema otherwise. */
function sharedValidator<Provider extends Pick<OldProvider | NewProvider, 'getValidator'>>(
  provider: Provider,
): Provider {
  const known = new Map<string, unknown>();
  const getValidator = (schema: Parameters<Provider['getValidator']>[0]): unknown => {
    const key = JSON.stringify(schema);
    if (!known.has(key)) known.set(key, provider.getValidator(schema));
    return known.get(key);
  };
  return { getValidator } as unknown as Provider;
}

const oldValidator = sharedValidator(new OldProvider());
const newValidator = sharedValidator(new NewProvider());

async function connectOld(transport: OldTransport): Promise<ConnectedClient> {
  const client = new OldClient(info, { jsonSchemaValidator: oldValidator });
  await client.connect(transport);
  const protocol = (transport as { protocolVersion?: string }).protocolVersion;
  onTestFinished(() => client.close());
  return {
    protocol,
    instructions: client.getInstructions(),
    serverInfo: client.getServerVersion(),
    list: async () => (await client.listTools()) as unknown as ListToolsResult,
    call: async (params) => (await client.callTool(params)) as ToolResult,
  };
}

async function connectNew(transport: Transport, mode: 'legacy' | 'auto'): Promise<ConnectedClient> {
  const client = new NewClient(info, { versionNegotiation: { mode }, jsonSchemaValidator: newValidator });
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

/** A stdio server on a pair of pipes. The client's transport uses the other ends. */
async function pipes(options: McpTestOptions) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const { serverFor } = await serversOf(options);
  const stdio = serveMcpStdio({ serverFor, origin: ORIGIN, log, stdin: toServer, stdout: toClient });
  onTestFinished(() => stdio.close());
  return { toServer, toClient };
}

/** Every supported combination of client version, protocol era and transport. */
export const connections: Readonly<Record<string, (options: McpTestOptions) => Promise<ConnectedClient>>> = {
  'client 1.x over HTTP': async (options) => connectOld(new OldHttpTransport(await startMcpHttp(options))),
  'client 2.x over HTTP, legacy era': async (options) =>
    connectNew(new StreamableHTTPClientTransport(await startMcpHttp(options)), 'legacy'),
  'client 2.x over HTTP, modern era': async (options) =>
    connectNew(new StreamableHTTPClientTransport(await startMcpHttp(options)), 'auto'),
  'client 1.x over stdio': async (options) => {
    const { toServer, toClient } = await pipes(options);
    return connectOld(new OldStreams(toClient, toServer));
  },
  'client 2.x over stdio, modern era': async (options) => {
    const { toServer, toClient } = await pipes(options);
    return connectNew(new NewStreams(toClient, toServer), 'auto');
  },
};
