import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NextRequestId } from './request-ids.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on surfaces that call `stampRequests`. */
    stamp?: RequestStamp;
  }
}

/** A request's id and start time, for the headers `Twilio-Request-Id` and `Twilio-Request-Duration`. */
class RequestStamp {
  readonly #startedAt: number;

  constructor(
    readonly id: string,
    readonly clock: { now(): number },
  ) {
    this.#startedAt = clock.now();
  }

  /** Seconds since the request arrived, with three decimals as in Twilio's header. */
  get duration(): string {
    const milliseconds = this.clock.now() - this.#startedAt;
    // Most requests take less than a millisecond, and `toFixed` is slow.
    return milliseconds === 0 ? '0.000' : (milliseconds / 1000).toFixed(3);
  }
}

/** Adds Twilio's request headers to every response of a surface. */
export function stampRequests(scope: FastifyInstance, clock: { now(): number }, nextId: NextRequestId): void {
  scope.decorateRequest('stamp', undefined);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.stamp = new RequestStamp(nextId(), clock);
    done();
  });
  scope.addHook('onSend', (request, reply, _payload, done) => {
    reply.headers(twilioHeaders(request));
    done();
  });
}

/** Twilio's request headers for a response to this request; empty on surfaces that do not stamp requests. */
export function twilioHeaders({ stamp }: FastifyRequest): Record<string, string> {
  if (stamp === undefined) return {};
  return { 'twilio-request-id': stamp.id, 'twilio-request-duration': stamp.duration };
}
