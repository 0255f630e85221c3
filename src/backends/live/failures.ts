import { errors } from 'undici';
import { UnderstudyError, type UnderstudyErrorName } from '../../core/errors.js';
import type { WireRequest } from './encode.js';

/** Twilio did not send a complete response. */
export class UpstreamFailure extends UnderstudyError {
  readonly phase: FailurePhase;

  constructor(name: UnderstudyErrorName, phase: FailurePhase, message: string, cause?: unknown) {
    super(name, message, { cause });
    this.phase = phase;
  }
}

/**
 * How far a failed request got.
 *
 * - `unsent`: nothing was sent, so Twilio did nothing.
 * - `interrupted`: the connection broke; Twilio may have carried out the request.
 * - `timed-out`, `unreadable`: the connection works, so a retry is unlikely to help.
 */
export type FailurePhase = 'unsent' | 'interrupted' | 'timed-out' | 'unreadable';

const UNREADABLE = [errors.ResponseExceededMaxSizeError, errors.HeadersOverflowError, errors.HTTPParserError];
const CONNECT_SYSCALLS = new Set(['connect', 'getaddrinfo']);

/** Translates an error of the HTTP client. An UnderstudyError (the reason for an abort) is returned unchanged. */
export function toFailure(error: unknown, request: WireRequest, origin: string): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  const { code = '', syscall = '', message = '' } = error as { code?: string; syscall?: string; message?: string };
  const detail = (code === '' ? message : code).slice(0, 200);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || CONNECT_SYSCALLS.has(syscall) || isAggregate(error)) {
    return unreachable(`Cannot connect to ${origin} (${detail}). Nothing was sent.`, error);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return unreachable(`The certificate or TLS of ${origin} cannot be trusted (${detail}). Nothing was sent.`, error);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamFailure(
      'UNDERSTUDY_UPSTREAM_TIMEOUT',
      'timed-out',
      `${origin} did not respond in time (${detail}).${writeWarning(request)}`,
      error,
    );
  }
  if (UNREADABLE.some((kind) => error instanceof kind)) {
    return new UpstreamFailure(
      'UNDERSTUDY_UPSTREAM_BAD_ANSWER',
      'unreadable',
      `${origin} sent a response that cannot be read (${detail}).${writeWarning(request)}`,
      error,
    );
  }
  return new UpstreamFailure(
    'UNDERSTUDY_UPSTREAM_BROKE_OFF',
    'interrupted',
    `The connection to ${origin} closed before the response was complete (${detail}).${writeWarning(request)}`,
    error,
  );
}

/** Warns that an unanswered write may have taken effect; sending it again could apply it twice. */
export function writeWarning({ method, operation }: WireRequest): string {
  return method === 'GET' || method === 'HEAD'
    ? ''
    : ` \`${operation}\` may or may not have been carried out: check before you send it again.`;
}

function unreachable(message: string, cause: unknown): UpstreamFailure {
  return new UpstreamFailure('UNDERSTUDY_UPSTREAM_UNREACHABLE', 'unsent', message, cause);
}

/** Node throws an AggregateError when every address of a host name refused the connection. */
function isAggregate(error: unknown): boolean {
  return error instanceof AggregateError;
}
