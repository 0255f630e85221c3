import type { FastifyInstance } from 'fastify';
import type { Capability } from '../../capability/capability.js';
import { addressOf } from '../../capability/surfaces.js';
import type { Log } from '../../core/log.js';
import type { Operation } from '../../core/operation.js';
import { addBodyParser, FORM_TYPE, parseForm } from '../http/body.js';
import { readBasic, readWorld } from '../http/credentials.js';
import { groupByBasePath, type OperationRoute, serveOperations } from '../http/operation-routes.js';
import { createOriginOf } from '../http/origin.js';
import { RefusalError, unauthenticated } from '../http/refusal.js';
import { createSecretCheck, createTokenGuard, type Guard } from '../http/token-guard.js';
import { recordedHeaders, stampRequests } from '../http/twilio-headers.js';
import type { Surface, SurfaceParts } from '../surface.js';
import { refuseOtherApis } from './other-apis.js';

/** Twilio's own paths, as the official SDKs call them: form bodies, Basic auth, Twilio's errors. */
export const twilioSurface: Surface = {
  name: 'twilio',
  async register({ http }, parts) {
    const { engine, readCallerContext } = parts;
    const originOf = createOriginOf(http, parts.publicUrl);
    const groups = groupByBasePath(nativeRoutes(parts.capability, http.log));
    await refuseOtherApis(http, parts, [...groups.keys()]);
    for (const [prefix, routes] of groups) {
      await http.register(
        (scope, _options, done) => {
          stampRequests(scope, parts.clock, parts.nextRequestId, recordedHeaders);
          for (const guard of guardsFor(parts)) scope.addHook('onRequest', guard);
          addBodyParsers(scope);
          serveOperations(scope, prefix, routes, {
            engine,
            callerOf: (request, reply) => {
              const credentials = readBasic(request.headers.authorization);
              const account = readWorld(request, credentials);
              const context = readCallerContext(request, reply);
              return { surface: 'twilio', account, origin: originOf(request), credentials, ...context };
            },
          });
          done();
        },
        { prefix },
      );
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

function nativeRoute(operation: Operation): OperationRoute {
  const inputs = new Map(operation.parameters.map(({ name }) => [name, name]));
  return { method: operation.method, path: operation.path, operation, inputs };
}

/**
 * With `passCredentials`, Twilio checks the password, and the token is read from its header. Otherwise the token and the
 * auth token are accepted as passwords; if neither is set, any password but an empty one is.
 */
function guardsFor({ passCredentials, token, authToken }: SurfaceParts): Guard[] {
  if (passCredentials) return [createBasicGuard([]), createTokenGuard(token, { headerOnly: true })];
  return [createBasicGuard([token, authToken].filter((secret) => secret !== undefined))];
}

const USER = /^(?:AC|SK)[0-9a-fA-F]{32}$/;

function createBasicGuard(passwords: readonly string[]): Guard {
  const isPassword = passwords.length === 0 ? (password: string) => password !== '' : createSecretCheck(passwords);
  return (request, _reply, done) => {
    const basic = readBasic(request.headers.authorization);
    if (basic === undefined || !USER.test(basic.user) || !isPassword(basic.password)) {
      throw new RefusalError(unauthenticated());
    }
    done();
  };
}

/** Like Twilio, reads a body of any other content type as no parameters, but logs a warning. */
function addBodyParsers(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  addBodyParser(scope, FORM_TYPE, parseForm);
  addBodyParser(scope, '*', (text, { id, method, url, headers, log }) => {
    if (text === '') return;
    const type = (headers['content-type'] ?? '(none)').slice(0, 100);
    log.warn(
      { reqId: id },
      `${method} ${url}: ignored a body of type ${type}, as Twilio does. Send it as ${FORM_TYPE}.`,
    );
  });
}
