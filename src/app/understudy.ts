import type { FastifyInstance } from 'fastify';
import type { Capability } from '../capability/capability.js';
import type { OnStartProgress } from '../core/start-progress.js';
import type { Controls } from '../control/registry.js';
import type { ServerAddress } from '../core/shared-worlds.js';
import type { GroupQuestion, WorkerGroup } from '../core/worker-group.js';
import type { RunningEngine } from '../engine/engine.js';
import type { Journal } from '../engine/journal.js';
import type { ClientLimits } from '../surfaces/client/limits.js';
import type { McpServers } from '../surfaces/mcp/load-servers.js';
import type { ProcessMemory } from './memory-guard.js';
import type { Metrics } from './metrics.js';
import type { ModeDefinition } from './modes/mode.js';
import type { Settings } from './settings.js';

/** An understudy that does not listen. Call it with `http.inject` or `engine.call`. */
export interface Understudy {
  readonly settings: Settings;
  readonly capability: Capability;
  readonly engine: RunningEngine;
  readonly journal: Journal;
  readonly controls: Controls;
  readonly metrics: Metrics;
  readonly http: FastifyInstance;
  readonly mcp: FastifyInstance;
  /** Loads what creates the MCP servers of connections, for stdio. */
  readonly loadMcpServers: () => Promise<McpServers>;
  /** Tells the other servers on the same database where this one is reached. Absent if there can be none. */
  readonly announce?: ((own: ServerAddress) => Promise<void>) | undefined;
  /** What this process answers in a group of workers. */
  readonly groupPart: (question: GroupQuestion) => Promise<unknown>;
  /** Closes at once. Requests in flight may finish. */
  readonly close: () => Promise<void>;
  /** Closes after the lame duck time, in which requests are still answered. For a stop signal. */
  readonly stop: () => Promise<void>;
}

/** An understudy that listens. */
export interface RunningUnderstudy extends Understudy {
  /** Origin for REST and Twilio callers, e.g. `http://127.0.0.1:8080`. */
  readonly restUrl: string;
  readonly mcpUrl: string;
  /** URL of the intercepting proxy. */
  readonly proxyUrl?: string | undefined;
  /** Origin for HTTPS to hosts of Twilio. */
  readonly tlsUrl?: string | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Replacements for parts of an understudy, mostly for tests. */
export interface Overrides {
  readonly createBackend?: ModeDefinition['createBackend'];
  readonly capability?: Capability;
  /** Writes a log line. Default: stderr. */
  readonly writeLog?: (line: string) => void;
  /** Called now and then during a long start, and while a world is seeded later. Default: a line in the log. */
  readonly onProgress?: OnStartProgress;
  /** How long a client may take to send a request, in milliseconds. */
  readonly timeoutMs?: number;
  readonly clientLimits?: Partial<ClientLimits>;
  readonly memory?: ProcessMemory;
  /** The workers that this process belongs to. Metrics and health are then those of all of them. */
  readonly group?: WorkerGroup | undefined;
}
