import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { asBytes } from './response.js';
import { errorBody, UnderstudyError, understudyErrors } from '../../core/errors.js';

/** An error answer of a surface, ready to be sent: Twilio's four keys, and never a stack. */
export interface Refusal {
  readonly status: number;
  readonly body: ReturnType<typeof errorBody>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown inside a surface to answer with this refusal. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.body.message);
  }
}

const LONGEST_PATH = 2000;

/** Twilio's answer to an unknown path, a foreign SID, a deleted resource. */
export function notFound(url: string): Refusal {
  const path = (url.split(/[?#]/, 1)[0] ?? '').slice(0, LONGEST_PATH);
  return twilioRefusal(404, 20404, `The requested resource ${path} was not found`);
}

export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return { ...twilioRefusal(405, 20004, 'Method not allowed'), headers: { allow: [...allowed].sort().join(', ') } };
}

export function tooLarge(): Refusal {
  return twilioRefusal(413, 20413, 'Request Entity Too Large');
}

export function unauthenticated(): Refusal {
  const headers = { 'www-authenticate': 'Basic realm="Twilio API"' };
  return { ...twilioRefusal(401, 20003, 'Authenticate'), headers };
}

/** A request that HTTP itself does not allow, so that it never came as far as an operation. */
export function badRequest(status: number, message: string): Refusal {
  const { code } = understudyErrors.UNDERSTUDY_BAD_REQUEST;
  return { status, body: errorBody(code, message, 'urn:twilio-understudy:UNDERSTUDY_BAD_REQUEST', status) };
}

/** The refusal that an error stands for; `undefined` when it is nobody's refusal but a fault of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof RefusalError) return error.refusal;
  if (error instanceof UnderstudyError) return { status: error.status, body: error.body, headers: headersOf(error) };
  const status = statusOf(error);
  if (status === 413) return tooLarge();
  if (status === undefined || status < 400 || status > 499) return undefined;
  return badRequest(status, `${STATUS_CODES[status] ?? 'Bad Request'}: ${(error as Error).message.slice(0, 200)}`);
}

/** What the caller learns of a fault of ours. The log has the rest. */
export function internalFault(): Refusal {
  const error = new UnderstudyError('UNDERSTUDY_INTERNAL', 'understudy failed while it answered; its log says why.');
  return { status: error.status, body: error.body };
}

export function sendRefusal(reply: FastifyReply, { status, body, headers = {} }: Refusal): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .header('content-type', 'application/json')
    .send(asBytes(JSON.stringify(body)));
}

/** The same as bytes, for a socket that never got as far as a request. */
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
