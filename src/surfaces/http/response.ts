import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHmac, randomFillSync } from 'node:crypto';
import type { Body } from '../../core/body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What its answer is named by, on a surface that names them. */
    naming?: Naming;
  }
}

/** An answer that is ready to be sent; the names of its headers are in lower case, its length is not yet among them. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Body | null;
}

/**
 * Writes an answer past fastify's own way of sending, which costs as much again as all that is done here, and would name
 * a `charset` that Twilio does not. No `onSend` hook sees it.
 */
export function writeAnswer(reply: FastifyReply, { status, headers, body }: Answer): void {
  const { raw } = reply;
  if (body === null) {
    if (status !== 204) headers['content-length'] = '0';
    raw.writeHead(status, headers).end();
  } else if (body.bytes !== undefined) {
    headers['content-length'] = String(body.bytes.length);
    raw.writeHead(status, headers).end(body.bytes);
  } else {
    const { text, isAscii = false } = body;
    headers['content-length'] = String(isAscii ? text.length : Buffer.byteLength(text));
    raw.writeHead(status, headers).end(text, isAscii ? 'latin1' : 'utf8');
  }
  reply.hijack();
}

/** Sends JSON text as bytes: a text would be sent with a `charset` that Twilio does not name. */
export function asBytes(text: string): Buffer {
  return Buffer.from(text);
}

/** Where `Twilio-Request-Id`s come from: the same seed gives the same ones in the same order. */
export type RequestIds = () => string;

export function createRequestIds(seed: string | undefined): RequestIds {
  if (seed === undefined) return randomIds();
  let count = 0;
  return () => `RQ${createHmac('sha256', seed).update(`request ${++count}`).digest('hex').slice(0, 32)}`;
}

/** Random digits are fetched by the page: asking for 32 at a time is slow. */
function randomIds(): RequestIds {
  const bytes = Buffer.alloc(4096);
  let digits = '';
  let used = 0;
  return () => {
    if (used === digits.length) {
      digits = randomFillSync(bytes).toString('hex');
      used = 0;
    }
    used += 32;
    return `RQ${digits.slice(used - 32, used)}`;
  };
}

/** The headers by which Twilio names a request and its duration. */
class Naming {
  readonly #began: number;

  constructor(
    readonly id: string,
    readonly clock: { now(): number },
  ) {
    this.#began = clock.now();
  }

  /** Seconds so far, as Twilio writes them. */
  get duration(): string {
    const milliseconds = this.clock.now() - this.#began;
    // Most are: `toFixed` takes a microsecond.
    return milliseconds === 0 ? '0.000' : (milliseconds / 1000).toFixed(3);
  }
}

/** Gives every answer of a surface these headers. */
export function stampRequests(scope: FastifyInstance, clock: { now(): number }, nextId: RequestIds): void {
  scope.decorateRequest('naming', undefined);
  scope.addHook('onRequest', (request, _reply, done) => {
    request.naming = new Naming(nextId(), clock);
    done();
  });
  scope.addHook('onSend', (request, reply, _payload, done) => {
    reply.headers(namesOf(request));
    done();
  });
}

export function namesOf({ naming }: FastifyRequest): Record<string, string> {
  if (naming === undefined) return {};
  return { 'twilio-request-id': naming.id, 'twilio-request-duration': naming.duration };
}
