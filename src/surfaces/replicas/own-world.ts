/** Lets any server on a shared database answer for every world. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { HereWorld, SharedWorlds, WorldElsewhere } from '../../core/shared-worlds.js';
import { refusalOf, sendRefusal } from '../http/refusal.js';
import type { WorldOf } from './account-of.js';
import type { Forwarder } from './forwarder.js';
import { DEADLINE, ELSEWHERE, FORWARDED } from './headers.js';

/** How long a request may take that names no deadline, in milliseconds. `webhooks.wait` may wait for a minute. */
const DEFAULT_DEADLINE_MS = 90_000;

export interface OwnWorldOptions {
  readonly shared: SharedWorlds;
  readonly worldOf: WorldOf;
  readonly forwarder: Forwarder;
  readonly port: 'rest' | 'mcp';
  readonly log: Log;
}

/**
 * Forwards each request for a world that another server has to that server, after the guards of its surface have let it
 * pass, and before its body is read. A request that was forwarded is not forwarded again: it is sent back.
 */
export function forwardToOwners(server: FastifyInstance, options: OwnWorldOptions): void {
  const { shared, worldOf } = options;
  // A request may have to be forwarded before its body is read.
  server.direct.close();
  server.addHook('preParsing', (request, reply, payload, done) => {
    const world = request.is404 ? undefined : worldOf(request);
    if (world === undefined) return done(null, payload);
    const fail = (error: unknown): void => done(error as Error);
    const act = (place: HereWorld | WorldElsewhere | undefined): void => {
      if (place === undefined) return done(null, payload);
      if ('leave' in place) {
        // The caller may have left while the world was looked for.
        if (reply.raw.destroyed) place.leave();
        else reply.raw.once('close', () => place.leave());
        return done(null, payload);
      }
      if (request.headers[FORWARDED] !== undefined) return sendBack(reply);
      void forward(request, reply, place, { ...options, account: world.account, payload });
    };
    const { account, mustExist = false } = world;
    const place = locate(shared, account, mustExist);
    if (place instanceof Promise) void place.then(act, fail);
    else act(place);
  });
}

/** Never throws, so that every failure arrives in the same way. */
function locate(shared: SharedWorlds, account: string, mustExist: boolean): ReturnType<SharedWorlds['locate']> {
  try {
    return shared.locate(account, { mustExist });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Tells the server that forwarded a request that the world is not here. */
function sendBack(reply: FastifyReply): void {
  const error = new UnderstudyError(
    'UNDERSTUDY_WORLD_ELSEWHERE',
    'The request was forwarded to this server, which does not have the world.',
    { retryAfter: 1 },
  );
  void reply.header(ELSEWHERE, '1');
  sendRefusal(reply, refusalOf(error) ?? { status: error.status, body: error.body });
}

interface Forwarded extends OwnWorldOptions {
  readonly account: string;
  readonly payload: NodeJS.ReadableStream;
}

async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  place: WorldElsewhere,
  { shared, forwarder, port, account, payload, log }: Forwarded,
): Promise<void> {
  const { raw } = reply;
  const named = Number(request.headers[DEADLINE]);
  const deadline = performance.now() + (Number.isFinite(named) && named > 0 ? named : DEFAULT_DEADLINE_MS);
  // The surface must not answer as well.
  reply.hijack();
  try {
    await forwarder.forward({
      request,
      raw,
      payload,
      port,
      deadline,
      place,
      relocate: () => shared.locate(account),
      forget: () => shared.misplaced(account),
    });
  } catch (error) {
    if (raw.destroyed || raw.headersSent) return void raw.destroy();
    if (!(error instanceof UnderstudyError)) log.error({ err: error, account }, 'a request could not be forwarded');
    const refusal = refusalOf(error);
    if (refusal === undefined) return void raw.destroy();
    const text = JSON.stringify(refusal.body);
    raw.writeHead(refusal.status, {
      ...refusal.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    raw.end(text);
  }
}
