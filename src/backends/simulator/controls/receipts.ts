import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { addDuration } from '../../../util/datetime.js';
import { receiptStatuses, type ReceiptStatus } from '../conversations/message/delivery.js';
import { MAX_RULES, MAX_STEPS, receiptRules, type ReceiptRule } from '../conversations/receipt/plan.js';
import { deliveryEvent, moveReceipt } from '../conversations/receipt/receipt.js';
import { receipts } from '../conversations/receipt/record.js';
import { receiptHistory } from './receipt-history.js';
import { badInput, defineControl, integer, string, type SessionOf } from './define-control.js';

interface RuleInput {
  readonly address: string;
  readonly steps: readonly { readonly after: string; readonly status: ReceiptStatus; readonly error_code?: number }[];
}

/** Controls of delivery receipts. */
export function receiptControls(sessionOf: SessionOf): readonly Control[] {
  return [
    defineControl<{ sid: string; status: ReceiptStatus; error_code?: number }>({
      name: 'receipts.move',
      description: 'Sets the status of a delivery receipt, cancels its planned changes and fires onDeliveryUpdated.',
      changes: true,
      input: {
        properties: {
          sid: string('The SID of the receipt.', { pattern: '^DY' }),
          status: string('The new status.', { enum: receiptStatuses }),
          error_code: integer('The error code of a failed or undelivered message, e.g. 30003; 0 if absent.', {
            minimum: 0,
          }),
        },
        required: ['sid', 'status'],
      },
      run(account, { sid, status, error_code: errorCode }) {
        const session = sessionOf(account);
        const record = session.world.records(receipts).get(sid);
        if (record === undefined)
          throw badInput(
            `This world has no receipt ${sid}. conversations.messages shows the receipts of each message.`,
          );
        session.world.emit(deliveryEvent(moveReceipt(session.world, record, status, errorCode)));
        session.settle();
        return { sid, status, error_code: errorCode ?? 0 };
      },
    }),
    defineControl({
      name: 'receipts.history',
      description:
        'Counts the delivery receipts of the world by status and by the time of their last change, in at most 60 intervals ' +
        'of equal width, in seconds.',
      changes: false,
      input: { properties: {} },
      run: (account) => receiptHistory(sessionOf(account).world),
    }),
    defineControl({
      name: 'receipts.rules',
      description: 'Shows the rules for delivery receipts that were set with receipts.set-rules.',
      changes: false,
      input: { properties: {} },
      run: (account) => ({ rules: sessionOf(account).world.get(receiptRules).map(renderRule) }),
    }),
    defineControl<{ rules: readonly RuleInput[] }>({
      name: 'receipts.set-rules',
      description:
        'Sets rules for the delivery receipts of future messages, by address. The first matching rule applies. Without a ' +
        'match, magic addresses such as +15005550000 apply, and then the defaults of the channel.',
      changes: true,
      input: {
        properties: {
          rules: {
            type: 'array',
            maxItems: MAX_RULES,
            description: 'The rules, in order of precedence. An empty list restores the defaults.',
            items: {
              type: 'object',
              properties: {
                address: string('An address, or a pattern in which * matches any characters, e.g. whatsapp:*.'),
                steps: {
                  type: 'array',
                  maxItems: MAX_STEPS,
                  description: 'The statuses that follow `sent`. With an empty list, the receipt stays `sent`.',
                  items: {
                    type: 'object',
                    properties: {
                      after: string('The time after the message, as an ISO 8601 duration, e.g. PT2S.'),
                      status: string('The new status.', { enum: receiptStatuses }),
                      error_code: integer('The error code of a failed or undelivered message; 0 if absent.', {
                        minimum: 0,
                      }),
                    },
                    required: ['after', 'status'],
                    additionalProperties: false,
                  },
                },
              },
              required: ['address', 'steps'],
              additionalProperties: false,
            },
          },
        },
        required: ['rules'],
      },
      run(account, { rules }) {
        const { world } = sessionOf(account);
        world.set(receiptRules, rules.map(parseRule));
        return { rules: world.get(receiptRules).map(renderRule) };
      },
    }),
  ];
}

function parseRule({ address, steps }: RuleInput): ReceiptRule {
  return {
    address,
    steps: steps.map(({ after, status, error_code: errorCode }) => {
      const milliseconds = addDuration(0, after);
      if (milliseconds === undefined) {
        throw badInput(`\`after\` must be an ISO 8601 duration such as PT2S, not "${after}".`);
      }
      return { after: milliseconds, status, errorCode };
    }),
  };
}

function renderRule({ address, steps }: ReceiptRule): Json {
  return {
    address,
    steps: steps.map(({ after, status, errorCode = 0 }) => ({
      after: `PT${after / 1000}S`,
      status,
      error_code: errorCode,
    })),
  };
}
