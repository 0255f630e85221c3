import type { Server } from '@modelcontextprotocol/server';
import type { Tool } from '../../capability/surfaces.js';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';
import { lazy } from '../../util/lazy.js';
import { lazyCode } from '../../util/load-code.js';
import type { SurfaceParts } from '../surface.js';
import { controlInstructions, createControlTools } from './control-tools.js';
import type { SchemaParts } from './schemas.js';
import { createToolbox } from './tools.js';

/** Creates the MCP server of one request or one stdio connection. */
export interface McpServers {
  /** Twilio's tools that are offered by default. */
  readonly serverFor: (caller: Caller) => Server;
  /** The tools of a set by its name, e.g. `account`; undefined if there is no such set. */
  readonly setServerFor: (set: string) => ((caller: Caller) => Server) | undefined;
  /** The controls, at their own path. */
  readonly controlFor: (caller: Caller) => Server;
}

type McpParts = SchemaParts & Pick<SurfaceParts, 'toolSets' | 'engine' | 'controls' | 'version' | 'mode'>;

/**
 * Loads the MCP SDK, which takes most of the time of the first call. Its tools are built later: they and the rest of the
 * SDK would take as much memory again.
 */
export const loadMcpSdk = lazyCode(() => import('./server.js'));

/** Loads the MCP SDK and builds the tools of both servers. */
export async function loadMcpServers(parts: McpParts, log: Log): Promise<McpServers> {
  const { createMcpServers, createToolServers } = await loadMcpSdk();
  const { version, mode, toolSets } = parts;
  const serversFor = (tools: readonly Tool[]) =>
    createMcpServers({ toolbox: createToolbox({ ...parts, tools, log }), version, mode });
  // The schemas of a set are built when a client asks for it.
  const sets = new Map([...toolSets.byName].map(([name, tools]) => [name, lazy(() => serversFor(tools))]));
  return {
    serverFor: serversFor(toolSets.byDefault),
    setServerFor: (set) => sets.get(set)?.(),
    controlFor: createToolServers({
      tools: createControlTools(parts.controls, log),
      name: 'understudy',
      title: 'twilio-understudy control',
      version,
      instructions: controlInstructions,
    }),
  };
}
