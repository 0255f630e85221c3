import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { isOtherTwilioHost } from '../../core/twilio-hosts.js';
import { memoize } from '../../util/memoize.js';
import { CONTROL_BASE } from '../control/paths.js';
import { readBasic } from '../http/credentials.js';
import { hostName } from '../http/host-guard.js';
import { httpRequestOf } from '../http/operation-routes.js';
import { requestPath } from '../http/request-path.js';
import { createOriginOf } from '../http/origin.js';
import { headersForJournal } from '../http/response.js';
import { addScope } from '../http/scope.js';
import { passes } from '../http/token-guard.js';
import { recordedHeaders, stampRequests } from '../http/twilio-headers.js';
import type { SurfaceParts } from '../surface.js';
import { guardsFor } from './guards.js';

/** Versions in paths of Twilio: the later version of this API, and the API of messages and calls. */
const VERSIONS = ['/v2', '/2010-04-01'];

const MAX_PATH_LENGTH = 2000;

/** Names the error in a response, so that a client that hides bodies shows it too. */
export const ERROR_HEADER = 'understudy-error';

/** Returns the error for a request that no operation answers, after it has reported the request. */
export type RefuseUnserved = (request: FastifyRequest, reply: FastifyReply) => UnderstudyError;

/** Refuses other hosts of Twilio. */
export function refuseOtherHosts(http: FastifyInstance, refuse: RefuseUnserved): void {
  const isOther = memoize((host) => isOtherTwilioHost(hostName(host)));
  http.direct.addGate(({ headers }) => !isOther(headers.host ?? ''));
  http.addHook('onRequest', (request, reply, done) => {
    if (isOther(request.headers.host ?? '')) throw refuse(request, reply);
    done();
  });
}

/**
 * Refuses paths of other versions, unless operations are served there: Twilio may answer them, but no capability file
 * describes them. A 404 would look as if a record did not exist.
 */
export async function refuseOtherVersions(
  http: FastifyInstance,
  parts: SurfaceParts,
  refuse: RefuseUnserved,
  served: readonly string[],
): Promise<void> {
  for (const prefix of VERSIONS) {
    if (served.some((base) => base === prefix || base.startsWith(`${prefix}/`))) continue;
    await addScope(http, prefix, (scope) => {
      stampRequests(scope, parts.clock, parts.nextRequestId, recordedHeaders);
      // Before a body is parsed, whatever its type.
      scope.addHook('onRequest', (request, reply) => {
        throw refuse(request, reply);
      });
      for (const url of ['', '/*']) scope.all(url, () => undefined);
    });
  }
}

/**
 * Refuses paths that no surface has, such as `/Services` without a version, if the caller sends Twilio's credentials: then it
 * expects that Twilio would answer.
 */
export function refuseUnrouted(http: FastifyInstance, refuse: RefuseUnserved): void {
  http.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 || isOwnPath(http, request)) return done();
    const { account, key } = readBasic(request.headers.authorization) ?? {};
    if (account === undefined && key === undefined) return done();
    throw refuse(request, reply);
  });
}

/**
 * Whether a path is that of a control or of an operation (it may have no route for methods that Fastify does not know), or no
 * path at all, as in `OPTIONS *`.
 */
export function isOwnPath({ methodLookups }: FastifyInstance, { url }: FastifyRequest): boolean {
  const path = requestPath(url);
  if (!path.startsWith('/') || path === CONTROL_BASE || path.startsWith(`${CONTROL_BASE}/`)) return true;
  return methodLookups.some((methodsAt) => methodsAt(path).length > 0);
}

export function createRefusal(http: FastifyInstance, parts: SurfaceParts): RefuseUnserved {
  const { reportUnserved, publicUrl } = parts;
  const originOf = createOriginOf(http, publicUrl);
  const mayBeReported = createTrustCheck(parts);
  return (request, reply) => {
    const { host = '' } = request.headers;
    const path = requestPath(request.url).slice(0, MAX_PATH_LENGTH);
    const name = hostName(host);
    const message = isOtherTwilioHost(name)
      ? `${name}${path} is not simulated, and was not sent to Twilio. To send it: \`understudy exec --allow-twilio ${name}\`.`
      : `${path} is not simulated: no capability file describes it. See "Limits" in the README.`;
    const error = new UnderstudyError('UNDERSTUDY_NOT_SIMULATED', message);
    const headers = { [ERROR_HEADER]: error.name };
    reply.headers(headers);
    if (!mayBeReported(request)) return error;
    const sent = httpRequestOf(request);
    sent.responseHeaders = headersForJournal(headers);
    const account = parts.readWorld(request);
    reportUnserved({ surface: 'twilio', account, origin: originOf(request), http: sent, requestId: request.id }, error);
    return error;
  };
}

/** These requests are refused before anybody has checked who sends them. Strangers must not fill the log and the journal. */
function createTrustCheck(parts: SurfaceParts): (request: FastifyRequest) => boolean {
  const guards = parts.token === undefined ? [] : guardsFor(parts);
  return (request) => guards.every((guard) => passes(guard, request));
}
