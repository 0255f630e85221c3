import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NextRequestId } from './request-ids.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on surfaces that call `stampRequests`. */
    stamp?: RequestStamp;
  }
}

/** The headers that a surface adds to all of its responses, besides those of the request. */
export interface SurfaceHeaders {
  /** The content type of JSON. */
  readonly json: string;
  readonly others: Readonly<Record<string, string>>;
}

export const plainHeaders: SurfaceHeaders = { json: 'application/json', others: {} };

/** As recorded on Twilio's host until March 2026, when it no longer sent `Access-Control-*` headers. */
export const recordedHeaders: SurfaceHeaders = {
  json: 'application/json;charset=utf-8',
  others: {
    vary: 'Accept-Encoding, Origin',
    'strict-transport-security': 'max-age=31536000',
    'x-home-region': 'us1',
    'x-api-domain': 'conversations.twilio.com',
    'x-powered-by': 'AT-5000',
    'x-shenanigans': 'none',
  },
};

/** The requests of a surface that have no response yet. */
interface InFlight {
  count: number;
}

/** A request's id, start time and concurrency, for the headers `Twilio-Request-Id`, `…-Duration` and `Twilio-Concurrent-Requests`. */
class RequestStamp {
  readonly #startedAt: number;
  #isAnswered = false;

  constructor(
    readonly id: string,
    readonly surface: SurfaceHeaders,
    readonly clock: { now(): number },
    readonly inFlight: InFlight,
  ) {
    this.#startedAt = clock.now();
    inFlight.count += 1;
  }

  /** The number of requests in flight, with this one. Every request gets a response, so reading it ends this one. */
  concurrency(): string {
    const { inFlight } = this;
    const count = this.#isAnswered ? inFlight.count + 1 : inFlight.count;
    if (!this.#isAnswered) inFlight.count -= 1;
    this.#isAnswered = true;
    return String(count);
  }

  /** Seconds since the request arrived, with three decimals as in Twilio's header. */
  get duration(): string {
    const milliseconds = this.clock.now() - this.#startedAt;
    // Most requests take less than a millisecond, and `toFixed` is slow.
    return milliseconds === 0 ? '0.000' : (milliseconds / 1000).toFixed(3);
  }
}

/** Adds Twilio's request headers, and those of the surface, to every response. */
export function stampRequests(
  scope: FastifyInstance,
  clock: { now(): number },
  nextId: NextRequestId,
  surface = plainHeaders,
): void {
  const inFlight: InFlight = { count: 0 };
  scope.decorateRequest('stamp', undefined);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.stamp = new RequestStamp(nextId(), surface, clock, inFlight);
    done();
  });
  scope.addHook('onSend', (request, reply, _payload, done) => {
    reply.headers(twilioHeaders(request));
    if (reply.getHeader('content-type') === plainHeaders.json) reply.header('content-type', surface.json);
    done();
  });
}

/** The headers for a response to this request; empty on surfaces that do not stamp requests. */
export function twilioHeaders({ stamp }: FastifyRequest): Record<string, string> {
  if (stamp === undefined) return {};
  return {
    'twilio-request-id': stamp.id,
    'twilio-request-duration': stamp.duration,
    'twilio-concurrent-requests': stamp.concurrency(),
    ...stamp.surface.others,
  };
}
