import type { Readable, Writable } from 'node:stream';
import type { Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';

export interface McpStdioOptions {
  /** Makes the server of the connection, by `createMcpServers`. */
  readonly serverFor: (caller: Caller) => Server;
  /** What the URLs in answers begin with. */
  readonly origin: string;
  readonly log: Log;
  readonly stdin?: Readable;
  /** Carries the protocol and nothing else. */
  readonly stdout?: Writable;
}

/** A conversation over stdin and stdout. */
export interface McpStdio {
  /** Resolves when the client has closed stdin. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves MCP of both eras on stdin and stdout until stdin closes. The client of a process has the default world. */
export function serveMcpStdio(options: McpStdioOptions): McpStdio {
  const { serverFor, origin, log, stdin = process.stdin, stdout = process.stdout } = options;
  const closed = new Promise<void>((resolve) => {
    stdin.once('end', resolve).once('close', resolve);
    // A client that is gone takes no more answers.
    stdout.once('error', () => resolve()).once('close', resolve);
  });
  const handle = serveStdio(() => serverFor({ surface: 'mcp', origin }), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) => log.debug({ err: error }, 'an MCP message was refused or failed'),
  });
  return { closed, close: () => handle.close() };
}
