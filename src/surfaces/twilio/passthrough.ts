import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import type { Caller, Outcome, RawRequest } from '../../core/operation.js';
import { nameOfRequest } from '../../core/passthrough.js';
import { memoize } from '../../util/memoize.js';
import { BODY_LIMIT, collectBytes } from '../http/body.js';
import { createConnectionFault } from '../http/connection-fault.js';
import { readBasic } from '../http/credentials.js';
import { hostName } from '../http/host-guard.js';
import { httpRequestOf } from '../http/operation-routes.js';
import { createOriginOf } from '../http/origin.js';
import { headersForJournal, writeResponse } from '../http/response.js';
import type { SurfaceParts } from '../surface.js';
import { guardsFor } from './guards.js';
import { ERROR_HEADER, isOwnPath } from './other-apis.js';

/** Forwards a request that no operation describes. */
export type PassThrough = NonNullable<SurfaceParts['passThrough']>;

/**
 * Forwards requests for paths that neither an operation nor another surface has: those that have no route at all, and, by the
 * returned hook, those below the paths of operations. They are read as bytes, before a parser could change them.
 */
export function forwardUnknownPaths(
  http: FastifyInstance,
  parts: SurfaceParts,
  passThrough: PassThrough,
): onRequestHookHandler {
  const guards = guardsFor(parts);
  const originOf = createOriginOf(http, parts.publicUrl);
  const baseUriOf = createBaseUriOf(parts);
  const applyConnectionFault = createConnectionFault(http);

  const callerOf = (request: FastifyRequest, reply: FastifyReply): Caller => {
    const credentials = readBasic(request.headers.authorization);
    return {
      surface: 'twilio',
      account: parts.readWorld(request, credentials),
      origin: originOf(request),
      credentials,
      http: httpRequestOf(request),
      ...parts.readCallerContext(request, reply),
    };
  };

  const forward: onRequestHookHandler = (request, reply, done) => {
    const fail = (error: unknown): void => {
      if (error instanceof UnderstudyError) {
        http.log.warn({ reqId: request.id }, error.message);
        reply.header(ERROR_HEADER, error.name);
      }
      done(error as Error);
    };
    for (const guard of guards) guard(request, reply, () => undefined);
    checkTarget(request);
    const caller = callerOf(request, reply);
    const send = ({ result }: Outcome): void => {
      const { status, body, content, connectionFault } = result;
      const response = { status, headers: { ...result.headers }, body, content };
      if (caller.http !== undefined) caller.http.responseHeaders = headersForJournal(response.headers);
      if (connectionFault === undefined) return writeResponse(reply, response);
      applyConnectionFault(reply, connectionFault, response);
    };
    collectBytes(request.raw, BODY_LIMIT, (tooLarge, bytes) => {
      if (tooLarge !== undefined) return done(tooLarge);
      const { method, url: target, headers } = request;
      const raw: RawRequest = { method, target, headers, body: bytes.length === 0 ? null : bytes };
      Promise.resolve()
        .then(() => passThrough(raw, baseUriOf(request), caller))
        .then(send)
        .catch(fail);
    });
  };

  http.addHook('onRequest', function forwardUnrouted(request, reply, done) {
    if (!request.is404 || isOwnPath(http, request)) done();
    else forward.call(this, request, reply, done);
  });
  return forward;
}

/**
 * A dot segment changes the path, also when it is percent-encoded: Twilio may read `/v1/Services/IS…/Users/..` as the service.
 * @throws UnderstudyError
 */
function checkTarget(request: FastifyRequest): void {
  const [path = ''] = request.url.split('?', 1);
  const plain = path.replaceAll(/%2e/gi, '.').replaceAll(/%2f|%5c|\\/gi, '/');
  if (path.startsWith('/') && !plain.split('/').some((segment) => segment === '.' || segment === '..')) return;
  const { method, url } = request;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    `\`${nameOfRequest({ method, target: url })}\` was not forwarded: its path must begin with a ` +
      'slash, and must not contain the segments `.` and `..`.',
  );
}

/** The API that a request is for: the one whose host it names, else that of the first capability file. */
function createBaseUriOf({ capability: { files } }: SurfaceParts): (request: FastifyRequest) => string {
  const named = memoize(
    (host) => files.find(({ baseUri }) => new URL(baseUri).hostname === hostName(host))?.baseUri ?? files[0].baseUri,
  );
  return ({ headers: { host = '' } }) => named(host);
}
