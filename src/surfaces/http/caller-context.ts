import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, CallerSignal } from '../../core/operation.js';
import { readBasic } from './credentials.js';

/** What only some backends ask of a caller. Where an answer takes its time: who waits for it, and by what name it is followed. */
export type Along = Pick<Caller, 'signal' | 'requestId' | 'trace' | 'fault' | 'credentials'>;

/** Takes that from a request. */
export type BringAlong = (request: FastifyRequest, reply: FastifyReply) => Along;

/** For an answer that is there at once. */
export const bringNothing: BringAlong = () => ({});

/** For every backend: the fault that a request asks for. */
export const bringFault: BringAlong = ({ headers: { 'understudy-fault': fault } }) =>
  typeof fault === 'string' ? { fault } : {};

/** For the simulator, which signs webhooks by the password that its callers know. */
export const bringCredentials: BringAlong = (request, reply) => ({
  credentials: readBasic(request.headers.authorization),
  ...bringFault(request, reply),
});

const TRACE = ['traceparent', 'tracestate'];

function traceOf({ headers }: FastifyRequest): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of TRACE) {
    const value = headers[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

/** And the trace that a request is a part of. */
export function withTrace(bring: BringAlong): BringAlong {
  return (request, reply) => ({ trace: traceOf(request), ...bring(request, reply) });
}

/** Tells that a caller hung up, by the connection itself: an AbortController takes longer to make than a route to find. */
class HangUp implements CallerSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  constructor(raw: FastifyReply['raw']) {
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

export const readCallerContext: BringAlong = (request, reply) => ({
  signal: new HangUp(reply.raw),
  requestId: request.id,
  trace: traceOf(request),
  ...bringFault(request, reply),
});
