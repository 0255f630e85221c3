import type { Server } from '@modelcontextprotocol/server';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';
import type { SurfaceParts } from '../surface.js';
import { controlInstructions, createControlTools } from './control-tools.js';
import { createToolbox } from './tools.js';

/** Creates the MCP server of one request or one stdio connection. */
export interface McpServers {
  /** Twilio's tools. */
  readonly serverFor: (caller: Caller) => Server;
  /** The controls, at their own path. */
  readonly controlFor: (caller: Caller) => Server;
}

/** Loads the MCP SDK and builds the tools of both servers. */
export async function loadMcpServers(parts: SurfaceParts, log: Log): Promise<McpServers> {
  const { createMcpServers, createToolServers } = await import('./server.js');
  const { version, mode } = parts;
  return {
    serverFor: createMcpServers({ toolbox: createToolbox({ ...parts, log }), version, mode }),
    controlFor: createToolServers({
      tools: createControlTools(parts.controls, log),
      name: 'understudy',
      title: 'twilio-understudy control',
      version,
      instructions: controlInstructions,
    }),
  };
}
