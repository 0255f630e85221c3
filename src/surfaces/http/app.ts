import type { FastifyInstance } from 'fastify';
import { type Redact, secretHeaders } from '../../core/redact.js';
import { requirePackage } from '../../util/require-package.js';
import { asBytes } from './response.js';
import { BODY_LIMIT, readForm } from './body.js';
import { createHostGuard } from './access.js';
import { noSchemas } from './no-schemas.js';
import {
  badRequest,
  internalFault,
  methodNotAllowed,
  notFound,
  rawRefusal,
  refusalOf,
  sendRefusal,
} from './refusal.js';

// An import would make each start a tenth longer: Node looks through a CommonJS package for what it exports.
const { fastify, LogController } = requirePackage('fastify') as typeof import('fastify');

export interface HttpOptions {
  /** The address that will be listened on. */
  readonly host: string;
  readonly publicUrl?: string | undefined;
  readonly logLevel: string;
  readonly redact: Redact;
  /** Where log lines go. Never stdout: there, MCP by stdio speaks. */
  readonly writeLog: (line: string) => void;
  /** How long a client may take to send its request, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** As long as the whole head of a request may be: a longer name is then not found, like any other. */
const LONGEST_PARAMETER = 16 * 1024;

/**
 * Builds the HTTP server that the surfaces share: its limits and deadlines, its guard against foreign pages, its log, and
 * one place where every error becomes Twilio's four keys.
 */
export function createHttpApp({ host, publicUrl, timeoutMs = 30_000, ...log }: HttpOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    logger: loggerOptions(log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    schemaController: noSchemas,
    // A draining server still answers what reaches it; the connection is closed after that.
    return503OnClosing: false,
    requestTimeout: timeoutMs,
    http: {
      headersTimeout: timeoutMs,
      connectionsCheckingInterval: Math.min(timeoutMs, 5000),
      // Node would refuse it with an empty body; the guard refuses it with a proper one.
      requireHostHeader: false,
    },
    routerOptions: {
      maxParamLength: LONGEST_PARAMETER,
      querystringParser: (text) => readForm(text) as never,
    },
    frameworkErrors: (error, _request, reply) => void sendRefusal(reply, refusalOf(error) ?? internalFault()),
    clientErrorHandler: refuseBrokenRequest,
  });
  // Fastify makes a logger for each request, which costs more than most answers do; who logs names the request.
  app.log.child = () => app.log;
  const guard = createHostGuard({ boundHost: host, publicUrl });
  app.addHook('onRequest', (request, _reply, done) => {
    guard(request);
    done();
  });
  if (['info', 'debug', 'trace'].includes(log.logLevel)) logEachAnswer(app);
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) request.log.error({ err: error, reqId: request.id }, 'a request failed');
    return sendRefusal(reply, refusal ?? internalFault());
  });
  app.setNotFoundHandler((request, reply) => sendRefusal(reply, notFound(request.url)));
  refuseOddRequests(app);
  return app;
}

function logEachAnswer(app: FastifyInstance): void {
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
    // The last gate: whatever a line was made of, no configured secret leaves in it.
    stream: { write: (line: string) => writeLog(redact(line)) },
  };
}

interface BrokenSocket {
  readonly writable: boolean;
  end(text: string): unknown;
  destroy(): unknown;
}

/** What Node could not read as HTTP has no request and no reply, only a socket. */
function refuseBrokenRequest(this: FastifyInstance, error: Error & { code?: string }, socket: BrokenSocket): void {
  this.log.debug({ code: error.code }, 'a request could not be read');
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  socket.end(rawRefusal(brokenRequest(error.code)));
}

function brokenRequest(code: string | undefined) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return badRequest(408, 'Request Timeout: the request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return badRequest(431, 'Request Header Fields Too Large: more than 16 KiB.');
  return badRequest(400, 'Bad Request: this is not well-formed HTTP.');
}

/** Two kinds of request that Node would answer, or drop, without a body. */
function refuseOddRequests({ server }: { server: FastifyInstance['server'] }): void {
  server.on('connect', (_request, socket) => socket.end(rawRefusal(methodNotAllowed(['GET', 'POST', 'DELETE']))));
  server.on('checkExpectation', (_request, response) => {
    const { status, body } = badRequest(417, 'Expectation Failed: only 100-continue is known.');
    const bytes = asBytes(JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
  });
}
