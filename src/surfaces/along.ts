import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../operation.js';

/** What matters only where an answer takes its time: who waits for it, and by what name it is followed. */
export type Along = Pick<Caller, 'signal' | 'requestId' | 'trace'>;

/** Takes that from a request. */
export type BringAlong = (request: FastifyRequest, reply: FastifyReply) => Along;

/** For an answer that is there at once. */
export const bringNothing: BringAlong = () => ({});

const TRACE = ['traceparent', 'tracestate'];

export const bringAlong: BringAlong = ({ id, headers }, { raw }) => {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  const trace = TRACE.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : []));
  return { signal: controller.signal, requestId: id, trace: Object.fromEntries(trace) as Record<string, string> };
};
