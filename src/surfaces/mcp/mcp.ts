import cors from '@fastify/cors';
import type { Server } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { lazy } from '../../util/lazy.js';
import type { Caller } from '../../core/operation.js';
import { type BringAlong, bringNothing } from '../http/caller-context.js';
import { BODY_LIMIT } from '../http/body.js';
import { accountOf, createTokenGuard, readBasic } from '../http/credentials.js';
import type { McpHandler } from './handler.js';
import { internalFault, refusalOf } from '../http/refusal.js';

export interface McpServers {
  /** Makes the server of one request, by `createMcpServers`. */
  readonly serverFor: (caller: Caller) => Server;
  /** The same for the controls, at a path of their own. */
  readonly controlFor: (caller: Caller) => Server;
}

export interface McpOptions {
  /** Asked at the first request: many runs have none, and what MCP needs is large. */
  readonly loadServers: () => Promise<McpServers>;
  /** What the URLs in answers begin with: the Twilio surface, as this client reaches it. */
  readonly originOf: (request: FastifyRequest) => string;
  readonly token?: string | undefined;
  readonly readCallerContext?: BringAlong;
  /** Milliseconds that calls in flight may take once the server is told to stop. */
  readonly drain?: number;
}

const PLACES = [
  ['/mcp', 'serverFor'],
  ['/', 'serverFor'],
  ['/control', 'controlFor'],
] as const;
const HEADERS = [
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

/** Serves MCP of both eras, without sessions, on an app of `createHttpApp`, which refuses foreign hosts and origins. */
export async function serveMcp(app: FastifyInstance, options: McpOptions): Promise<void> {
  const { loadServers, originOf, token, readCallerContext = bringNothing, drain = 1000 } = options;
  const onerror = (error: Error) => app.log.debug({ err: error }, 'an MCP request was refused or failed');
  let handler: McpHandler | undefined;
  const load = lazy(async () => {
    const [servers, { createHandler }] = await Promise.all([loadServers(), import('./handler.js')]);
    handler = createHandler({ maxRequestBodySize: BODY_LIMIT, onerror });
    return { ...servers, handler };
  });
  const guard = createTokenGuard(token);
  const inFlight = new Set<Promise<void>>();

  await app.register(async (scope) => {
    // Origins that are not ours never come this far.
    await scope.register(cors, {
      origin: true,
      methods: ['POST', 'GET', 'DELETE', 'OPTIONS'],
      allowedHeaders: HEADERS,
      exposedHeaders: ['mcp-session-id', 'www-authenticate'],
      maxAge: 3600,
    });
    scope.addHook('onRequest', (request, _reply, next) => {
      guard(request);
      next();
    });
    // The SDK reads the body: what Fastify cannot parse would not be answered as JSON-RPC.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => sendError(error, request, reply));
    for (const [path, which] of PLACES) {
      scope.all(path, async (request, reply) => {
        const caller: Caller = {
          surface: 'mcp',
          account: accountOf(request, readBasic(request.headers.authorization)),
          origin: originOf(request),
          ...readCallerContext(request, reply),
        };
        const loaded = await load();
        keepHeaders(reply);
        reply.hijack();
        const done = loaded.handler.answer(request.raw, reply.raw, () => loaded[which](caller));
        // A subscription never ends by itself, so nothing waits for it.
        if (request.headers['mcp-method'] !== 'subscriptions/listen') inFlight.add(done);
        await done.finally(() => inFlight.delete(done));
      });
    }
    scope.addHook('preClose', async () => {
      const deadline = new Promise((resolve) => setTimeout(resolve, drain).unref());
      await Promise.race([Promise.allSettled(inFlight), deadline]);
      await handler?.close();
    });
  });
}

/** A hijacked reply forgets the headers that hooks have set: those of CORS. */
function keepHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
}

/** What is refused before MCP begins, in the form that an MCP client reads. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (!refusal) request.log.error({ err: error, reqId: request.id }, 'an MCP request failed');
  const { status, body, headers = {} } = refusal ?? internalFault();
  const answer = { jsonrpc: '2.0', error: { code: -32_000, message: body.message, data: body }, id: null };
  return reply.code(status).headers(headers).send(answer);
}
