import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Engine, Operation } from '../../core/operation.js';
import { stampRequests, type RequestIds } from '../http/response.js';
import { FORM, readBodiesOf, readForm } from '../http/body.js';
import type { BringAlong } from '../http/caller-context.js';
import { accountOf, type Basic, createSecretCheck, createTokenGuard, readBasic } from '../http/credentials.js';
import { basePath, type Served, serveOperations } from '../http/operations.js';
import { RefusalError, unauthenticated } from '../http/refusal.js';

export interface TwilioOptions {
  readonly engine: Engine;
  readonly clock: { now(): number };
  readonly requestIds: RequestIds;
  readonly originOf: (request: FastifyRequest) => string;
  /** Passwords that are let in; none: any password is. */
  readonly passwords: readonly string[];
  /** The password is for Twilio to check; who may call here shows this token in a header, when there is one. */
  readonly passCredentials?: { readonly token: string | undefined } | undefined;
  readonly readCallerContext: BringAlong;
}

const USER = /^(?:AC|SK)[0-9a-fA-F]{32}$/;

/** Twilio's own paths, as the official SDKs call them: form bodies, Basic auth, Twilio's errors. */
export async function serveTwilio(app: FastifyInstance, options: TwilioOptions): Promise<void> {
  const { engine, originOf } = options;
  const served = engine.operations.map(nativelyServed);
  const base = basePath(served);
  await app.register(
    (scope, _options, done) => {
      stampRequests(scope, options.clock, options.requestIds);
      const authenticate = createAuthenticate(options);
      scope.addHook('onRequest', (request, _reply, next) => {
        authenticate(request);
        next();
      });
      readBodies(scope);
      serveOperations(scope, base, served, {
        engine,
        callerOf: (request, reply) => {
          const credentials = readBasic(request.headers.authorization);
          const account = accountOf(request, credentials);
          const along = options.readCallerContext(request, reply);
          return { surface: 'twilio', account, origin: originOf(request), credentials, ...along };
        },
      });
      done();
    },
    { prefix: base },
  );
}

function nativelyServed(operation: Operation): Served {
  const inputs = new Map(operation.parameters.map(({ name }) => [name, name]));
  return { method: operation.method, path: operation.path, operation, inputs };
}

function createAuthenticate({ passwords, passCredentials }: TwilioOptions): (request: FastifyRequest) => Basic {
  const isPassword = passCredentials || passwords.length === 0 ? () => true : createSecretCheck(passwords);
  const guard = createTokenGuard(passCredentials?.token, 'header');
  return (request) => {
    const basic = readBasic(request.headers.authorization);
    if (basic === undefined || !USER.test(basic.user) || !isPassword(basic.password)) {
      throw new RefusalError(unauthenticated());
    }
    guard(request);
    return basic;
  };
}

/** A body of another type is no form, so it has no parameters: as on the real service, but said aloud. */
function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  readBodiesOf(scope, FORM, readForm);
  readBodiesOf(scope, '*', (text, { id, method, url, headers, log }) => {
    if (text === '') return;
    const type = (headers['content-type'] ?? 'no type').slice(0, 100);
    log.warn(
      { reqId: id },
      `${method} ${url}: a body of ${type} is read as no parameters, as Twilio does. Send ${FORM}.`,
    );
  });
}
