import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { deliveryEvent } from '../conversations/event.js';
import { addDuration } from '../../../util/datetime.js';
import type { ReceiptRule } from '../conversations/receipt/plan.js';
import type { ReceiptStatus } from '../conversations/records.js';
import { receipts } from '../conversations/tables.js';
import { moveReceipt } from '../conversations/receipt/receipt.js';
import { badInput, control, integer, string, type StageOf } from './parts.js';

const STATUSES = ['sent', 'delivered', 'read', 'failed', 'undelivered'];

interface RuleInput {
  readonly address: string;
  readonly steps: readonly { readonly after: string; readonly status: ReceiptStatus; readonly error_code?: number }[];
}

/** What becomes of delivery receipts. */
export function receiptControls(stageOf: StageOf): readonly Control[] {
  return [
    control<{ sid: string; status: ReceiptStatus; error_code?: number }>({
      name: 'receipts.move',
      description: 'Gives a receipt a status by hand; what was planned for it is dropped. Fires onDeliveryUpdated.',
      changes: true,
      input: {
        properties: {
          sid: string('The SID of the receipt.', { pattern: '^DY' }),
          status: string('The status that it takes.', { enum: STATUSES }),
          error_code: integer('An error code for failed and undelivered, e.g. 30003.', { minimum: 0 }),
        },
        required: ['sid', 'status'],
      },
      run(account, { sid, status, error_code: errorCode }) {
        const stage = stageOf(account);
        const record = stage.world.records(receipts).get(sid);
        if (record === undefined) throw badInput(`There is no receipt ${sid} in this world.`);
        stage.world.emit(deliveryEvent(moveReceipt(stage.world, record, status, errorCode)));
        stage.settle();
        return { sid, status, error_code: errorCode ?? 0 };
      },
    }),
    control({
      name: 'receipts.rules',
      description: "Shows the world's own rules of what becomes of receipts.",
      changes: false,
      input: { properties: {} },
      run: (account) => ({ rules: stageOf(account).world.receiptRules.map(rendered) }),
    }),
    control<{ rules: readonly RuleInput[] }>({
      name: 'receipts.set-rules',
      description:
        'Sets what becomes of the receipts of messages from now on, by address; the first rule that fits counts. ' +
        'Without one, magic addresses and then the channel decide.',
      changes: true,
      input: {
        properties: {
          rules: {
            type: 'array',
            maxItems: 1000,
            description: 'The rules, in order; none: back to the usual.',
            items: {
              type: 'object',
              properties: {
                address: string('An address, or a pattern with * for any characters, e.g. whatsapp:*.'),
                steps: {
                  type: 'array',
                  maxItems: 20,
                  description: 'What comes after sent; none: it stays sent.',
                  items: {
                    type: 'object',
                    properties: {
                      after: string('How long after the message, as an ISO 8601 duration such as PT2S.'),
                      status: string('The status that it takes.', { enum: STATUSES }),
                      error_code: integer('An error code.', { minimum: 0 }),
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
        const { world } = stageOf(account);
        world.receiptRules = rules.map(ruleOf);
        return { rules: world.receiptRules.map(rendered) };
      },
    }),
  ];
}

function ruleOf({ address, steps }: RuleInput): ReceiptRule {
  return {
    address,
    steps: steps.map(({ after, status, error_code: errorCode }) => {
      const length = addDuration(0, after);
      if (length === undefined) throw badInput(`"${after}" is no ISO 8601 duration such as PT2S.`);
      return { after: length, status, errorCode };
    }),
  };
}

function rendered({ address, steps }: ReceiptRule): Json {
  return {
    address,
    steps: steps.map(({ after, status, errorCode = 0 }) => ({
      after: `PT${after / 1000}S`,
      status,
      error_code: errorCode,
    })),
  };
}
