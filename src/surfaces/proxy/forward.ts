import http, { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { connectionHeaders } from '../../core/connection-headers.js';

/** `Trailer` and `Transfer-Encoding` describe the copy as well. */
const DROPPED = connectionHeaders.filter((name) => name !== 'trailer' && name !== 'transfer-encoding');

/** How long a server may send nothing before its request is given up, in milliseconds. */
const SILENCE = 300_000;

export interface ForwardOptions {
  /** A new connection, or an agent that keeps one for several requests. */
  readonly over: Socket | Agent;
  /** The request target to send. */
  readonly path: string;
  /** Further headers, as in `rawHeaders`. */
  readonly extra?: readonly string[];
  /** Responds if there is no response. */
  readonly failed: (error: Error) => void;
}

/** Sends a request to another server, and its response back. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { over, path, extra = [], failed }: ForwardOptions,
): void {
  const { method, rawHeaders } = request;
  const upstream = http.request({
    method,
    path,
    headers: [...endToEndHeaders(rawHeaders), ...extra],
    setHost: false,
    ...(over instanceof Agent ? { agent: over } : { createConnection: () => over }),
  });
  upstream.setTimeout(SILENCE, () => upstream.destroy(new Error(`nothing came for ${SILENCE / 1000} seconds`)));
  upstream.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer.rawHeaders));
    pipeline(answer, response, () => undefined);
  });
  upstream.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else failed(error);
  });
  response.once('close', () => upstream.destroy());
  // A failure of `upstream` is reported above.
  request.pipe(upstream);
}

/** The headers that a proxy passes on, as in `rawHeaders`. */
export function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const dropped = new Set<string>(DROPPED);
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  for (const [name, value] of pairs) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const named of value.split(',')) dropped.add(named.trim().toLowerCase());
  }
  // Without it, the receiver could not tell where the message ends.
  dropped.delete('transfer-encoding');
  return pairs.flatMap(([name, value]) => (dropped.has(name.toLowerCase()) ? [] : [name, value]));
}
