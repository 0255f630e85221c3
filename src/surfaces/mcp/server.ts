import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import type { Tool } from '../../capability/surfaces.js';
import type { Caller } from '../../core/operation.js';
import { didYouMean } from '../../util/did-you-mean.js';
import type { Toolbox } from './tools.js';

export interface McpServerOptions {
  readonly toolbox: Toolbox;
  readonly version: string;
  /** The mode's name, e.g. `simulate` or `live`. Tells an agent whether its messages reach people. */
  readonly mode: string;
}

/** The tools of an MCP server. */
export interface ToolSet {
  readonly list: ListToolsResult;
  /** Calls a tool; undefined if there is no tool of that name. */
  call(name: string, args: Readonly<Record<string, unknown>>, caller: Caller): Promise<CallToolResult> | undefined;
}

export interface ToolServerOptions {
  readonly tools: ToolSet;
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
}

/** Hosts prefix tool names with this, and models accept at most 64 characters in all. */
const NAME = 'twilio';
/** How long clients may cache the list of tools, in milliseconds. */
const LIST_TTL = 300_000;

/** Returns a factory for the server of Twilio's tools. */
export function createMcpServers({ toolbox, version, mode }: McpServerOptions): (caller: Caller) => Server {
  const instructions = instructionsFor(toolbox.tools, mode);
  return createToolServers({ tools: toolbox, name: NAME, title: 'Twilio Conversations', version, instructions });
}

/**
 * Returns a factory for MCP servers of both eras. A server lives for one HTTP request or one stdio connection, so creating
 * one must be cheap: everything that servers share is built before.
 *
 * Uses the SDK's low-level server. `McpServer` registers all tools again in each instance, and validates arguments that
 * the backend must validate.
 */
export function createToolServers({ tools, instructions, ...info }: ToolServerOptions): (caller: Caller) => Server {
  const options = {
    capabilities: { tools: {} },
    instructions,
    cacheHints: { 'tools/list': { ttlMs: LIST_TTL, cacheScope: 'public' as const } },
  };
  return (caller) => {
    const server = new Server(info, options);
    server.setRequestHandler('tools/list', () => ({ ...tools.list }));
    server.setRequestHandler('tools/call', ({ params: { name, arguments: args = {} } }, { mcpReq }) => {
      const signal = caller.signal ?? mcpReq.signal;
      const result = tools.call(name, args, { ...caller, signal });
      if (result) return result;
      const names = tools.list.tools.map((tool) => tool.name);
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool ${name} not found.${didYouMean(name, names)}`);
    });
    return server;
  };
}

/** Instructions for a model. Hosts insert them into the prompt, so they are short. */
export function instructionsFor(tools: readonly Tool[], mode: string): string {
  const entryTools = tools.filter((tool) => !tool.operation.parameters.some((parameter) => parameter.in === 'path'));
  const names = entryTools.map((tool) => tool.name).join(' or ');
  const isSimulated = mode === 'simulate' || mode === 'replay';
  return [
    `Twilio Conversations (mode: ${mode}). ${
      isSimulated
        ? 'Simulated: nothing reaches a person or costs money.'
        : 'Live: messages reach people and cost money; deletes are final.'
    }`,
    ...(names
      ? [`Start with ${names}. Every other tool requires a SID from an earlier result, e.g. of a service (IS…).`]
      : []),
    'A UniqueName may replace the SID of a conversation, and an Identity that of a user or chat participant.',
    'Put the fields of a create or update into `body`. Attributes is JSON text.',
    'Lists are paged. For the next page, pass PageToken and Page from meta.next_page_url.',
    'Errors carry a Twilio code. 20404: not found. Status 409: it already exists.',
  ].join('\n');
}
