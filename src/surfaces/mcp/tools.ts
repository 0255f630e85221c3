import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import type { Tool } from '../../capability/surfaces.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Caller, Engine, Input, Outcome, Parameter } from '../../core/operation.js';
import { didYouMean } from '../../util/did-you-mean.js';
import { internalError } from '../http/refusal.js';
import { createScopeNote } from './scope-note.js';
import { DELETED, inputSchemaOf, outputSchemaOf, type SchemaParts } from './schemas.js';

/** The tools in MCP's form, and how to call one. Everything that does not depend on a call is built once. */
export interface Toolbox {
  readonly tools: readonly Tool[];
  readonly list: ListToolsResult;
  /** Calls a tool; undefined if there is no tool of that name. An error that a model can act on is a result. */
  call(name: string, args: Arguments, caller: Caller): Promise<CallToolResult> | undefined;
}

export interface ToolboxOptions extends SchemaParts {
  /** The tools to offer, in the capability's order. */
  readonly tools: readonly Tool[];
  readonly engine: Engine;
  readonly log: Log;
}

type Arguments = Readonly<Record<string, unknown>>;

export function createToolbox({ tools, shapes, describeField, engine, log }: ToolboxOptions): Toolbox {
  const scopeNote = createScopeNote(engine.operations);
  const calls = new Map(tools.map((tool) => [tool.name, createToolCall(tool, engine, log)]));
  return {
    tools,
    list: { tools: tools.map((tool) => definitionOf(tool, scopeNote(tool), { shapes, describeField })) },
    call: (name, args, caller) => calls.get(name)?.(args, caller),
  };
}

type Definition = ListToolsResult['tools'][number];

function definitionOf(tool: Tool, scopeNote: string, parts: SchemaParts): Definition {
  const { name, title, description, hints } = tool;
  return {
    name,
    title,
    description: `${description}${scopeNote}`,
    inputSchema: inputSchemaOf(tool, parts) as Definition['inputSchema'],
    outputSchema: outputSchemaOf(tool, parts) as Definition['inputSchema'],
    // All hints are sent, because an absent hint does not mean false. Older clients read the title here.
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
    const parameter = tool.operation.parameters.find((each) => each.name === name);
    if (parameter) parameters.set(input, parameter);
  }
  return async (args: Arguments, caller: Caller): Promise<CallToolResult> => {
    try {
      const input = readArguments(tool, parameters, args);
      return resultOf(await engine.call(tool.operation.id, input, caller));
    } catch (error) {
      if (error instanceof UnderstudyError) return errorResult(JSON.stringify(error.body));
      // The SDK would send the error's message to the client.
      log.error({ err: error, tool: tool.name }, 'tool call failed');
      return errorResult(JSON.stringify(internalError().body));
    }
  };
}

/**
 * Turns a tool's arguments into the operation's input. Refuses only unknown or missing arguments and wrong JSON types;
 * the backend validates values, with the same messages on every surface.
 */
function readArguments(tool: Tool, parameters: ReadonlyMap<string, Parameter>, args: Arguments): Input {
  const input = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(args)) {
    const parameter = parameters.get(name);
    if (!parameter) {
      const hint = didYouMean(name, parameters.keys());
      throw new UnderstudyError('UNDERSTUDY_UNKNOWN_FIELD', `\`${tool.name}\` has no argument \`${name}\`.${hint}`);
    }
    checkType(tool, name, parameter, value);
    input[parameter.name] = value;
  }
  const missing = [...parameters]
    .filter(([, { name, required }]) => required && (input[name] ?? '') === '')
    .map(([name]) => `\`${name}\``);
  if (missing.length > 0) {
    throw new UnderstudyError('UNDERSTUDY_MISSING_PARAMETER', `\`${tool.name}\` requires ${missing.join(' and ')}.`);
  }
  return input;
}

function checkType(tool: Tool, name: string, parameter: Parameter, value: unknown): void {
  if (value === undefined || value === null) return;
  const isArray = Array.isArray(value);
  if (parameter.in === 'body') {
    if (typeof value === 'object' && !isArray) return;
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_BODY',
      `\`${name}\` of \`${tool.name}\` must be an object of form fields.`,
    );
  }
  if (isArray ? parameter.type === 'array' : typeof value !== 'object') return;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    `\`${name}\` of \`${tool.name}\` must be of type ${parameter.type}.`,
  );
}

function resultOf({ result: { status, body }, ignored }: Outcome): CallToolResult {
  if (status >= 400) return errorResult(body?.text ?? JSON.stringify({ status }), ignored);
  const value = body === null ? DELETED : body.value;
  // In live mode a gateway in front of Twilio may send an HTML page.
  if (typeof value !== 'object' || value === null) return errorResult(body?.text ?? '', ignored);
  return {
    content: [{ type: 'text', text: body?.text ?? JSON.stringify(DELETED) }, ...noteOf(ignored)],
    structuredContent: value,
  };
}

/** Has no structured content, because older clients validate it against the output schema even for an error. */
function errorResult(text: string, ignored: readonly string[] = []): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }, ...noteOf(ignored)] };
}

/** Tells a model about fields that Twilio ignores, so that it notices a typo. */
function noteOf(ignored: readonly string[]): { type: 'text'; text: string }[] {
  if (ignored.length === 0) return [];
  return [{ type: 'text', text: `Ignored unknown fields: ${ignored.join(', ')}` }];
}
