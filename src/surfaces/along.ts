import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../operation.js';
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
  ...bringFault(request, reply),
  credentials: readBasic(request.headers.authorization),
});

const TRACE = ['traceparent', 'tracestate'];

function traceOf({ headers }: FastifyRequest): Record<string, string> {
  const found = TRACE.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : []));
  return Object.fromEntries(found) as Record<string, string>;
}

/** And the trace that a request is a part of. */
export function withTrace(bring: BringAlong): BringAlong {
  return (request, reply) => ({ ...bring(request, reply), trace: traceOf(request) });
}

export const bringAlong: BringAlong = (request, reply) => {
  const { id } = request;
  const { raw } = reply;
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return {
    ...bringFault(request, reply),
    signal: controller.signal,
    requestId: id,
    trace: traceOf(request),
  };
};
