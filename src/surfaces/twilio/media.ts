import type { FastifyInstance } from 'fastify';
import { mediaOperations } from '../../core/media.js';
import type { Form } from '../../core/operation.js';
import { ACCOUNT_SID } from '../../core/sids.js';
import { allowPages, readClientCaller, serveMediaSet } from '../client/media.js';
import { readBasic } from '../http/credentials.js';
import { basePath, httpRequestOf, serveOperations } from '../http/operation-routes.js';
import type { OperationRequest } from '../http/operation-request.js';
import { createOriginOf } from '../http/origin.js';
import { addScope } from '../http/scope.js';
import { MEDIA_PREFIX } from '../../core/twilio-hosts.js';
import { plainHeaders, stampRequests } from '../http/twilio-headers.js';
import { addUploadParser } from '../http/upload.js';
import type { Guard } from '../http/token-guard.js';
import type { SurfaceParts } from '../surface.js';
import { guardsFor } from './guards.js';
import { nativeRoute } from './routes.js';

/**
 * Serves media below a prefix: their paths are those of another host at Twilio, and may become paths of this one. Requests
 * for that host get the prefix when they arrive.
 */
export async function serveMedia(http: FastifyInstance, parts: SurfaceParts): Promise<void> {
  const originOf = createOriginOf(http, parts.publicUrl);

  const serve = (links: boolean) => {
    const routes = mediaOperations.filter(({ isPublic = false }) => isPublic === links).map(nativeRoute);
    const prefix = basePath(routes);
    return addScope(http, prefix, (scope) => {
      stampRequests(scope, parts.clock, parts.nextRequestId, plainHeaders);
      allowPages(scope);
      for (const guard of links ? [] : guardsFor(parts)) scope.addHook('onRequest', unlessClient(guard, parts));
      addUploadParser(scope);
      serveOperations(scope, prefix, routes, {
        engine: parts.engine,
        callerOf: (request, reply) => {
          const credentials = readBasic(request.headers.authorization);
          const account = links ? worldOfLink(request) : parts.readWorld(request, credentials);
          const context = parts.readCallerContext(request, reply);
          const message = httpRequestOf(request);
          const caller = { surface: 'twilio', account, credentials } as const;
          const client = links ? undefined : readClientCaller(request, parts);
          return { ...caller, origin: originOf(request), http: message, ...context, ...client };
        },
      });
    });
  };

  await serve(true);
  await serve(false);
  await serveMediaSet(http, parts, MEDIA_PREFIX, originOf);
}

/** A request with the access token of a client SDK needs no other credentials. */
function unlessClient(guard: Guard, parts: SurfaceParts): Guard {
  return (request, reply, done) =>
    readClientCaller(request, parts) === undefined ? guard(request, reply, done) : done();
}

/** A request without credentials names its world by the key of its signature. */
function worldOfLink({ query }: OperationRequest): string | undefined {
  const [key = ''] = (query as Form).get('Key-Pair-Id') ?? [];
  return ACCOUNT_SID.test(key) ? key : undefined;
}
