import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { didYouMean } from '../../util/did-you-mean.js';
import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import type { Tool } from '../../capability/surfaces.js';
import type { Caller } from '../../core/operation.js';
import type { Toolbox } from './tools.js';

export interface McpServerOptions {
  readonly toolbox: Toolbox;
  readonly version: string;
  /** Who answers, e.g. `simulate` or `live`: an agent should know whether its messages reach people. */
  readonly mode: string;
}

/** What an MCP server offers. */
export interface ToolSet {
  readonly list: ListToolsResult;
  /** Undefined when there is no such tool. */
  call(name: string, given: Readonly<Record<string, unknown>>, caller: Caller): Promise<CallToolResult> | undefined;
}

export interface ToolServerOptions {
  readonly tools: ToolSet;
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
}

/** Short, since hosts put it before each tool's name and models take no more than 64 characters in all. */
const NAME = 'twilio';
const LIST_KEPT_FOR = 300_000;

/** The servers of Twilio's tools. */
export function createMcpServers({ toolbox, version, mode }: McpServerOptions): (caller: Caller) => Server {
  const instructions = instructionsFor(toolbox.tools, mode);
  return createToolServers({ tools: toolbox, name: NAME, title: 'Twilio Conversations', version, instructions });
}

/**
 * Makes the MCP servers of both eras. One lives as long as one HTTP request or one stdio connection, so making it must
 * cost nothing: the tools and all they need were made before.
 *
 * The SDK's low-level server is used on purpose. Its McpServer registers each tool anew in each instance, and checks
 * arguments where Twilio, or who plays it, should.
 */
export function createToolServers({ tools, instructions, ...info }: ToolServerOptions): (caller: Caller) => Server {
  const options = {
    capabilities: { tools: {} },
    instructions,
    cacheHints: { 'tools/list': { ttlMs: LIST_KEPT_FOR, cacheScope: 'public' as const } },
  };
  return (caller) => {
    const server = new Server(info, options);
    server.setRequestHandler('tools/list', () => ({ ...tools.list }));
    server.setRequestHandler('tools/call', ({ params: { name, arguments: given = {} } }, { mcpReq }) => {
      const signal = caller.signal ?? mcpReq.signal;
      const result = tools.call(name, given, { ...caller, signal });
      if (result) return result;
      const hint = didYouMean(
        name,
        tools.list.tools.map((tool) => tool.name),
      );
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool ${name} not found.${hint}`);
    });
    return server;
  };
}

/** How an agent begins. Hosts put this into the model's prompt: few lines. */
export function instructionsFor(tools: readonly Tool[], mode: string): string {
  const first = tools.filter((tool) => !tool.operation.parameters.some((parameter) => parameter.in === 'path'));
  const names = first.map((tool) => tool.name).join(' or ');
  const simulated = mode === 'simulate' || mode === 'replay';
  return [
    `Twilio Conversations (mode: ${mode}). ${
      simulated
        ? 'Simulated: nothing reaches a person or costs money.'
        : 'Live: messages reach people and cost money; deletes are final.'
    }`,
    ...(names ? [`Begin with ${names}; every other tool takes the service's SID (IS…).`] : []),
    'A conversation may be named by its UniqueName in place of its SID, a user and a chat participant by their Identity.',
    'Fields of a create or an update go into `body`. Attributes is JSON text.',
    'Lists come in pages: for the next one pass the PageToken and Page that stand in meta.next_page_url.',
    'A refusal has a Twilio code: 20404 means that there is no such thing, 409 that it is there already.',
  ].join('\n');
}
