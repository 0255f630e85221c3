import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Form } from '../operation.js';
import { badRequest, RefusalError, tooLarge } from './refusal.js';

/** Twilio takes no more in one request. */
export const BODY_LIMIT = 1024 * 1024;

/**
 * How much of a body that is too large is still read, and thrown away. A client that is cut off while it sends never
 * sees why; one that may finish reads the 413.
 */
const PATIENCE = 64 * 1024 * 1024;

/** Reads bodies of one type on a surface by `read`; `*` is every type that no other reader takes. */
export function readBodiesOf(
  scope: FastifyInstance,
  type: string | RegExp,
  read: (text: string, request: FastifyRequest) => unknown,
  limit = BODY_LIMIT,
): void {
  scope.addContentTypeParser(type, async (request: FastifyRequest, payload: Readable) =>
    read(await readText(payload, limit), request),
  );
}

/** The type of every form body. */
export const FORM = 'application/x-www-form-urlencoded';

/** Reads a request body as text. @throws RefusalError when it is too large or breaks off. */
function readText(payload: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new RefusalError(tooLarge()));
    payload.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (length > PATIENCE) refuse();
    });
    const brokenOff = () => reject(new RefusalError(badRequest(400, 'Bad Request: the body broke off.')));
    payload.on('error', brokenOff).on('close', brokenOff);
    payload.on('end', () => {
      // Every body is closed after its end, and an error that nobody sees is dear to make.
      payload.off('close', brokenOff);
      if (length > limit) refuse();
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

/** `A=1&B.C=2&A=3`: each key with its texts in the order of arrival. */
export function readForm(text: string): Form {
  const form = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const texts = form.get(name);
    if (texts === undefined) form.set(name, [value]);
    else texts.push(value);
  }
  return form;
}
