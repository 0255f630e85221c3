import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';
import type { SharedRule } from '../core/shared-worlds.js';
import { MAX_LATENCY, type ActiveFault, type FaultRule } from '../engine/faults.js';
import { type ControlParts, exampleOf, text } from './parts.js';

/** Controls that inject faults into calls and webhooks. */
export function faultControls({ faults, sharedFaults, operations }: ControlParts): readonly Control[] {
  return [
    {
      name: 'faults.list',
      description: 'Lists the fault rules and how often each has been applied.',
      changes: false,
      input: { properties: {} },
      run: async () => ({ faults: ((await sharedFaults?.list()) ?? faults.list()).map(render) }),
    },
    {
      name: 'faults.add',
      description:
        'Adds a rule that injects a fault: into calls, an error response, latency or a broken connection; into webhooks, ' +
        'a lost, duplicate or delayed delivery. Of several matching rules, only the first is applied.',
      changes: true,
      input: {
        properties: {
          operation: text(
            `Only calls of this operation${exampleOf(operations)}; \`*\` matches any characters. Default: all.`,
          ),
          event: text(
            'Makes this a rule for webhooks of this event, e.g. onMessageAdded; `*` matches any characters. Requires ' +
              '`webhook`.',
          ),
          ...scope,
          ...callFault,
          ...webhookFault,
        },
      },
      async run(_, input) {
        const rule = input as FaultRule;
        checkRule(rule);
        if (sharedFaults === undefined) return render(faults.add(rule));
        faults.checkRoom();
        return render({ id: await sharedFaults.add(rule), rule, happened: 0 });
      },
    },
    {
      name: 'faults.remove',
      description: 'Removes a fault rule.',
      changes: true,
      input: {
        properties: { id: { type: 'integer', minimum: 1, description: 'The id of the rule, from faults.list.' } },
        required: ['id'],
      },
      async run(_, { id }) {
        const number = Number(id);
        if (await (sharedFaults?.remove(number) ?? faults.remove(number))) return {};
        throw badRequest(`There is no fault rule ${JSON.stringify(id)}. faults.list shows all rules.`);
      },
    },
    {
      name: 'faults.clear',
      description: 'Removes all fault rules.',
      changes: true,
      input: { properties: {} },
      async run() {
        await (sharedFaults?.clear() ?? faults.clear());
        return {};
      },
    },
  ];
}

const scope: Readonly<Record<string, JsonObject>> = {
  account: text('Only in the world of this account SID. Default: all worlds.'),
  probability: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    description: 'Probability that a matching call or webhook is affected. Default: 1.',
  },
  times: {
    type: 'integer',
    minimum: 1,
    description: 'How often the rule is applied before it expires. Default: no limit.',
  },
  seed: text('Seed of the random numbers for probability and latency. The same seed gives the same sequence.'),
};

const callFault: Readonly<Record<string, JsonObject>> = {
  status: {
    type: 'integer',
    minimum: 200,
    maximum: 599,
    description: 'Responds with this HTTP status, e.g. 429, without making the call.',
  },
  code: { type: 'integer', description: "Twilio's error code in the response. Default: the usual code of the status." },
  message: text('Message in the response. Default: the usual message of the status.'),
  headers: {
    type: 'object',
    maxProperties: 50,
    additionalProperties: { type: 'string', maxLength: 4096 },
    description: 'Headers of the response, e.g. {"Retry-After": "1"}.',
  },
  latency: {
    type: 'object',
    description:
      'Delay before the call, in milliseconds: uniform from `min` to `max`, or lognormal around `median` with the shape ' +
      '`sigma` (0: constant; 0.5: a typical network; 1: a heavy tail).',
    properties: {
      min: { type: 'integer', minimum: 0 },
      max: { type: 'integer', minimum: 0, maximum: MAX_LATENCY },
      median: { type: 'integer', minimum: 1, maximum: MAX_LATENCY },
      sigma: { type: 'number', minimum: 0, maximum: 3 },
    },
    additionalProperties: false,
  },
  cut: {
    type: 'string',
    enum: ['reset', 'truncate', 'hang'],
    description:
      'Makes the call, then breaks the connection: resets it, closes it in the middle of the body, or never responds.',
  },
};

const webhookFault: Readonly<Record<string, JsonObject>> = {
  webhook: {
    type: 'string',
    enum: ['lose', 'double', 'late'],
    description: 'Does not send the webhook, sends it twice, or sends it late. Requires `event`.',
  },
  delay: {
    type: 'integer',
    minimum: 0,
    maximum: 600_000,
    description: 'Delay of a late webhook, in milliseconds. Default: 1000.',
  },
};

const LATENCY_SHAPES: ReadonlySet<string> = new Set(['max,min', 'median,sigma']);

/** Checks what the schema does not express. */
function checkRule({ event, webhook, latency, headers = {} }: FaultRule): void {
  if ((event === undefined) !== (webhook === undefined)) {
    throw badRequest('`event` and `webhook` require each other.');
  }
  if (latency !== undefined && !LATENCY_SHAPES.has(Object.keys(latency).sort().join())) {
    throw badRequest('`latency` requires either `min` and `max`, or `median` and `sigma`.');
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
}

/** Headers that describe how the response is sent, which the server decides. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function checkHeader(name: string, value: string): void {
  const shown = JSON.stringify(name.slice(0, 100));
  if (FRAMING.has(name.toLowerCase())) {
    throw badRequest(`\`headers\` cannot contain ${shown}: the server sets it. To break a response, use \`cut\`.`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw badRequest(
      `The header ${shown} cannot be sent: its name or its value has characters that HTTP does not allow.`,
    );
  }
}

function badRequest(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
}

function render({ id, rule, happened }: ActiveFault | SharedRule): Json {
  return { id, ...(rule as unknown as JsonObject), happened };
}
