import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { type Expectation, verifyCalls, verifyOrder } from './expectations.js';
import { type ControlParts, exampleOf, text } from './parts.js';

interface VerifyInput {
  readonly expect?: Expectation;
  readonly order?: readonly Expectation[];
  readonly least?: number;
  readonly most?: number;
  readonly after?: number;
}

/** The control that verifies calls in the journal. */
export function verifyControls({ journal, settled, operations, defaultAccount }: ControlParts): readonly Control[] {
  const expectation = expectationSchema(operations);
  return [
    {
      name: 'journal.verify',
      description:
        'Verifies that matching calls were made: `expect` for the number of matching calls, `order` for a sequence. On ' +
        'failure, returns the closest calls and the fields that differ.',
      changes: false,
      input: {
        properties: {
          expect: expectation,
          least: { type: 'integer', minimum: 0, description: 'Minimum number of matching calls. Default: 1.' },
          most: { type: 'integer', minimum: 0, description: 'Maximum number of matching calls. Default: no maximum.' },
          order: {
            type: 'array',
            items: expectation,
            maxItems: 1000,
            description: 'Calls in the expected order. Other calls may come between them.',
          },
          after: { type: 'integer', minimum: 0, description: 'Only exchanges with an id greater than this.' },
        },
      },
      async run(account, input) {
        const { expect, order, least = 1, most = Infinity, after = 0 } = input as VerifyInput;
        if ((expect === undefined) === (order === undefined)) {
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', 'Pass either `expect` or `order`.');
        }
        await settled();
        const exchanges = journal
          .entries({ after })
          .filter((exchange) => account === undefined || (exchange.account ?? defaultAccount) === account);
        const verdict =
          order === undefined ? verifyCalls(exchanges, expect ?? {}, { least, most }) : verifyOrder(exchanges, order);
        return verdict as unknown as Json;
      },
    },
  ];
}

function expectationSchema(operations: readonly Operation[]): JsonObject {
  return {
    type: 'object',
    description: 'An expected call. A field that is absent matches anything.',
    properties: {
      operation: text(`Name of the operation${exampleOf(operations)}.`),
      input: { type: 'object', description: 'Parts of the input, e.g. {"body": {"Author": "ann"}}.' },
      status: { type: 'integer', description: 'HTTP status of the response.' },
      account: text('Account SID of the world.'),
    },
    additionalProperties: false,
  };
}
