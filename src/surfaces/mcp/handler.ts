import { createMcpHandler, type McpRequestContext, type Server } from '@modelcontextprotocol/server';

/** Handles requests of both MCP eras, each with its own server. */
export interface McpHandler {
  /**
   * @param request without its body
   * @param body empty unless the method is POST
   */
  handle(request: Request, body: string, createServer: () => Server): Promise<Response>;
  close(): Promise<void>;
}

export interface McpHandlerOptions {
  /** In bytes. */
  readonly maxRequestBodySize: number;
  readonly onerror: (error: Error) => void;
}

export function createHandler(options: McpHandlerOptions): McpHandler {
  const handler = createMcpHandler(serverOf, options);
  let isClosed = false;
  return {
    async handle(request, body, createServer) {
      if (isClosed) return stopping();
      const authInfo = withServerFactory(createServer);
      const parsedBody = jsonOf(body);
      // The SDK would copy a text through several streams before it parses it, which takes longer than the rest of a call.
      if (parsedBody !== undefined) return handler.fetch(request, { authInfo, parsedBody });
      return handler.fetch(body === '' ? request : new Request(request, { method: 'POST', body }), { authInfo });
    },
    close() {
      isClosed = true;
      return handler.close();
    },
  };
}

/** For a request on a connection that is still open after the calls in flight have ended. */
function stopping(): Response {
  const error = { code: -32_000, message: 'This server is stopping. Connect again.' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 503 });
}

/** Undefined if the text is not JSON. The SDK refuses it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Attaches the factory to the only thing that the SDK passes on from a request to where it creates a server. */
function withServerFactory(createServer: () => Server): NonNullable<McpRequestContext['authInfo']> {
  return { token: '', clientId: '', scopes: [], extra: { createServer } };
}

function serverOf({ authInfo }: McpRequestContext): Server {
  const extra = authInfo?.extra as { createServer: () => Server } | undefined;
  if (extra === undefined) throw new Error('the MCP SDK dropped `authInfo`, which carries the server factory');
  return extra.createServer();
}
