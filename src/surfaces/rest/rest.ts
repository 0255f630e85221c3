import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import type { Engine } from '../../core/operation.js';
import type { BringAlong } from '../http/caller-context.js';
import { asBytes, stampRequests, type RequestIds } from '../http/response.js';
import { FORM, readBodiesOf, readForm } from '../http/body.js';
import { accountOf, createTokenGuard, readBasic } from '../http/credentials.js';
import { basePath, type Served, serveOperations } from '../http/operations.js';

export interface RestOptions {
  readonly engine: Engine;
  readonly routes: readonly Served[];
  readonly clock: { now(): number };
  readonly requestIds: RequestIds;
  readonly originOf: (request: FastifyRequest) => string;
  readonly token?: string | undefined;
  readonly readCallerContext: BringAlong;
  /** The OpenAPI document of this surface, made when it is first asked for. */
  readonly describe: () => unknown;
}

/** The capability's own routes: JSON or form bodies, and the operation's answers as they are. */
export async function serveRest(app: FastifyInstance, options: RestOptions): Promise<void> {
  const { engine, routes, originOf } = options;
  const guard = createTokenGuard(options.token);
  const guardHook = (request: FastifyRequest, _reply: unknown, next: () => void) => {
    guard(request);
    next();
  };
  const base = basePath(routes);
  await app.register(
    (scope, _options, done) => {
      stampRequests(scope, options.clock, options.requestIds);
      scope.addHook('onRequest', guardHook);
      readBodies(scope);
      serveOperations(scope, base, routes, {
        engine,
        callerOf: (request, reply) => ({
          surface: 'rest',
          account: accountOf(request, readBasic(request.headers.authorization)),
          origin: originOf(request),
          ...options.readCallerContext(request, reply),
        }),
      });
      done();
    },
    { prefix: base },
  );
  let description: Buffer | undefined;
  app.get('/openapi.json', { onRequest: guardHook }, (_request, reply) => {
    description ??= asBytes(JSON.stringify(options.describe()));
    return reply.header('content-type', 'application/json').send(description);
  });
}

function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  readBodiesOf(scope, /^application\/(?:[\w.-]+\+)?json\b/i, readJson);
  readBodiesOf(scope, FORM, readForm);
  readBodiesOf(scope, '*', (text) => {
    if (text === '') return;
    throw new UnderstudyError('UNDERSTUDY_UNSUPPORTED_TYPE', `A body must be application/json or ${FORM}.`);
  });
}

function readJson(text: string): object | undefined {
  if (text.trim() === '') return undefined;
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UnderstudyError('UNDERSTUDY_BAD_BODY', "The body must be a JSON object of Twilio's form fields.");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message.slice(0, 200).toWellFormed();
    throw new UnderstudyError('UNDERSTUDY_BAD_BODY', `The body is not valid JSON: ${why}.`, { cause: error });
  }
}
