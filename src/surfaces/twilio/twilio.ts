import type { FastifyInstance } from 'fastify';
import type { Capability } from '../../capability/capability.js';
import { addressOf } from '../../capability/surfaces.js';
import type { Log } from '../../core/log.js';
import type { Operation } from '../../core/operation.js';
import { addBodyParser, FORM_TYPE, formParser } from '../http/body.js';
import { readBasic } from '../http/credentials.js';
import { parseForm } from '../http/form.js';
import { groupByBasePath, httpRequestOf, type OperationRoute, serveOperations } from '../http/operation-routes.js';
import { createOriginOf } from '../http/origin.js';
import { addScope } from '../http/scope.js';
import { recordedHeaders, stampRequests } from '../http/twilio-headers.js';
import type { Surface } from '../surface.js';
import { guardsFor } from './guards.js';
import { serveMedia } from './media.js';
import { createRefusal, refuseOtherHosts, refuseOtherVersions, refuseUnrouted } from './other-apis.js';
import { forwardUnknownPaths } from './passthrough.js';
import { nativeRoute } from './routes.js';

/** Twilio's own paths, as the official SDKs call them: form bodies, Basic auth, Twilio's errors. */
export const twilioSurface: Surface = {
  name: 'twilio',
  async register({ http }, parts) {
    const { engine, readCallerContext } = parts;
    const originOf = createOriginOf(http, parts.publicUrl);
    const groups = groupByBasePath(nativeRoutes(parts.capability, http.log));
    const unknownPath = createRefusal(http, parts);
    refuseOtherHosts(http, unknownPath);
    const { passThrough } = parts;
    const forwardUnknownPath = passThrough && forwardUnknownPaths(http, parts, passThrough);
    if (forwardUnknownPath === undefined) {
      refuseUnrouted(http, unknownPath);
      await refuseOtherVersions(http, parts, unknownPath, [...groups.keys()]);
    }
    await serveMedia(http, parts);
    for (const [prefix, routes] of groups) {
      await addScope(http, prefix, (scope) => {
        const stamp = stampRequests(scope, parts.clock, parts.nextRequestId, recordedHeaders);
        const guards = guardsFor(parts);
        for (const guard of guards) scope.addHook('onRequest', guard);
        addBodyParsers(scope);
        serveOperations(scope, prefix, routes, {
          engine,
          direct: { guards, parserOf: formParser, stamp },
          unknownPath,
          forwardUnknownPath,
          callerOf: (request, reply) => {
            const credentials = readBasic(request.headers.authorization);
            const account = parts.readWorld(request, credentials);
            const { signal, requestId, trace, fault } = readCallerContext(request, reply);
            const origin = originOf(request);
            const message = httpRequestOf(request);
            // A copy of the context would take longer than reading it.
            return { surface: 'twilio', account, origin, credentials, http: message, signal, requestId, trace, fault };
          },
        });
      });
    }
  },
};

/**
 * The routes of each capability file. A request does not name the API, so when two APIs have the same path, only the
 * operation of the first file is served here. The other one is still served by the other surfaces.
 */
function nativeRoutes({ files }: Capability, log: Log): OperationRoute[][] {
  const served = new Map<string, Operation>();
  const isFirst = (operation: Operation): boolean => {
    const { id, method, path } = operation;
    const first = served.get(addressOf(method, path));
    if (first === undefined) served.set(addressOf(method, path), operation);
    else log.warn({ operation: id }, `\`${id}\` is not served at ${method} ${path}: \`${first.id}\` has the same path`);
    return first === undefined;
  };
  return files.map(({ operations }) => operations.filter(isFirst).map(nativeRoute));
}

/** Like Twilio, reads a body of any other content type as no parameters, but logs a warning. */
function addBodyParsers(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  addBodyParser(scope, FORM_TYPE, parseForm);
  addBodyParser(scope, '*', (bytes, { id, method, url, headers, log }) => {
    if (bytes.length === 0) return;
    const type = (headers['content-type'] ?? '(none)').slice(0, 100);
    log.warn(
      { reqId: id },
      `${method} ${url}: ignored a body of type ${type}, as Twilio does. Send it as ${FORM_TYPE}.`,
    );
  });
}
