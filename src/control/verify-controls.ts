import type { JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { type Expectation, type Verdict, verifyCalls, verifyOrder } from './expectations.js';
import { createJournalSearch } from './merged-journal.js';
import { type ControlParts, exampleOf, namingUnanswered, text } from './parts.js';

interface VerifyInput {
  readonly expect?: Expectation;
  readonly order?: readonly Expectation[];
  readonly least?: number;
  readonly most?: number;
  readonly after?: number;
}

/** The control that verifies calls in the journal. */
export function verifyControls(parts: ControlParts): readonly Control[] {
  const { operations } = parts;
  const search = createJournalSearch(parts);
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
        const { exchanges, unanswered } = await search({ after, ...(account === undefined ? {} : { world: account }) });
        const verdict =
          order === undefined ? verifyCalls(exchanges, expect ?? {}, { least, most }) : verifyOrder(exchanges, order);
        // Calls that are missing can only add to those that were found.
        const isSettled = unanswered.length === 0 || (verdict.verified && most === Infinity);
        const settled = isSettled ? verdict : { ...verdict, verified: false, reason: incomplete(verdict, unanswered) };
        return { ...(settled as unknown as JsonObject), ...namingUnanswered(unanswered) };
      },
    },
  ];
}

/** Why a verification failed whose calls are incomplete. */
function incomplete({ reason, count }: Verdict, unanswered: readonly string[]): string {
  const found = reason === '' ? `${count} exchanges match` : reason;
  return `${found}; the exchanges of ${unanswered.join(', ')} are missing, which did not answer`;
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
