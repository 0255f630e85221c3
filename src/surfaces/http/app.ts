import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type Redact, secretHeaders } from '../../core/redact.js';
import { memoize } from '../../util/memoize.js';
import { requestPath } from './request-path.js';
import { requirePackage } from '../../util/require-package.js';
import { BODY_LIMIT } from './body.js';
import { serveDirectly } from './direct.js';
import { parseQuery } from './form.js';
import { createHostGuard } from './host-guard.js';
import {
  badRequest,
  brokenRequest,
  logFailure,
  methodNotAllowed,
  notFound,
  rawRefusal,
  refusalFor,
  sendRefusal,
} from './refusal.js';
import { toBytes } from './response.js';
import { noSchemas } from './schema-controller.js';
import { passes } from './token-guard.js';
import { isMediaHost, MEDIA_PREFIX } from '../../core/twilio-hosts.js';

// Not an import: Node scans a CommonJS package for its exports, which makes a start about 10 % slower.
const { fastify, LogController } = requirePackage('fastify') as typeof import('fastify');

declare module 'fastify' {
  interface FastifyInstance {
    /** Each returns the methods that operations have at a path. */
    methodLookups: ((path: string) => string[])[];
  }
}

export interface HttpOptions {
  /** The address that the server will listen on. */
  readonly host: string;
  readonly publicUrl?: string | undefined;
  /** Origins of web pages that may upload and read media, besides those of this machine. */
  readonly clientOrigins?: readonly string[] | undefined;
  /** Whether requests may name hosts of Twilio; false by default. */
  readonly acceptsTwilioHosts?: boolean;
  readonly logLevel: string;
  readonly redact: Redact;
  /** Writes a log line. Never to stdout, which MCP over stdio uses for the protocol. */
  readonly writeLog: (line: string) => void;
  /** How long a client may take to send its request, in milliseconds; 30,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/** In characters. As long as a whole request head may be, so that a long name in a path is a 404 like any other. */
const MAX_PARAMETER_LENGTH = 16 * 1024;

/**
 * Creates an HTTP server for surfaces: limits, timeouts, host guard, log, and one error handler that renders every error
 * with Twilio's four keys.
 */
export function createHttpApp(options: HttpOptions): FastifyInstance {
  const { host, publicUrl, clientOrigins, acceptsTwilioHosts = false, timeoutMs = 30_000, ...log } = options;
  let requests = 0;
  const nextId = (): string => `req-${(++requests).toString(36)}`;
  const app: FastifyInstance = fastify({
    logger: loggerOptions(log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    rewriteUrl: prefixMediaPaths,
    genReqId: nextId,
    schemaController: noSchemas,
    // A draining server still handles requests on open connections, and closes each connection afterwards.
    return503OnClosing: false,
    requestTimeout: timeoutMs,
    http: {
      headersTimeout: timeoutMs,
      connectionsCheckingInterval: Math.min(timeoutMs, 5000),
      // Node would respond with an empty body; the host guard responds with an error body.
      requireHostHeader: false,
    },
    routerOptions: {
      maxParamLength: MAX_PARAMETER_LENGTH,
      querystringParser: (text) => parseQuery(text) as never,
    },
    frameworkErrors: (error, _request, reply) => void sendRefusal(reply, refusalFor(error)),
    clientErrorHandler: refuseBrokenRequest,
  });
  // Fastify creates a child logger for each request, which costs more than most requests. Log calls pass `reqId` instead.
  app.log.child = () => app.log;
  serveDirectly(app, nextId);
  const guard = createHostGuard({
    boundHost: host,
    publicUrl,
    acceptsTwilioHosts,
    origins: clientOrigins,
    path: MEDIA_PREFIX,
  });
  app.addHook('onRequest', guard);
  app.direct.addGate((request) => passes(guard, request) && !isMedia(request.headers.host ?? ''));
  if (['info', 'debug', 'trace'].includes(log.logLevel)) logRequests(app);
  app.setErrorHandler((error, request, reply) => {
    logFailure(error, request.log, request.id);
    return sendRefusal(reply, refusalFor(error));
  });
  refuseUnroutedRequests(app);
  refuseUnsupportedRequests(app);
  return app;
}

/** Fastify routes only the common methods, so that others, such as PROPFIND, arrive here even on a known path. */
function refuseUnroutedRequests(app: FastifyInstance): void {
  app.decorate('methodLookups', []);
  app.setNotFoundHandler(({ url }, reply) => {
    const methods = app.methodLookups.flatMap((methodsAt) => methodsAt(requestPath(url)));
    return sendRefusal(reply, methods.length > 0 ? methodNotAllowed(methods) : notFound(url));
  });
}

const isMedia = memoize((host) => isMediaHost(host));

/** The hosts of media have paths that could be those of another Twilio host, so they are served below a prefix. */
function prefixMediaPaths({ url = '/', headers: { host } }: IncomingMessage): string {
  return host !== undefined && isMedia(host) ? MEDIA_PREFIX + url : url;
}

function logRequests(app: FastifyInstance): void {
  app.direct.close();
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      { reqId: request.id },
      `${request.method} ${request.url} ${reply.statusCode} ${reply.elapsedTime.toFixed(1)} ms`,
    );
    done();
  });
}

function loggerOptions({ logLevel, redact, writeLog }: Pick<HttpOptions, 'logLevel' | 'redact' | 'writeLog'>) {
  return {
    level: logLevel,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: secretHeaders.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]),
    // Redacts the finished line, so that no configured secret is logged, whatever the line was made from.
    stream: { write: (line: string) => writeLog(redact(line)) },
  };
}

interface BrokenSocket {
  readonly writable: boolean;
  end(text: string): unknown;
  destroy(): unknown;
}

/** Responds on the raw socket to bytes that Node could not parse as an HTTP request. */
function refuseBrokenRequest(this: FastifyInstance, error: Error & { code?: string }, socket: BrokenSocket): void {
  this.log.debug({ code: error.code }, 'request could not be parsed');
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  socket.end(rawRefusal(brokenRequest(error.code)));
}

/** Refuses CONNECT and unknown expectations, which Node would drop or refuse without a body. */
function refuseUnsupportedRequests({ server }: { server: FastifyInstance['server'] }): void {
  server.on('connect', (_request, socket) => socket.end(rawRefusal(methodNotAllowed(['GET', 'POST', 'DELETE']))));
  server.on('checkExpectation', (_request, response) => {
    const { status, body } = badRequest(417, 'Expectation Failed: only 100-continue is supported.');
    const bytes = toBytes(JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
  });
}
