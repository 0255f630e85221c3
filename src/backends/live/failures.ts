import { errors } from 'undici';
import { UnderstudyError, type UnderstudyErrorName } from '../../core/errors.js';
import type { WireRequest } from './encode.js';

/** Twilio gave no whole answer. */
export class UpstreamFailure extends UnderstudyError {
  /**
   * How far it came: `unsent` is sure to have done nothing; `broken` may have been carried out; `late` and `bad` are no
   * fault of the connection, so that asking again promises little.
   */
  readonly stage: Stage;

  constructor(name: UnderstudyErrorName, stage: Stage, message: string, cause?: unknown) {
    super(name, message, { cause });
    this.stage = stage;
  }
}

export type Stage = 'unsent' | 'broken' | 'late' | 'bad';

const UNREADABLE = [errors.ResponseExceededMaxSizeError, errors.HeadersOverflowError, errors.HTTPParserError];
const CONNECTING = new Set(['connect', 'getaddrinfo']);

/** What an error of the HTTP client means. An UnderstudyError, which is why a signal was aborted, stays itself. */
export function failureOf(error: unknown, request: WireRequest, origin: string): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  const { code = '', syscall = '', message = '' } = error as { code?: string; syscall?: string; message?: string };
  const detail = (code === '' ? message : code).slice(0, 200);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || CONNECTING.has(syscall) || isAggregate(error)) {
    return unreachable(`${origin} cannot be reached (${detail}): nothing was sent.`, error);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return unreachable(`the certificate or TLS of ${origin} cannot be trusted (${detail}): nothing was sent.`, error);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamFailure(
      'UNDERSTUDY_UPSTREAM_TIMEOUT',
      'late',
      `${origin} did not answer in time (${detail}).${doubt(request)}`,
      error,
    );
  }
  if (UNREADABLE.some((kind) => error instanceof kind)) {
    return new UpstreamFailure(
      'UNDERSTUDY_UPSTREAM_BAD_ANSWER',
      'bad',
      `${origin} gave an answer that cannot be passed on (${detail}).${doubt(request)}`,
      error,
    );
  }
  return new UpstreamFailure(
    'UNDERSTUDY_UPSTREAM_BROKE_OFF',
    'broken',
    `The connection to ${origin} broke off (${detail}).${doubt(request)}`,
    error,
  );
}

/** A write that was sent and not answered is the caller's to look into: asking again could do it twice. */
export function doubt({ method, operation }: WireRequest): string {
  return method === 'GET' ? '' : ` \`${operation}\` may or may not have been carried out.`;
}

function unreachable(message: string, cause: unknown): UpstreamFailure {
  return new UpstreamFailure('UNDERSTUDY_UPSTREAM_UNREACHABLE', 'unsent', message, cause);
}

/** Node tried every address of a name, and none took the connection. */
function isAggregate(error: unknown): boolean {
  return error instanceof AggregateError;
}
