import type { FastifyReply } from 'fastify';
import type { Body } from '../../core/body.js';

/** A response that is ready to be sent. Header names are in lower case; `content-length` is added on write. */
export interface OperationResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body | null;
}

/**
 * Writes a response to the raw socket. Fastify's `send` costs as much as the rest of a request and changes the content type.
 * `onSend` hooks do not run.
 */
export function writeResponse(reply: FastifyReply, { status, headers, body }: OperationResponse): void {
  const { raw } = reply;
  if (body === null) {
    if (status !== 204) headers['content-length'] = '0';
    raw.writeHead(status, headers).end();
  } else if (body.bytes !== undefined) {
    headers['content-length'] = String(body.bytes.length);
    raw.writeHead(status, headers).end(body.bytes);
  } else {
    const { text, isAscii = false } = body;
    headers['content-length'] = String(isAscii ? text.length : Buffer.byteLength(text));
    raw.writeHead(status, headers).end(text, isAscii ? 'latin1' : 'utf8');
  }
  reply.hijack();
}

/** Sends a value as JSON through Fastify, so that `onSend` hooks run. */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(toBytes(JSON.stringify(value)));
}

/** Encodes a text as bytes. Fastify would change the content type of a string. */
export function toBytes(text: string): Buffer {
  return Buffer.from(text);
}
