import { UnderstudyError } from '../core/errors.js';
import type { Control } from '../core/control.js';
import type { Json, JsonObject } from '../core/body.js';
import { LONGEST_LATENCY, type ActiveFault, type FaultRule, type Faults } from '../engine/faults.js';

const text = (description: string): JsonObject => ({ type: 'string', description });

/** The members that a latency has, in the order of their names. */
const LATENCIES: ReadonlySet<string> = new Set(['max,min', 'median,sigma']);

/** The rules of what goes wrong on demand. */
export function faultControls(faults: Faults): readonly Control[] {
  return [
    {
      name: 'faults.list',
      description: 'Lists the rules of faults and how often each has struck.',
      changes: false,
      input: { properties: {} },
      run: () => ({ faults: faults.list().map(rendered) }),
    },
    {
      name: 'faults.add',
      description:
        'Lets calls or webhooks go wrong by rule: an answer of any status, latency, a cut connection; a webhook lost, doubled or late.',
      changes: true,
      input: {
        properties: {
          operation: text('Calls of this operation, * for any characters; every operation if absent.'),
          event: text('Webhooks of this event, * for any characters. Then `webhook` says what goes wrong.'),
          account: text('Only in the world of this account SID.'),
          probability: { type: 'number', minimum: 0, maximum: 1, description: 'How likely; always if absent.' },
          times: { type: 'integer', minimum: 1, description: 'How often before it is used up; without end if absent.' },
          seed: text('What chance grows from: the same seed, the same sequence.'),
          status: {
            type: 'integer',
            minimum: 200,
            maximum: 599,
            description: 'The HTTP status of the answer, e.g. 429.',
          },
          code: { type: 'integer', description: "Twilio's code; the usual one of the status if absent." },
          message: text('The message; the usual one of the status if absent.'),
          headers: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description: 'Headers of the answer, e.g. Retry-After.',
          },
          latency: {
            type: 'object',
            description:
              'Milliseconds before anything else: drawn evenly from `min` to `max`, or lognormal around `median`, with ' +
              'a long tail (`sigma`: 0 none, 0.5 as of a usual network, 1 heavy).',
            properties: {
              min: { type: 'integer', minimum: 0 },
              max: { type: 'integer', minimum: 0, maximum: LONGEST_LATENCY },
              median: { type: 'integer', minimum: 1, maximum: LONGEST_LATENCY },
              sigma: { type: 'number', minimum: 0, maximum: 3 },
            },
            additionalProperties: false,
          },
          cut: {
            type: 'string',
            enum: ['reset', 'truncate', 'hang'],
            description: 'Reset the connection, cut the body in the middle, or never answer. The call itself is made.',
          },
          webhook: { type: 'string', enum: ['lose', 'double', 'late'], description: 'What becomes of a webhook.' },
          delay: {
            type: 'integer',
            minimum: 0,
            maximum: 600000,
            description: 'By how many milliseconds it is late; 1000 if absent.',
          },
        },
      },
      run(_, input) {
        const rule = input as FaultRule;
        if ((rule.event === undefined) !== (rule.webhook === undefined)) {
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', '`event` and `webhook` go together.');
        }
        if (rule.latency !== undefined && !LATENCIES.has(Object.keys(rule.latency).sort().join())) {
          throw new UnderstudyError(
            'UNDERSTUDY_BAD_REQUEST',
            '`latency` takes `min` and `max`, or `median` and `sigma`.',
          );
        }
        return rendered(faults.add(rule));
      },
    },
    {
      name: 'faults.remove',
      description: 'Takes a rule away.',
      changes: true,
      input: { properties: { id: { type: 'integer', minimum: 1, description: 'Its id.' } }, required: ['id'] },
      run(_, { id }) {
        if (faults.remove(Number(id))) return {};
        throw new UnderstudyError(
          'UNDERSTUDY_BAD_REQUEST',
          `There is no fault rule ${JSON.stringify(id)}; faults.list shows them.`,
        );
      },
    },
    {
      name: 'faults.clear',
      description: 'Takes all rules away.',
      changes: true,
      input: { properties: {} },
      run() {
        faults.clear();
        return {};
      },
    },
  ];
}

function rendered({ id, rule, happened }: ActiveFault): Json {
  return { id, ...(rule as unknown as JsonObject), happened };
}
