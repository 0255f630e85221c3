import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Server } from '@modelcontextprotocol/server';
import type { FastifyReply } from 'fastify';
import { BODY_LIMIT, collectBytes } from '../http/body.js';
import { requestPath } from '../http/request-path.js';
import type { McpHandler } from './handler.js';

/**
 * Converts between Node.js and the Fetch API, which the MCP SDK is written for. The SDK's own adapter takes more time than
 * all else in a call, because it passes both bodies through several streams.
 * @throws RefusalError if the body is too large or ends early
 */
export async function respond(
  handler: McpHandler,
  request: IncomingMessage,
  reply: FastifyReply,
  createServer: () => Server,
): Promise<void> {
  const body = request.method === 'POST' ? await readText(request) : '';
  const webRequest = new WebRequest(request, reply.raw);
  const response = await handler.handle(webRequest, body, createServer);
  reply.hijack();
  // A hijacked reply drops headers set by hooks, such as those for CORS.
  await send(response, reply.getHeaders(), reply.raw, webRequest.signal);
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    collectBytes(request, BODY_LIMIT, (error, bytes) => {
      if (error === undefined) resolve(bytes.toString('utf8'));
      else reject(error);
    });
  });
}

/** A request without its body and query. */
class WebRequest extends Request {
  /** Aborts when the client leaves. As an option of `Request`, it would triple the time that creating one takes. */
  override readonly signal: AbortSignal;

  constructor({ method = 'GET', url = '/', headers }: IncomingMessage, response: ServerResponse) {
    super(`http://${headers.host ?? 'localhost'}${requestPath(url)}`, {
      // `Request` refuses TRACE. The SDK responds to it as to GET.
      method: method === 'TRACE' ? 'GET' : method,
      headers: textsOf(headers),
    });
    const leaving = new AbortController();
    this.signal = leaving.signal;
    response.once('close', () => {
      if (!response.writableFinished) leaving.abort();
    });
  }
}

function textsOf(headers: IncomingMessage['headers']): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name] = String(value);
  return texts;
}

const EVENT_STREAM = 'text/event-stream';

/**
 * Sends an event stream as it arrives, and anything else at once.
 * @param signal aborts when the client leaves
 */
async function send(
  { status, headers, body }: Response,
  others: Readonly<Record<string, OutgoingHttpHeader | undefined>>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const head = { ...others, ...Object.fromEntries(headers) };
  if (head['content-type'] !== EVENT_STREAM) {
    const bytes = body === null ? noBytes : await bytesOf(body.getReader());
    response.writeHead(status, { ...head, 'content-length': bytes.length }).end(bytes);
    return;
  }
  response.writeHead(status, head);
  try {
    for await (const chunk of body ?? []) {
      if (!response.write(chunk)) await once(response, 'drain', { signal });
    }
  } catch {
    // The client has left.
  }
  response.end();
}

const noBytes = new Uint8Array();

/** Takes half the time of the methods of `Response`. */
async function bytesOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks.push(value);
  }
}
