import { addJsonAndFormParsers, jsonOrFormParser } from '../http/body.js';
import { groupByBasePath, httpRequestOf, serveOperations } from '../http/operation-routes.js';
import { createOriginOf } from '../http/origin.js';
import { addScope } from '../http/scope.js';
import { sendJson } from '../http/response.js';
import { createTokenGuard } from '../http/token-guard.js';
import { ownHeaders, stampRequests } from '../http/twilio-headers.js';
import type { Surface } from '../surface.js';
import { describeRest } from './openapi.js';

/** The capability's own routes, with JSON or form bodies, and their OpenAPI description at `/openapi.json`. */
export const restSurface: Surface = {
  name: 'rest',
  async register({ http }, parts) {
    const { engine, readCallerContext, readWorld } = parts;
    const originOf = createOriginOf(http, parts.publicUrl);
    const guard = createTokenGuard(parts.token);
    for (const [prefix, routes] of groupByBasePath(parts.capability.files.map((file) => file.routes))) {
      await addScope(http, prefix, (scope) => {
        const stamp = stampRequests(scope, parts.clock, parts.nextRequestId, ownHeaders);
        scope.addHook('onRequest', guard);
        addJsonAndFormParsers(scope);
        serveOperations(scope, prefix, routes, {
          engine,
          direct: { guards: [guard], parserOf: jsonOrFormParser, stamp },
          callerOf(request, reply) {
            const { credentials, signal, requestId, trace, fault } = readCallerContext(request, reply);
            const account = readWorld(request, credentials);
            const origin = originOf(request);
            const message = httpRequestOf(request);
            return { surface: 'rest', account, origin, credentials, http: message, signal, requestId, trace, fault };
          },
        });
      });
    }
    let description: unknown;
    http.get('/openapi.json', { onRequest: guard }, (_request, reply) => {
      description ??= describeRest(parts);
      return sendJson(reply, description);
    });
  },
};
