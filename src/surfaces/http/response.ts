import { pipeline, Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Body } from '../../core/body.js';
import type { ResponseHeaders } from '../../core/operation.js';
import type { Content } from '../../core/file-body.js';
import type { OperationReply } from './operation-request.js';
import { ownHeaders } from './twilio-headers.js';

/** A response that is ready to be sent. Header names are in lower case; `content-length` is added on write. */
export interface OperationResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body | null;
  /** A file in place of the body. */
  readonly content?: Content | undefined;
}

/**
 * Writes a response to the raw socket. Fastify's `send` costs as much as the rest of a request and changes the content type.
 * `onSend` hooks do not run.
 */
export function writeResponse(reply: OperationReply, { status, headers, body, content }: OperationResponse): void {
  const { raw } = reply;
  if (content !== undefined) {
    sendFile(raw, status, headers, content);
  } else if (body === null) {
    if (status !== 204) headers['content-length'] = '0';
    raw.writeHead(status, headers).end();
  } else if (body.latin1 !== undefined) {
    headers['content-length'] = String(body.latin1.length);
    // Node sends a text in one piece with the head, but not a buffer.
    raw.writeHead(status, headers).end(body.latin1, 'latin1');
  } else {
    const { text, isAscii = false } = body;
    headers['content-length'] = String(isAscii ? text.length : Buffer.byteLength(text));
    raw.writeHead(status, headers).end(text, isAscii ? 'latin1' : 'utf8');
  }
  reply.hijack();
}

/** Headers for the journal. An object that is made where the response is sent would keep the request in memory. */
export function headersForJournal(headers: Readonly<Record<string, string>>): ResponseHeaders {
  return { toRecord: () => headers };
}

/**
 * Callers choose the type of a file, and it may be a page with scripts. A browser that opens it must not run them as ours,
 * where they could call the controls.
 */
const FILE_HEADERS = { 'content-security-policy': "default-src 'none'; sandbox", 'x-content-type-options': 'nosniff' };

function sendFile(raw: OperationReply['raw'], status: number, headers: Record<string, string>, content: Content): void {
  const { size } = content;
  const length = size === undefined ? {} : { 'content-length': String(size) };
  raw.writeHead(status, { ...headers, ...FILE_HEADERS, ...length });
  // A failure in the middle can only be shown by a connection that ends early, which `pipeline` sees to.
  pipeline(content.open(), raw, () => undefined);
}

/** Sends a value as JSON through Fastify, so that `onSend` hooks run. */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  // Twilio's surfaces stamp requests, and have the headers that were recorded.
  if (reply.request.stamp === undefined) reply.headers(ownHeaders.others);
  return reply.header('content-type', 'application/json').send(toBytes(JSON.stringify(value)));
}

/** Sends JSON text of any length. */
export function sendJsonText(reply: FastifyReply, chunks: Iterable<string>): FastifyReply {
  return reply
    .headers(ownHeaders.others)
    .header('content-type', 'application/json')
    .send(Readable.from(chunks, { objectMode: false }));
}

/** Encodes a text as bytes. Fastify would change the content type of a string. */
export function toBytes(text: string): Buffer {
  return Buffer.from(text);
}
