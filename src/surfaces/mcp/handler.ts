import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext, type Server } from '@modelcontextprotocol/server';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers MCP requests of both eras, each by a server of its own. */
export interface McpHandler {
  answer(request: IncomingMessage, response: ServerResponse, make: () => Server): Promise<void>;
  close(): Promise<void>;
}

export interface McpHandlerOptions {
  /** In bytes. */
  readonly maxRequestBodySize: number;
  readonly onerror: (error: Error) => void;
}

export function createHandler({ maxRequestBodySize, onerror }: McpHandlerOptions): McpHandler {
  const handler = createMcpHandler(serverIn, { maxRequestBodySize, onerror });
  const answer = toNodeHandler(handler, { maxRequestBodySize });
  return {
    answer: (request, response, make) => answer(withServer(request, make), response),
    close: () => handler.close(),
  };
}

/** The SDK hands `auth` through to where the server is made. */
function withServer(request: IncomingMessage, make: () => Server): NodeIncomingMessageLike {
  const auth = { token: '', clientId: '', scopes: [], extra: { make } };
  return Object.assign(request, { auth }) as NodeIncomingMessageLike;
}

function serverIn({ authInfo }: McpRequestContext): Server {
  const extra = authInfo?.extra as { make: () => Server } | undefined;
  if (extra === undefined) throw new Error('an MCP request came by another way');
  return extra.make();
}
