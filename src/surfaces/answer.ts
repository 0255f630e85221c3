import type { FastifyInstance } from 'fastify';
import { createHmac, randomFillSync } from 'node:crypto';

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

/** Random bytes are fetched by the page: asking for sixteen at a time is slow. */
function randomIds(): RequestIds {
  const page = Buffer.alloc(4096);
  let used = page.length;
  return () => {
    if (used === page.length) {
      randomFillSync(page);
      used = 0;
    }
    used += 16;
    return `RQ${page.toString('hex', used - 16, used)}`;
  };
}

/** Gives every answer of a surface the headers by which Twilio names a request and its duration; live ones keep their own. */
export function nameRequests(scope: FastifyInstance, clock: { now(): number }, nextId: RequestIds): void {
  const started = new WeakMap<object, number>();
  scope.addHook('onRequest', (request, reply, done) => {
    started.set(request, clock.now());
    reply.header('twilio-request-id', nextId());
    done();
  });
  scope.addHook('onSend', (request, reply, _payload, done) => {
    const began = started.get(request);
    if (began !== undefined && !reply.hasHeader('twilio-request-duration')) {
      reply.header('twilio-request-duration', ((clock.now() - began) / 1000).toFixed(3));
    }
    done();
  });
}
