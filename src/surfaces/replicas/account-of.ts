import type { FastifyRequest } from 'fastify';
import type { Control } from '../../core/control.js';
import type { Form } from '../../core/operation.js';
import { ACCOUNT_SID } from '../../core/sids.js';
import { MEDIA_PREFIX } from '../../core/twilio-hosts.js';
import { CONTROL_BASE, pathOf } from '../control/paths.js';
import { readClientCaller } from '../client/media.js';
import { requestPath } from '../http/request-path.js';
import type { SurfaceParts } from '../surface.js';

/** The world that a request is for. */
interface RequestedWorld {
  readonly account: string;
  /** The request must not create it. */
  readonly mustExist?: boolean;
}

/** Returns the world that a request is for; undefined if it is for this server. */
export type WorldOf = (request: FastifyRequest) => RequestedWorld | undefined;

export interface WorldOfOptions extends Pick<SurfaceParts, 'readWorld' | 'clients'> {
  readonly defaultAccount: string;
  /** The controls that act on a world. */
  readonly worldControls: readonly Pick<Control, 'name'>[];
  /** Whether a request is for an operation. */
  readonly isOperation: (request: FastifyRequest) => boolean;
}

/** For the port of REST and Twilio callers. */
export function createWorldOf(options: WorldOfOptions): WorldOf {
  const { readWorld, defaultAccount, worldControls, isOperation } = options;
  const controlPaths = new Set(worldControls.map((control) => CONTROL_BASE + pathOf(control)));
  return (request) => {
    const path = requestPath(request.url);
    if (path.startsWith(CONTROL_BASE)) {
      return controlPaths.has(path) ? { account: readWorld(request) ?? defaultAccount } : undefined;
    }
    if (path.startsWith(MEDIA_PREFIX)) return worldOfMedia(request, options);
    return isOperation(request) ? { account: readWorld(request) ?? defaultAccount } : undefined;
  };
}

/** For the port of MCP callers. */
export function createMcpWorldOf({
  readWorld,
  defaultAccount,
}: Pick<WorldOfOptions, 'readWorld' | 'defaultAccount'>): WorldOf {
  return (request) => (request.method === 'OPTIONS' ? undefined : { account: readWorld(request) ?? defaultAccount });
}

function worldOfMedia(request: FastifyRequest, options: WorldOfOptions): RequestedWorld {
  const [key = ''] = (request.query as Form).get('Key-Pair-Id') ?? [];
  // A temporary link needs no credentials.
  if (ACCOUNT_SID.test(key)) return { account: key, mustExist: true };
  const { account } = readClientCaller(request, options) ?? {};
  return { account: account ?? options.readWorld(request) ?? options.defaultAccount };
}
