/** Media of the client SDKs: real HTTP requests with the access token in a header, also from web pages. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isJsonObject, type Json } from '../../core/body.js';
import { errorBody } from '../../core/errors.js';
import { mediaOperations } from '../../core/media.js';
import type { Caller } from '../../core/operation.js';
import { httpRequestOf } from '../http/operation-routes.js';
import { RefusalError } from '../http/refusal.js';
import { addScope } from '../http/scope.js';
import type { SurfaceParts } from '../surface.js';
import { textOf } from './requests/request.js';

const HEADER = 'x-twilio-token';
const MAX_SET = 100;

type ClientCaller = Pick<Caller, 'surface' | 'account' | 'user'>;

/**
 * The caller of a request with an access token; undefined if it has none.
 * @throws RefusalError if the token is refused
 */
export function readClientCaller(
  { headers }: { readonly headers: IncomingHttpHeaders },
  { clients }: Pick<SurfaceParts, 'clients'>,
): ClientCaller | undefined {
  const { [HEADER]: text } = headers;
  if (text === undefined || clients === undefined) return undefined;
  const token = clients.tokens.check(text);
  if ('status' in token) {
    const { status, code, message } = token;
    const body = errorBody(code, message, `https://www.twilio.com/docs/errors/${code}`, status);
    throw new RefusalError({ status, body });
  }
  const { account, identity, serviceSid } = token;
  return { surface: 'client', account, user: { identity, serviceSid } };
}

/** Lets web pages call these routes. The host guard has already refused pages of other sites. */
export function allowPages(scope: FastifyInstance): void {
  scope.addHook('onRequest', ({ method, headers: { origin } }, reply, done) => {
    if (origin !== undefined) {
      // On the raw response, because the answers of operations are written there.
      reply.raw.setHeader('access-control-allow-origin', origin);
      reply.raw.setHeader('vary', 'origin');
    }
    if (method !== 'OPTIONS' || origin === undefined) return done();
    reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, OPTIONS')
      .header('access-control-allow-headers', `${HEADER}, content-type`)
      .header('access-control-max-age', '600')
      .send();
  });
}

/** Serves what only client SDKs ask for: the records of several files at once. */
export async function serveMediaSet(
  http: FastifyInstance,
  parts: SurfaceParts,
  prefix: string,
  originOf: (request: FastifyRequest) => string,
): Promise<void> {
  const fetch = mediaOperations.find(({ noun, verb }) => noun === 'Media' && verb === 'fetch');
  await addScope(http, prefix, (scope) => {
    allowPages(scope);
    scope.post('/v1/Services/:ChatServiceSid/MediaSet', async (request, reply) => {
      const caller = readClientCaller(request, parts);
      const { list } = isJsonObject(request.body) ? request.body : {};
      if (caller === undefined || fetch === undefined || !Array.isArray(list) || list.length > MAX_SET) {
        const message = `An access token and a list of at most ${MAX_SET} media are expected`;
        throw new RefusalError({ status: 400, body: errorBody(20001, message, '', 400) });
      }
      const { ChatServiceSid } = request.params as { ChatServiceSid: string };
      const records = list.map(async (each: Json) => {
        const Sid = isJsonObject(each) ? textOf(each['media_sid']) : '';
        const owned = { ...caller, origin: originOf(request), http: httpRequestOf(request) };
        const { result } = await parts.engine.call(fetch.id, { ChatServiceSid, Sid }, owned);
        return { code: result.status, media_record: result.body?.value ?? null };
      });
      return reply.header('content-type', 'application/json').send(JSON.stringify(await Promise.all(records)));
    });
    // A page asks for permission first, and `allowPages` answers.
    scope.options('/v1/Services/:ChatServiceSid/MediaSet', (_request, reply) => reply.code(204).send());
  });
}
