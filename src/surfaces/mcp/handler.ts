import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext, type Server } from '@modelcontextprotocol/server';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Handles HTTP requests of both MCP eras, each with its own server. */
export interface McpHandler {
  handle(request: IncomingMessage, response: ServerResponse, createServer: () => Server): Promise<void>;
  close(): Promise<void>;
}

export interface McpHandlerOptions {
  /** In bytes. */
  readonly maxRequestBodySize: number;
  readonly onerror: (error: Error) => void;
}

export function createHandler({ maxRequestBodySize, onerror }: McpHandlerOptions): McpHandler {
  const handler = createMcpHandler(serverOf, { maxRequestBodySize, onerror });
  const handle = toNodeHandler(handler, { maxRequestBodySize });
  return {
    handle: (request, response, createServer) => handle(withServerFactory(request, createServer), response),
    close: () => handler.close(),
  };
}

/** Attaches the factory to `auth`, the only request property that the SDK passes on to where it creates a server. */
function withServerFactory(request: IncomingMessage, createServer: () => Server): NodeIncomingMessageLike {
  const auth = { token: '', clientId: '', scopes: [], extra: { createServer } };
  return Object.assign(request, { auth }) as NodeIncomingMessageLike;
}

function serverOf({ authInfo }: McpRequestContext): Server {
  const extra = authInfo?.extra as { createServer: () => Server } | undefined;
  if (extra === undefined) throw new Error('the MCP SDK dropped `auth`, which carries the server factory');
  return extra.createServer();
}
