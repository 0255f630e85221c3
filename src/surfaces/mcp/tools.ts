import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import { didYouMean } from '../../util/did-you-mean.js';
import type { Shapes } from '../../capability/shapes.js';
import type { Tool } from '../../capability/surfaces.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Caller, Engine, Input, Outcome, Parameter } from '../../core/operation.js';
import type { Log } from '../../core/log.js';
import { DELETED, inputSchemaOf, outputSchemaOf } from './schemas.js';
import { internalFault } from '../http/refusal.js';

/** The tools as MCP tells them, and the way to call one. Whatever does not depend on a call is made once. */
export interface Toolbox {
  readonly tools: readonly Tool[];
  readonly list: ListToolsResult;
  /** Undefined when there is no such tool. A failure that a model can act on is a result. */
  call(name: string, given: Readonly<Record<string, unknown>>, caller: Caller): Promise<CallToolResult> | undefined;
}

export interface ToolboxOptions {
  /** Those that are offered, in the capability's order. */
  readonly tools: readonly Tool[];
  readonly shapes: Shapes;
  readonly engine: Engine;
  readonly log: Log;
}

/** Builds the toolbox of the chosen tools. */
export function createToolbox({ tools, shapes, engine, log }: ToolboxOptions): Toolbox {
  const callers = new Map(tools.map((tool) => [tool.name, createToolCall(tool, engine, log)]));
  return {
    tools,
    list: { tools: tools.map((tool) => definitionOf(tool, shapes)) },
    call: (name, given, caller) => callers.get(name)?.(given, caller),
  };
}

/**
 * Which tools to offer: `all`, `read-only`, or names with commas between.
 * @throws UnderstudyError for a name that no tool has.
 */
export function selectTools(tools: readonly Tool[], choice = 'all'): readonly Tool[] {
  if (choice === 'all') return tools;
  if (choice === 'read-only') return tools.filter((tool) => tool.hints.readOnly);
  const wanted = new Set(choice.split(',').map((name) => name.trim()));
  const known = tools.map((tool) => tool.name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, [...known, 'all', 'read-only']);
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `--mcp-tools names \`${name}\`, which is no tool.${hint}`);
  }
  return tools.filter((tool) => wanted.has(tool.name));
}

type Definition = ListToolsResult['tools'][number];

function definitionOf(tool: Tool, shapes: Shapes): Definition {
  const { name, title, description, hints } = tool;
  return {
    name,
    title,
    description,
    inputSchema: inputSchemaOf(tool, shapes) as Definition['inputSchema'],
    outputSchema: outputSchemaOf(tool, shapes) as Definition['inputSchema'],
    // A hint that is absent does not mean false, so that all are sent. Older clients read the title here.
    annotations: {
      title,
      readOnlyHint: hints.readOnly,
      destructiveHint: hints.destructive,
      idempotentHint: hints.idempotent,
      openWorldHint: true,
    },
  };
}

function createToolCall(tool: Tool, engine: Engine, log: Log) {
  const parameters = new Map<string, Parameter>();
  for (const [input, name] of tool.inputs) {
    const parameter = tool.operation.parameters.find((one) => one.name === name);
    if (parameter) parameters.set(input, parameter);
  }
  return async (given: Readonly<Record<string, unknown>>, caller: Caller): Promise<CallToolResult> => {
    try {
      const input = readArguments(tool, parameters, given);
      return resultOf(await engine.call(tool.operation.name, input, caller));
    } catch (error) {
      if (error instanceof UnderstudyError) return failure(JSON.stringify(error.body));
      // The SDK would tell the client what was thrown.
      log.error({ err: error, tool: tool.name }, 'a tool failed');
      return failure(JSON.stringify(internalFault().body));
    }
  };
}

/**
 * The arguments as the operation's input. Only what a call cannot be made without is refused here; whether a value is
 * allowed is the backend's to say, in the same words as on every surface.
 */
function readArguments(
  tool: Tool,
  parameters: ReadonlyMap<string, Parameter>,
  given: Readonly<Record<string, unknown>>,
): Input {
  const input = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    const parameter = parameters.get(name);
    if (!parameter) {
      const hint = didYouMean(name, parameters.keys());
      throw new UnderstudyError('UNDERSTUDY_UNKNOWN_FIELD', `\`${tool.name}\` has no argument \`${name}\`.${hint}`);
    }
    checkKind(tool, name, parameter, value);
    input[parameter.name] = value;
  }
  const missing = [...parameters]
    .filter(([, { name, required }]) => required && (input[name] ?? '') === '')
    .map(([name]) => `\`${name}\``);
  if (missing.length > 0) {
    throw new UnderstudyError('UNDERSTUDY_MISSING_PARAMETER', `\`${tool.name}\` needs ${missing.join(' and ')}.`);
  }
  return input;
}

function checkKind(tool: Tool, name: string, parameter: Parameter, value: unknown): void {
  if (value === undefined || value === null) return;
  const isList = Array.isArray(value);
  if (parameter.in === 'body') {
    if (typeof value === 'object' && !isList) return;
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_BODY',
      `\`${name}\` of \`${tool.name}\` must be an object of form fields.`,
    );
  }
  if (isList ? parameter.type === 'array' : typeof value !== 'object') return;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    `\`${name}\` of \`${tool.name}\` must be of type ${parameter.type}.`,
  );
}

function resultOf({ result: { status, body }, ignored }: Outcome): CallToolResult {
  if (status >= 400) return failure(body?.text ?? JSON.stringify({ status }), ignored);
  const value = body === null ? DELETED : body.value;
  // A gateway before Twilio may answer with a page.
  if (typeof value !== 'object' || value === null) return failure(body?.text ?? '', ignored);
  return {
    content: [{ type: 'text', text: body?.text ?? JSON.stringify(DELETED) }, ...noteOf(ignored)],
    structuredContent: value,
  };
}

/** Never with structured content: older clients hold even that of an error against the output schema. */
function failure(text: string, ignored: readonly string[] = []): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }, ...noteOf(ignored)] };
}

/** A typo must not pass unseen, though Twilio lets it. */
function noteOf(ignored: readonly string[]): { type: 'text'; text: string }[] {
  if (ignored.length === 0) return [];
  return [{ type: 'text', text: `Ignored, since the operation does not know it: ${ignored.join(', ')}` }];
}
