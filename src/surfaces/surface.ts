import type { FastifyInstance } from 'fastify';
import type { Capability } from '../capability/capability.js';
import type { Shapes } from '../capability/shapes.js';
import type { Controls } from '../control/registry.js';
import type { MaybePromise } from '../core/maybe-promise.js';
import type { Caller, Engine, Operation, Outcome, RawRequest } from '../core/operation.js';
import type { WorkerHealth } from '../core/worker-group.js';
import type { ChangeSource, Feed } from '../engine/feed.js';
import type { ReportUnserved } from '../engine/unserved.js';
import type { ApiKeys } from './http/api-keys.js';
import type { ReadCallerContext } from './http/caller-context.js';
import type { ReadWorld } from './http/credentials.js';
import type { HubParts } from './client/hub.js';
import type { HostGuardOptions } from './http/host-guard.js';
import type { NextRequestId } from './http/request-ids.js';
import type { ToolSets } from './mcp/tool-sets.js';

/** The HTTP servers that surfaces add their routes to. Each has its own port. */
export interface Servers {
  readonly http: FastifyInstance;
  readonly mcp: FastifyInstance;
}

/** A short description of a form field or parameter; undefined if there is none. */
type DescribeField = (operation: Operation, field: string) => string | undefined;

/** Everything that surfaces are built from. */
export interface SurfaceParts {
  readonly capability: Capability;
  readonly shapes: Shapes;
  readonly describeField: DescribeField;
  readonly toolSets: ToolSets;
  readonly engine: Engine;
  readonly reportUnserved: ReportUnserved;
  /**
   * Forwards a request that no operation describes to an API. Absent: such requests are refused.
   * @throws UnderstudyError
   */
  readonly passThrough?: ((request: RawRequest, baseUri: string, caller: Caller) => MaybePromise<Outcome>) | undefined;
  readonly controls: Controls;
  readonly feed: Feed;
  /** What changes at all servers on a database. Absent: only this server. */
  readonly mergedFeed?: ChangeSource | undefined;
  readonly metrics: { render(): Promise<{ readonly type: string; readonly text: string }> };
  /** The state of each process, if several share the ports. */
  readonly workers?: (() => Promise<readonly WorkerHealth[]>) | undefined;
  /** Why this process should get no traffic; undefined if it is ready. */
  readonly notReadyReason: () => string | undefined;
  /** The mode's name, e.g. `simulate`. */
  readonly mode: string;
  readonly version: string;
  readonly clock: { now(): number };
  readonly nextRequestId: NextRequestId;
  readonly readCallerContext: ReadCallerContext;
  readonly readWorld: ReadWorld;
  /** What serves client SDKs; absent in modes that cannot. */
  readonly clients?: Omit<HubParts, 'engine' | 'log'> | undefined;
  /** Origins of web pages from which client SDKs may connect, besides those of this machine. */
  readonly clientOrigins: readonly string[];
  /** The file of Twilio's client SDK for browsers, for the inspector's chat. */
  readonly clientSdk?: string | undefined;
  /** Which requests may be those of another site. */
  readonly hostGuard: Pick<HostGuardOptions, 'boundHost' | 'publicUrl'>;
  /** The origin by which clients reach this server, if it differs from the one that they call. */
  readonly publicUrl?: string | undefined;
  /** What every caller must present; absent: no token is required. */
  readonly token?: string | undefined;
  /** The password that callers of the Twilio surface must send; absent: any password is accepted. */
  readonly authToken?: string | undefined;
  readonly apiKeys: ApiKeys;
  /** Forward the caller's credentials to Twilio instead of checking them here. */
  readonly passCredentials: boolean;
  /** How long requests in flight may take after the server starts to close, in milliseconds. */
  readonly drainMs: number;
}

/** An entry point for callers. To add one, write a plugin and list it in `index.ts`. */
export interface Surface {
  readonly name: string;
  /** Adds the surface's routes to the servers. */
  register(servers: Servers, parts: SurfaceParts): void | Promise<void>;
}
