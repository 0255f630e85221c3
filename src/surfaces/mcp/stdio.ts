import type { Readable, Writable } from 'node:stream';
import type { Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';

export interface McpStdioOptions {
  /** Creates the connection's server, e.g. from `createMcpServers`. */
  readonly serverFor: (caller: Caller) => Server;
  /** The origin of URLs in results. */
  readonly origin: string;
  readonly log: Log;
  readonly stdin?: Readable;
  /** Carries only the protocol. */
  readonly stdout?: Writable;
}

/** An MCP connection over stdin and stdout. */
export interface McpStdio {
  /** Resolves when the client closes stdin or stops reading stdout. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves both MCP eras over stdin and stdout until stdin closes. The client uses the default world. */
export function serveMcpStdio(options: McpStdioOptions): McpStdio {
  const { serverFor, origin, log, stdin = process.stdin, stdout = process.stdout } = options;
  const closed = new Promise<void>((resolve) => {
    stdin.once('end', resolve).once('close', resolve);
    // Writing to a client that has exited fails with EPIPE.
    stdout.once('error', () => resolve()).once('close', resolve);
  });
  const handle = serveStdio(() => serverFor({ surface: 'mcp', origin }), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) => log.debug({ err: error }, 'MCP message refused or failed'),
  });
  return { closed, close: () => handle.close() };
}
