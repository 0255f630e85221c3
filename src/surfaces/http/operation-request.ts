import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestStamp } from './twilio-headers.js';

/** What decides whether a request may pass. */
export interface GuardedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly raw: { readonly rawHeaders: readonly string[] };
}

/** A request for an operation. Fastify's requests are such requests. */
export interface OperationRequest extends GuardedRequest {
  /** Names the request in the log. */
  readonly id: string;
  /** A `Form`. */
  readonly query: unknown;
  /** As the parser of its content type returned it. */
  readonly body: unknown;
  readonly stamp?: RequestStamp | undefined;
}

/** Its response, which is written to the raw one. */
export interface OperationReply {
  readonly raw: ServerResponse;
  /** Says that the response is written by others. */
  hijack(): unknown;
}
