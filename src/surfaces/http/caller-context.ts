import type { Caller, CallerSignal } from '../../core/operation.js';
import { readBasic } from './credentials.js';
import type { OperationReply, OperationRequest } from './operation-request.js';

/** Caller fields that only some backends need: abort signal, request id, trace headers, requested fault, credentials. */
type CallerContext = Pick<Caller, 'signal' | 'requestId' | 'trace' | 'fault' | 'credentials'>;

/** Reads those fields from a request. */
export type ReadCallerContext = (request: OperationRequest, reply: OperationReply) => CallerContext;

export interface CallerContextOptions {
  /** The backend calls Twilio: read the abort signal, the request id and the trace headers. */
  readonly callsTwilio: boolean;
  /** The backend uses the caller's credentials: the simulator signs webhooks with the password. */
  readonly usesCredentials: boolean;
  /** Exchanges are traced: read the trace headers. */
  readonly isTraced: boolean;
}

/** Chooses the cheapest reader that reads what the backend needs. Every reader reads the fault that a request asks for. */
export function createCallerContextReader(options: CallerContextOptions): ReadCallerContext {
  if (options.callsTwilio) return readRemoteContext;
  const read = options.usesCredentials ? readCredentials : readFault;
  return options.isTraced ? (request, reply) => ({ trace: readTrace(request), ...read(request, reply) }) : read;
}

/** Reads nothing. */
export const readNoContext: ReadCallerContext = () => ({});

function faultOf({ headers: { 'understudy-fault': fault } }: OperationRequest): string | undefined {
  return typeof fault === 'string' ? fault : undefined;
}

const readFault: ReadCallerContext = (request) => ({ fault: faultOf(request) });

const readCredentials: ReadCallerContext = (request) => ({
  credentials: readBasic(request.headers.authorization),
  fault: faultOf(request),
});

const readRemoteContext: ReadCallerContext = (request, reply) => ({
  signal: new HangUpSignal(reply.raw),
  requestId: request.id,
  trace: readTrace(request),
  fault: faultOf(request),
});

const TRACE_HEADERS = ['traceparent', 'tracestate'];

function readTrace({ headers }: OperationRequest): Record<string, string> | undefined {
  let found: Record<string, string> | undefined;
  for (const name of TRACE_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') (found ??= {})[name] = value;
  }
  return found;
}

/** Aborts when the caller hangs up. Creating an AbortController for each request costs more than routing it. */
class HangUpSignal implements CallerSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  constructor(raw: OperationReply['raw']) {
    raw.once('close', () => {
      if (raw.writableFinished) return;
      this.aborted = true;
      for (const listener of this.#listeners) listener();
    });
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
