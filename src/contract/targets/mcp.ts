/** Calls the MCP surface through the official SDK, which is an optional dependency. */
import type { Json } from '../../core/body.js';
import { UnderstudyError } from '../../core/errors.js';
import { isObject } from '../model/paths.js';
import type { Answer, Target } from '../model/target.js';

/** How an MCP server offers one operation. The tools of a capability have this form. */
interface McpTool {
  readonly name: string;
  /** The operation's parameter for each argument name. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface McpTargetOptions {
  readonly url: string;
  /** By operation name. */
  readonly tools: ReadonlyMap<string, McpTool>;
  readonly headers: Readonly<Record<string, string>>;
  /** The success status of an operation, because tool results have no status. */
  readonly status: (operation: string) => number;
}

/**
 * The path of an MCP server that offers these tools. An understudy offers one set of them at its MCP path, and all of them
 * at `/mcp/all`. Stays with the given URL if that path offers no more.
 * @throws UnderstudyError if the SDK is not installed
 */
export async function findToolSet({ url, tools, headers }: Omit<McpTargetOptions, 'status'>): Promise<string> {
  const wanted = Array.from(tools.values(), ({ name }) => name);
  const countAt = async (each: string): Promise<number> => {
    const offered = await toolNames(each, headers);
    return wanted.filter((name) => offered.has(name)).length;
  };
  const count = await countAt(url);
  if (count === wanted.length) return url;
  const all = new URL(url);
  all.pathname = `${all.pathname.replace(/(?:\/mcp(?:\/[^/]*)?)?\/*$/, '')}/mcp/all`;
  // Another server may have nothing at this path.
  const countOfAll = await countAt(all.href).catch(() => 0);
  return countOfAll > count ? all.href : url;
}

async function toolNames(url: string, headers: McpTargetOptions['headers']): Promise<Set<string>> {
  const client = await connect(url, headers);
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const names = new Set<string>();
  try {
    let cursor: string | undefined;
    do {
      const params = cursor === undefined ? {} : { cursor };
      // `client.listTools` would also compile the schema of each tool's output.
      const { tools, nextCursor } = await client.request({ method: 'tools/list', params }, ListToolsResultSchema);
      for (const { name } of tools) names.add(name);
      cursor = nextCursor;
    } while (cursor !== undefined);
  } finally {
    await client.close();
  }
  return names;
}

async function connect(url: string, headers: McpTargetOptions['headers']) {
  const { Client, StreamableHTTPClientTransport } = await loadSdk();
  const client = new Client({ name: 'understudy-contract', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { ...headers } } }));
  return client;
}

/** Connects to an MCP server. @throws UnderstudyError if the SDK is not installed. */
export async function mcpTarget({ url, tools, headers, status }: McpTargetOptions): Promise<Target> {
  const client = await connect(url, headers);
  return {
    async call(operation, input, signal) {
      const tool = tools.get(operation.name);
      if (tool === undefined) throw new Error(`there is no tool for ${operation.name}`);
      const args = Object.fromEntries(
        [...tool.inputs].flatMap(([name, parameter]) =>
          input[parameter] === undefined ? [] : [[name, input[parameter]] as const],
        ),
      );
      const result = await client.callTool({ name: tool.name, arguments: args }, undefined, { signal });
      return answerFrom(result as ToolResult, status(operation.name));
    },
    close: () => client.close(),
  };
}

interface ToolResult {
  readonly isError?: boolean;
  readonly structuredContent?: Json;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}

/** The status of an error is in its body. */
function answerFrom({ isError = false, structuredContent, content = [] }: ToolResult, successStatus: number): Answer {
  const body = structuredContent ?? parseText(content.find(({ type }) => type === 'text')?.text);
  if (!isError) return { status: successStatus, isStatusAssumed: true, body: successStatus === 204 ? null : body };
  const status = isObject(body) ? body['status'] : undefined;
  return { status: typeof status === 'number' ? status : 500, body };
}

function parseText(text = 'null'): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

async function loadSdk() {
  try {
    const [{ Client }, { StreamableHTTPClientTransport }] = await Promise.all([
      import('@modelcontextprotocol/sdk/client/index.js'),
      import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    ]);
    return { Client, StreamableHTTPClientTransport };
  } catch (error) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      '--surface mcp needs @modelcontextprotocol/sdk, which is not installed: run `npm install @modelcontextprotocol/sdk@1`.',
      { cause: error },
    );
  }
}
