import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/server';
import { inputSchemaOf, type Controls } from '../../control/registry.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Caller } from '../../core/operation.js';
import type { Control } from '../../core/control.js';
import type { JsonObject } from '../../core/body.js';
import { toolNameOf } from '../control/paths.js';
import type { ToolSet } from './server.js';
import { internalFault } from '../http/refusal.js';

type Definition = ListToolsResult['tools'][number];

/** The controls as MCP tools, apart from those of Twilio: an agent under test must not find the strings of its stage. */
export function createControlTools(controls: Controls, log: Log): ToolSet {
  const byTool = new Map(controls.list.map((control) => [toolNameOf(control), control]));
  return {
    list: { tools: [...byTool].map(([name, control]) => definitionOf(name, control)) },
    call(name, given, caller) {
      const control = byTool.get(name);
      return control === undefined ? undefined : callOf(controls, control, given, caller, log);
    },
  };
}

/** How an agent that plays the other side begins. */
export const controlInstructions = [
  'Controls of a simulated Twilio: its clock, inbound messages, receipts, webhook deliveries, worlds, faults, and a journal of calls.',
  'Nothing here reaches Twilio or a person. Each works on the world of the account SID that this connection shows.',
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

async function callOf(
  controls: Controls,
  { name }: Control,
  given: Readonly<Record<string, unknown>>,
  caller: Caller,
  log: Log,
): Promise<CallToolResult> {
  try {
    const value = await controls.run(name, caller.account, given as JsonObject);
    return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value as JsonObject };
  } catch (error) {
    if (!(error instanceof UnderstudyError)) log.error({ err: error, control: name }, 'a control failed');
    const { body } = error instanceof UnderstudyError ? error : internalFault();
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(body) }] };
  }
}
