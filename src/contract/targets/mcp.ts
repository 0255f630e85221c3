/** The MCP surface, through the client of the owner's own SDK. */
import { UnderstudyError } from '../../core/errors.js';
import type { Input, Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import { isObject } from '../model/paths.js';
import type { Answer, Target } from '../model/target.js';

/** One operation as a tool; a tool of the capability is one. */
export interface ToolPlace {
  readonly name: string;
  /** From the argument's name to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface McpTargetOptions {
  readonly url: string;
  readonly tools: ReadonlyMap<string, ToolPlace>;
  readonly headers: Readonly<Record<string, string>>;
  /** The status of an operation's success: a tool does not say it. */
  readonly status: (operation: string) => number;
}

/** Connects to an MCP server. @throws UnderstudyError when the SDK is not installed. */
export async function mcpTarget(options: McpTargetOptions): Promise<Target> {
  const { Client, StreamableHTTPClientTransport } = await loadSdk();
  const client = new Client({ name: 'understudy-contract', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(options.url), {
    requestInit: { headers: { ...options.headers } },
  });
  await client.connect(transport);

  return {
    async call(operation: Operation, input: Input, signal: AbortSignal): Promise<Answer> {
      const tool = options.tools.get(operation.name);
      if (tool === undefined) throw new Error(`no tool calls ${operation.name}`);
      const args = Object.fromEntries(
        [...tool.inputs].flatMap(([name, parameter]) =>
          input[parameter] === undefined ? [] : [[name, input[parameter]] as const],
        ),
      );
      const result = await client.callTool({ name: tool.name, arguments: args }, undefined, { signal });
      return answerOf(result as ToolResult, options.status(operation.name));
    },
    close: () => client.close(),
  };
}

interface ToolResult {
  readonly isError?: boolean;
  readonly structuredContent?: Json;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}

/** A tool says whether it failed; Twilio's status then stands in the body. */
function answerOf({ isError = false, structuredContent, content = [] }: ToolResult, success: number): Answer {
  const body = structuredContent ?? parse(content.find(({ type }) => type === 'text')?.text);
  if (!isError) return { status: success, body: success === 204 ? null : body };
  const status = isObject(body) ? body['status'] : undefined;
  return { status: typeof status === 'number' ? status : 500, body };
}

function parse(text = 'null'): Json {
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
      'The MCP surface is spoken to with @modelcontextprotocol/sdk, which is not there: run `npm install @modelcontextprotocol/sdk@1`.',
      { cause: error },
    );
  }
}
