import type { FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher } from 'undici';
import { connectionHeaders } from '../../core/connection-headers.js';
import { UnderstudyError } from '../../core/errors.js';
import type { MaybePromise } from '../../core/maybe-promise.js';
import type { HereWorld, WorldElsewhere } from '../../core/shared-worlds.js';
import { DEADLINE, ELSEWHERE, FORWARDED } from './headers.js';

const CONNECT_MS = 1000;
/** Connections to each server. */
const CONNECTIONS = 128;
const PAUSE_MS = 25;
/** A longer body is not kept, so that its request cannot be repeated, in bytes. */
const KEPT_BODY = 1024 * 1024;

const NOT_FORWARDED = new Set<string>([...connectionHeaders, 'expect']);

export interface ForwardedRequest {
  readonly request: FastifyRequest;
  readonly raw: ServerResponse;
  readonly payload: NodeJS.ReadableStream;
  readonly port: 'rest' | 'mcp';
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly place: WorldElsewhere;
  /** Finds the world again. */
  readonly relocate: () => MaybePromise<HereWorld | WorldElsewhere | undefined>;
  /** Forgets where the world was. */
  readonly forget: () => void;
}

/** Sends requests to the servers that have their worlds. */
export class Forwarder {
  readonly #agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    connect: { timeout: CONNECT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  /** The number of forwarded requests. */
  total = 0;

  constructor(
    /** Names this server in forwarded requests. */
    readonly name: string,
    /** Where this server is reached, for worlds that have come here meanwhile. */
    readonly own: () => Readonly<Record<'rest' | 'mcp', string>> | undefined,
  ) {}

  close(): Promise<void> {
    return this.#agent.close();
  }

  /**
   * Forwards a request and writes the response. Tries again if the other server cannot have seen the request, or if the
   * request only reads.
   * @throws UnderstudyError if there is no response
   */
  async forward(forwarded: ForwardedRequest): Promise<void> {
    const { request, raw, deadline, relocate, forget, port } = forwarded;
    const left = new AbortController();
    raw.once('close', () => left.abort());
    const body = await readBody(forwarded);
    this.total += 1;
    let address: string | undefined = forwarded.place.address[port];
    let gone: AbortSignal | undefined = forwarded.place.gone;
    for (;;) {
      const timeLeft = Math.max(1, Math.ceil(deadline - performance.now()));
      const signal = AbortSignal.any([...(gone ? [gone] : []), left.signal, AbortSignal.timeout(timeLeft)]);
      const response = await this.#send(forwarded, address, body, signal).catch((error: unknown) => {
        if (left.signal.aborted) throw error;
        const isRepeatable = !(body instanceof Readable) && (isUnsent(error) || request.method === 'GET');
        if (!isRepeatable || performance.now() > deadline) throw lost(error);
        return undefined;
      });
      if (response !== undefined && response.headers[ELSEWHERE] === undefined) {
        return writeResponse(raw, response).catch((error: unknown) => {
          throw raw.headersSent ? error : lost(error);
        });
      }
      await response?.body.dump().catch(() => undefined);
      if (body instanceof Readable || performance.now() > deadline) throw lost(new Error('the world has moved'));
      forget();
      await new Promise((resolve) => void setTimeout(resolve, PAUSE_MS));
      const place = await relocate();
      if (place === undefined) throw lost(new Error('the world was deleted'));
      // The body has been read, so that this server, too, must get the request anew.
      if ('leave' in place) place.leave();
      gone = 'leave' in place ? undefined : place.gone;
      address = 'leave' in place ? this.own()?.[port] : place.address[port];
    }
  }

  async #send(
    { request, deadline }: ForwardedRequest,
    origin: string | undefined,
    body: Buffer | Readable | null,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    if (origin === undefined) throw new Error('the address of this server is not known yet');
    return this.#agent.request({
      origin,
      path: request.originalUrl,
      method: request.method,
      headers: {
        ...headersOf(request.headers, !(body instanceof Readable)),
        [FORWARDED]: this.name,
        [DEADLINE]: String(Math.max(1, Math.round(deadline - performance.now()))),
      },
      body,
      signal,
    });
  }
}

/** The body of a request, which can be sent again if it is not a stream. */
async function readBody({ request, payload }: ForwardedRequest): Promise<Buffer | Readable | null> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return null;
  if (length === undefined || Number(length) > KEPT_BODY) return payload as Readable;
  const chunks: Buffer[] = [];
  for await (const chunk of payload) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function headersOf(headers: IncomingHttpHeaders, hasLength: boolean): Record<string, string | string[]> {
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    // The length of a text that is kept is added again.
    if (value !== undefined && !NOT_FORWARDED.has(name) && !(hasLength && name === 'content-length'))
      sent[name] = value;
  }
  return sent;
}

/** In bytes. A shorter response is written at once. */
const WHOLE_RESPONSE = 256 * 1024;

async function writeResponse(
  raw: ServerResponse,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<void> {
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !NOT_FORWARDED.has(name)) sent[name] = value;
  }
  if (Number(headers['content-length'] ?? Infinity) > WHOLE_RESPONSE) {
    raw.writeHead(statusCode, sent);
    return pipeline(body, raw);
  }
  const bytes = Buffer.from(await body.arrayBuffer());
  raw.writeHead(statusCode, sent).end(bytes);
}

/** Whether the other server cannot have seen the request. */
function isUnsent(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
}

function lost(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_CONFIRMED',
    `The server that has the world was lost before it answered (${(cause as Error).message}). Read the records to see ` +
      'whether a change was made, before you repeat the request.',
    { cause, retryAfter: 1 },
  );
}
