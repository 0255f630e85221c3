import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { bodyOf } from '../../core/body.js';
import type { Form } from '../../core/operation.js';
import { BODY_LIMIT, collectBytes, type FindParser } from './body.js';
import { parseQuery } from './form.js';
import type { GuardedRequest, OperationReply, OperationRequest } from './operation-request.js';
import { logFailure, refusalFor } from './refusal.js';
import { writeResponse } from './response.js';
import { type Guard, passes } from './token-guard.js';
import { type RequestStamp, twilioHeaders } from './twilio-headers.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly direct: DirectRequests;
  }
}

/** Answers a request whose body has been read. Throws, or rejects, if it is refused. */
type Answer = (request: OperationRequest, reply: OperationReply) => void | Promise<void>;

/** What answers requests below a path without Fastify. */
export interface DirectRoutes {
  /** The requests are those at this path and below it. */
  readonly base: string;
  /** Let the same requests pass as those that Fastify calls. */
  readonly guards: readonly Guard[];
  readonly parserOf: FindParser;
  readonly stamp: () => RequestStamp;
  /** Undefined if Fastify must answer. */
  find(method: string, url: string): Answer | undefined;
}

/** A longer target may have a part that Fastify refuses, in characters. */
const MAX_TARGET = 2000;
/** Fastify decodes these, or refuses them. */
const UNUSUAL = /[%#\\]/;

/**
 * Answers the usual requests of operations before Fastify sees them: with a known path, an accepted caller, and a body of a
 * usual type. Fastify answers all others, and gives the reasons for a refusal, so this only asks whether a request passes.
 * Fastify's objects for the request and its reply, its listeners, hooks and router take a tenth of the processor time of a
 * read.
 */
class DirectRequests {
  readonly #gates: ((request: GuardedRequest) => boolean)[] = [];
  #routes: readonly DirectRoutes[] = [];
  #isOpen = true;

  constructor(
    readonly log: FastifyBaseLogger,
    readonly nextId: () => string,
  ) {}

  /** Adds a condition of all requests. To be called for each hook of the whole server that may refuse one. */
  addGate(passesGate: (request: GuardedRequest) => boolean): void {
    this.#gates.push(passesGate);
  }

  addRoutes(routes: DirectRoutes): void {
    // The longest base first, as Fastify finds them.
    this.#routes = [...this.#routes, routes].sort((one, other) => other.base.length - one.base.length);
  }

  /** From now on, Fastify answers all requests. */
  close(): void {
    this.#isOpen = false;
  }

  /** Returns whether the request is answered here. */
  serve(raw: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '', headers } = raw;
    if (!this.#isOpen || url.length > MAX_TARGET || UNUSUAL.test(url)) return false;
    const routes = this.#routesFor(url);
    const answer = routes?.find(method, url);
    if (routes === undefined || answer === undefined) return false;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const parse = hasBody ? routes.parserOf(headers['content-type'] ?? '') : undefined;
    if (hasBody && (parse === undefined || method !== 'POST')) return false;
    const request = new DirectRequest(raw, method, url, this.nextId);
    for (const gate of this.#gates) if (!gate(request)) return false;
    for (const guard of routes.guards) if (!passes(guard, request)) return false;

    request.stamp = routes.stamp();
    const reply = new DirectReply(response);
    if (parse === undefined) {
      this.#answer(answer, request, reply);
      return true;
    }
    collectBytes(raw, BODY_LIMIT, (error, bytes) => {
      if (error !== undefined) return this.#refuse(error, request, reply, closing);
      try {
        request.body = parse(bytes);
      } catch (refusal) {
        return this.#refuse(refusal, request, reply, closing);
      }
      this.#answer(answer, request, reply);
    });
    return true;
  }

  #routesFor(url: string): DirectRoutes | undefined {
    for (const routes of this.#routes) if (isBelow(url, routes.base)) return routes;
    return undefined;
  }

  #answer(answer: Answer, request: DirectRequest, reply: DirectReply): void {
    try {
      const answered = answer(request, reply);
      if (answered !== undefined) answered.catch((error: unknown) => this.#refuse(error, request, reply));
    } catch (error) {
      this.#refuse(error, request, reply);
    }
  }

  #refuse(error: unknown, request: DirectRequest, reply: DirectReply, headers: Headers = {}): void {
    logFailure(error, this.log, request.id);
    if (reply.raw.headersSent) return void reply.raw.destroy();
    const { status, body, headers: ofRefusal } = refusalFor(error);
    const usual = { ...twilioHeaders(request), 'content-type': request.stamp?.surface.json ?? '' };
    writeResponse(reply, { status, headers: { ...usual, ...headers, ...ofRefusal }, body: bodyOf(body) });
  }
}

type Headers = Readonly<Record<string, string>>;

/** A body that cannot be used may not have been read completely. Fastify does the same. */
const closing: Headers = { connection: 'close' };

class DirectRequest implements OperationRequest {
  readonly headers: IncomingMessage['headers'];
  body: unknown;
  stamp: RequestStamp | undefined;
  #id: string | undefined;

  constructor(
    readonly raw: IncomingMessage,
    readonly method: string,
    readonly url: string,
    readonly nextId: () => string,
  ) {
    this.headers = raw.headers;
  }

  get socket(): IncomingMessage['socket'] {
    return this.raw.socket;
  }

  get id(): string {
    return (this.#id ??= this.nextId());
  }

  get query(): Form {
    const start = this.url.indexOf('?');
    return parseQuery(start === -1 ? '' : this.url.slice(start + 1));
  }
}

class DirectReply implements OperationReply {
  constructor(readonly raw: ServerResponse) {}

  hijack(): void {
    // Nobody else writes a response.
  }
}

function isBelow(url: string, base: string): boolean {
  if (!url.startsWith(base)) return false;
  const next = url[base.length];
  return next === '/' || next === '?' || next === undefined;
}

/** Lets requests be answered before a server's Fastify sees them. @param nextId makes the id of a request */
export function serveDirectly(app: FastifyInstance, nextId: () => string): void {
  const direct = new DirectRequests(app.log, nextId);
  app.decorate('direct', direct);
  app.addHook('preClose', (done) => {
    direct.close();
    done();
  });
  const { server } = app;
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (direct.serve(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
