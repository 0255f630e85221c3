import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import { inputSchemaOf, type Controls } from '../../control/registry.js';
import type { Json, JsonObject } from '../../core/body.js';
import type { Control } from '../../core/control.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';
import { toolNameOf } from '../control/paths.js';
import { internalError } from '../http/refusal.js';
import type { ToolSet } from './server.js';

type Definition = ListToolsResult['tools'][number];

/** The controls as MCP tools. They are separate from Twilio's tools, so that an agent under test cannot use them. */
export function createControlTools(controls: Controls, log: Log): ToolSet {
  const byTool = new Map(controls.list.map((control) => [toolNameOf(control), control]));
  return {
    list: { tools: [...byTool].map(([name, control]) => definitionOf(name, control)) },
    call(name, args, caller) {
      const control = byTool.get(name);
      return control === undefined ? undefined : runControl(controls, control, args, caller, log);
    },
  };
}

/** Instructions for a model that drives the controls. */
export const controlInstructions = [
  'Controls of a simulated Twilio: clock, inbound messages, receipts, webhook deliveries, worlds, faults, journal of calls.',
  'Controls never reach Twilio or a person. They act on the world of the account SID that this connection sends.',
].join('\n');

function definitionOf(name: string, control: Control): Definition {
  return {
    name,
    description: control.description,
    inputSchema: inputSchemaOf(control) as unknown as Definition['inputSchema'],
    annotations: {
      readOnlyHint: !control.changes,
      destructiveHint: control.changes,
      idempotentHint: !control.changes,
      openWorldHint: false,
    },
  };
}

async function runControl(
  controls: Controls,
  { name }: Control,
  args: Readonly<Record<string, unknown>>,
  caller: Caller,
  log: Log,
): Promise<CallToolResult> {
  try {
    const value = await controls.run(name, caller.account, args as JsonObject);
    return { content: [{ type: 'text', text: textOf(value, name) }], structuredContent: value as JsonObject };
  } catch (error) {
    if (!(error instanceof UnderstudyError)) log.error({ err: error, control: name }, 'control failed');
    const { body } = error instanceof UnderstudyError ? error : internalError();
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(body) }] };
  }
}

function textOf(value: Json, name: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // The only error for a value that is JSON: V8's strings end at about 512 MB.
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_REQUEST',
      `The result of \`${name}\` is too large for a tool. Use \`understudy control ${name}\`, or the same control over HTTP.`,
      { cause },
    );
  }
}
