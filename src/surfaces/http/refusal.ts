import { STATUS_CODES } from 'node:http';
import type { FastifyBaseLogger, FastifyReply } from 'fastify';
import { errorBody, UnderstudyError, understudyErrors } from '../../core/errors.js';
import { sendJson } from './response.js';

/** An error response: Twilio's four keys, never a stack trace. */
export interface Refusal {
  readonly status: number;
  readonly body: ReturnType<typeof errorBody>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown inside a surface to respond with its refusal. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.body.message);
  }
}

const MAX_PATH_LENGTH = 2000;

/** Twilio's response to an unknown path, an unknown SID or a deleted record. */
export function notFound(url: string): Refusal {
  const path = (url.split(/[?#]/, 1)[0] ?? '').slice(0, MAX_PATH_LENGTH);
  return twilioRefusal(404, 20404, `The requested resource ${path} was not found`);
}

export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return { ...twilioRefusal(405, 20004, 'Method not allowed'), headers: { allow: [...allowed].sort().join(', ') } };
}

export function tooLarge(): Refusal {
  return twilioRefusal(413, 20413, 'Request Entity Too Large');
}

/** Twilio's response to a file whose type is not a MIME type (code from the dictionary). */
export function badMediaType(): Refusal {
  return twilioRefusal(400, 50511, 'Invalid media content type');
}

export function unauthenticated(): Refusal {
  const headers = { 'www-authenticate': 'Basic realm="Twilio API"' };
  return { ...twilioRefusal(401, 20003, 'Authenticate'), headers };
}

/** A request that is invalid HTTP and never reached an operation. */
export function badRequest(status: number, message: string): Refusal {
  const { code } = understudyErrors.UNDERSTUDY_BAD_REQUEST;
  return { status, body: errorBody(code, message, 'urn:twilio-understudy:UNDERSTUDY_BAD_REQUEST', status) };
}

/** A request that Node.js could not parse, by its error code. */
export function brokenRequest(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return badRequest(408, 'Request Timeout: the request was not received in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return badRequest(431, 'Request Header Fields Too Large: the limit is 16 KiB.');
  }
  return badRequest(400, 'Bad Request: the request is not well-formed HTTP.');
}

/** The refusal that an error stands for; undefined if the error is our own failure. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof RefusalError) return error.refusal;
  if (error instanceof UnderstudyError) return { status: error.status, body: error.body, headers: headersOf(error) };
  const status = statusOf(error);
  if (status === 413) return tooLarge();
  if (status === undefined || status < 400 || status > 499) return undefined;
  return badRequest(status, `${STATUS_CODES[status] ?? 'Bad Request'}: ${(error as Error).message.slice(0, 200)}`);
}

/** The refusal of a request that failed with this error, whatever it is. */
export function refusalFor(error: unknown): Refusal {
  return refusalOf(error) ?? internalError();
}

/** Logs an error that is our own failure. */
export function logFailure(error: unknown, log: Pick<FastifyBaseLogger, 'error'>, reqId: string): void {
  if (refusalOf(error) === undefined) log.error({ err: error, reqId }, 'request failed');
}

/** What a caller sees of our own failure. The details go to the log only. */
export function internalError(): Refusal {
  const error = new UnderstudyError('UNDERSTUDY_INTERNAL', 'understudy failed to handle this request; see its log.');
  return { status: error.status, body: error.body };
}

export function sendRefusal(reply: FastifyReply, { status, body, headers = {} }: Refusal): FastifyReply {
  return sendJson(reply.code(status).headers(headers), body);
}

/** A refusal as a raw HTTP message, for a connection whose request could not be parsed. */
export function rawRefusal({ status, body, headers = {} }: Refusal): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', text].join('\r\n');
}

function headersOf({ name, retryAfter }: UnderstudyError): Record<string, string> {
  return {
    ...(name === 'UNDERSTUDY_UNAUTHORIZED' ? { 'www-authenticate': 'Bearer realm="understudy"' } : {}),
    ...(name === 'UNDERSTUDY_PROXY_UNAUTHORIZED' ? { 'proxy-authenticate': 'Basic realm="understudy"' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
  };
}

function twilioRefusal(status: number, code: number, message: string): Refusal {
  return { status, body: errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status) };
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}
