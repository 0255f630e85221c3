import type { FastifyInstance } from 'fastify';
import type { NextRequestId } from './request-ids.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on surfaces that call `stampRequests`. */
    stamp?: RequestStamp | undefined;
  }
}

/** The headers that a surface adds to all of its responses, besides those of the request. */
export interface SurfaceHeaders {
  /** The content type of JSON. */
  readonly json: string;
  readonly others: Readonly<Record<string, string>>;
  /** Both as lines of a response's head. */
  readonly lines: string;
}

function surfaceHeaders(json: string, others: SurfaceHeaders['others']): SurfaceHeaders {
  const all = Object.entries({ ...others, 'content-type': json });
  return { json, others, lines: all.map(([name, value]) => `${name}: ${value}\r\n`).join('') };
}

export const plainHeaders = surfaceHeaders('application/json', {});

/** On surfaces that Twilio does not have: no cache keeps the data of callers, and no browser guesses another type. */
export const ownHeaders = surfaceHeaders('application/json', {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** As recorded on Twilio's host until March 2026, when it no longer sent `Access-Control-*` headers. */
export const recordedHeaders = surfaceHeaders('application/json;charset=utf-8', {
  vary: 'Accept-Encoding, Origin',
  'strict-transport-security': 'max-age=31536000',
  // Requests are answered one at a time, so the count does not depend on chance.
  'twilio-concurrent-requests': '1',
  'x-home-region': 'us1',
  'x-api-domain': 'conversations.twilio.com',
  'x-powered-by': 'AT-5000',
  'x-shenanigans': 'none',
});

const shortDurations = Array.from({ length: 100 }, (_, milliseconds) => (milliseconds / 1000).toFixed(3));

/** A request's id and start time, for the headers `Twilio-Request-Id` and `Twilio-Request-Duration`. */
export class RequestStamp {
  readonly #startedAt: number;

  constructor(
    readonly id: string,
    readonly surface: SurfaceHeaders,
    readonly clock: { now(): number },
  ) {
    this.#startedAt = clock.now();
  }

  /** Seconds since the request arrived, with three decimals as in Twilio's header. */
  get duration(): string {
    const milliseconds = this.clock.now() - this.#startedAt;
    // `toFixed` is slow, and most requests take a few milliseconds.
    return shortDurations[milliseconds] ?? (milliseconds / 1000).toFixed(3);
  }
}

/** Adds Twilio's request headers, and those of the surface, to every response. @returns what makes the stamp of a request */
export function stampRequests(
  scope: FastifyInstance,
  clock: { now(): number },
  nextId: NextRequestId,
  surface: SurfaceHeaders,
): () => RequestStamp {
  const stamp = (): RequestStamp => new RequestStamp(nextId(), surface, clock);
  scope.decorateRequest('stamp', undefined);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.stamp = stamp();
    done();
  });
  scope.addHook('onSend', (request, reply, _payload, done) => {
    reply.headers(twilioHeaders(request));
    if (reply.getHeader('content-type') === plainHeaders.json) reply.header('content-type', surface.json);
    done();
  });
  return stamp;
}

/** The headers for a response to this request; empty on surfaces that do not stamp requests. */
export function twilioHeaders({ stamp }: { readonly stamp?: RequestStamp | undefined }): Record<string, string> {
  return stamp === undefined ? {} : headersOf(stamp, stamp.duration);
}

/** The same for a stamped request, with a duration that is known. */
export function headersOf(
  { id, surface }: Pick<RequestStamp, 'id' | 'surface'>,
  duration: string,
): Record<string, string> {
  return { [ID]: id, [DURATION]: duration, ...surface.others };
}

/** The lines of the head of a response with JSON, as far as its body and status do not determine them. */
export function headLinesOf({ id, surface }: RequestStamp, duration: string): string {
  return `${ID}: ${id}\r\n${DURATION}: ${duration}\r\n${surface.lines}`;
}

const ID = 'twilio-request-id';
const DURATION = 'twilio-request-duration';
