import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../core/operation.js';
import { lazyCode } from '../../util/load-code.js';
import { BODY_LIMIT } from '../http/body.js';
import { type ReadCallerContext, readNoContext } from '../http/caller-context.js';
import { createSameOriginCheck, pageRefused } from '../http/change-check.js';
import type { ReadWorld } from '../http/credentials.js';
import { createSiblingOriginOf, type OriginOf } from '../http/origin.js';
import { internalError, notFound, RefusalError, refusalOf } from '../http/refusal.js';
import { addScope } from '../http/scope.js';
import { createTokenGuard } from '../http/token-guard.js';
import { ownHeaders } from '../http/twilio-headers.js';
import type { Surface } from '../surface.js';
import type { McpHandler } from './handler.js';
import { loadMcpServers, type McpServers } from './load-servers.js';

/** The tools over Streamable HTTP. Calls in flight get 70 % of the drain time, so that the server can close afterwards. */
export const mcpSurface: Surface = {
  name: 'mcp',
  register({ http, mcp }, parts) {
    return serveMcp(mcp, {
      loadServers: () => loadMcpServers(parts, http.log),
      originOf: createSiblingOriginOf(http, parts.publicUrl),
      token: parts.token,
      readWorld: parts.readWorld,
      readCallerContext: parts.readCallerContext,
      drainMs: parts.drainMs * 0.7,
    });
  },
};

export interface McpOptions {
  /** Called when the first client connects, because the MCP SDK is large and many runs never need it. */
  readonly loadServers: () => Promise<McpServers>;
  /** The origin of URLs in results: the Twilio surface as this client can reach it. */
  readonly originOf: OriginOf;
  readonly token?: string | undefined;
  readonly readWorld: ReadWorld;
  readonly readCallerContext?: ReadCallerContext;
  /** How long calls in flight may take after the server starts to close, in milliseconds; 1000 by default. */
  readonly drainMs?: number;
}

type ServerFor = McpServers['serverFor'];

const CONTROL_PATH = '/control';

/** Which server each path connects to; undefined if there is none. */
const ENDPOINTS: readonly (readonly [path: string, (servers: McpServers, set: string) => ServerFor | undefined])[] = [
  ['/mcp', ({ serverFor }) => serverFor],
  ['/mcp/:set', ({ setServerFor }, set) => setServerFor(set)],
  ['/', ({ serverFor }) => serverFor],
  [CONTROL_PATH, ({ controlFor }) => controlFor],
];
const ALLOWED_HEADERS = [
  'content-type',
  'accept',
  'authorization',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
  'last-event-id',
  'understudy-token',
  'understudy-world',
  'understudy-fault',
];

/** Serves both MCP eras, without sessions, on an app of `createHttpApp`, which refuses foreign hosts and origins. */
export async function serveMcp(app: FastifyInstance, options: McpOptions): Promise<void> {
  const { loadServers, originOf, token, readCallerContext = readNoContext, drainMs = 1000 } = options;
  const onerror = (error: Error) => app.log.debug({ err: error }, 'MCP request refused or failed');
  let handler: McpHandler | undefined;
  const load = lazyCode(async () => {
    const [servers, { createHandler }, { respond }] = await Promise.all([
      loadServers(),
      import('./handler.js'),
      import('./respond.js'),
    ]);
    handler = createHandler({ maxRequestBodySize: BODY_LIMIT, onerror });
    return { ...servers, handler, respond };
  });
  // Before its request arrives. If it fails, the request tries again.
  app.server.once('connection', () => void load().catch(onerror));
  const isSameOrigin = createSameOriginCheck(undefined);
  const inFlight = new Set<Promise<void>>();

  await addScope(app, '', async (scope) => {
    // Every origin is allowed here, because the app's host guard has already refused foreign ones.
    await scope.register(cors, {
      origin: true,
      methods: ['POST', 'GET', 'DELETE', 'OPTIONS'],
      allowedHeaders: ALLOWED_HEADERS,
      exposedHeaders: ['mcp-session-id', 'www-authenticate'],
      maxAge: 3600,
    });
    scope.addHook('onRequest', createTokenGuard(token));
    scope.addHook('onRequest', (_request, reply, done) => {
      reply.headers(ownHeaders.others);
      done();
    });
    // `respond` reads the body, so that the call is in flight before its body has arrived.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => sendError(error, request, reply));
    for (const [path, serverAt] of ENDPOINTS) {
      scope.all<{ Params: { set?: string } }>(path, async (request, reply) => {
        // Pages may use the operations, as the MCP Inspector does, but not the controls.
        if (path === CONTROL_PATH && !isSameOrigin(request.headers)) throw pageRefused();
        const caller: Caller = {
          surface: 'mcp',
          account: options.readWorld(request),
          origin: originOf(request),
          ...readCallerContext(request, reply),
        };
        const loaded = await load();
        const serverFor = serverAt(loaded, request.params.set ?? '');
        if (serverFor === undefined) throw new RefusalError(notFound(request.url));
        const done = loaded.respond(loaded.handler, request.raw, reply, () => serverFor(caller));
        // A subscription stays open until the client leaves, so closing does not wait for it.
        if (request.headers['mcp-method'] !== 'subscriptions/listen') inFlight.add(done);
        await done.finally(() => inFlight.delete(done));
      });
    }
    scope.addHook('preClose', async () => {
      const deadline = new Promise((resolve) => setTimeout(resolve, drainMs).unref());
      await Promise.race([Promise.allSettled(inFlight), deadline]);
      await handler?.close();
    });
  });
}

/** Renders an error before the SDK takes over as a JSON-RPC error. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (!refusal) request.log.error({ err: error, reqId: request.id }, 'MCP request failed');
  const { status, body, headers = {} } = refusal ?? internalError();
  const response = { jsonrpc: '2.0', error: { code: -32_000, message: body.message, data: body }, id: null };
  return reply.code(status).headers(headers).send(response);
}
