import { parse } from 'node:querystring';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Form } from '../../core/operation.js';
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
  scope.addContentTypeParser(type, (request: FastifyRequest, payload: Readable, done: ParserDone) => {
    readText(payload, limit, (error, text) => {
      if (error !== undefined) return done(error);
      let body: unknown;
      try {
        body = read(text, request);
      } catch (refusal) {
        return done(refusal as Error);
      }
      done(null, body);
    });
  });
}

type ParserDone = (error: Error | null, body?: unknown) => void;

/** The type of every form body. */
export const FORM = 'application/x-www-form-urlencoded';

/** Reads a request body as text; refuses one that is too large or breaks off. */
function readText(
  payload: Readable,
  limit: number,
  told: (error: RefusalError | undefined, text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let isTold = false;
  const tell = (error: RefusalError | undefined, text = ''): void => {
    if (isTold) return;
    isTold = true;
    told(error, text);
  };
  payload.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (length > PATIENCE) tell(new RefusalError(tooLarge()));
  });
  const brokenOff = () => tell(new RefusalError(badRequest(400, 'Bad Request: the body broke off.')));
  payload.on('error', brokenOff).on('close', brokenOff);
  payload.on('end', () => {
    // Every body is closed after its end, and an error that nobody sees is dear to make.
    payload.off('close', brokenOff);
    if (length > limit) tell(new RefusalError(tooLarge()));
    else tell(undefined, (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8'));
  });
}

/** `A=1&B.C=2&A=3`, a form body or a query: each key with its texts in the order of arrival. */
export function readForm(text: string): Form {
  if (text === '') return empty;
  const form = new Map<string, readonly string[]>();
  for (const [name, value = ''] of Object.entries(parse(text, '&', '=', { maxKeys: 0 }))) {
    form.set(name, typeof value === 'string' ? [value] : value);
  }
  return form;
}

const empty: Form = new Map();
