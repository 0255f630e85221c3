import { defineTable, type RecordBase } from '../../kernel/collection.js';
import { isCount, isText, listOf, oneOf, partOf } from '../../kernel/record-fields.js';
import { receiptStatuses, type ReceiptStatus } from '../message/delivery.js';
import type { PlannedStep } from './plan.js';

export interface ReceiptRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly messageSid: string;
  readonly participantSid: string;
  readonly channelMessageSid: string;
  readonly status: ReceiptStatus;
  readonly errorCode: number;
  /** Its future statuses, the next one first. */
  readonly plan: readonly PlannedStep[];
}

export const receipts = defineTable<ReceiptRecord>()({
  name: 'receipts',
  prefix: 'DY',
  fields: {
    serviceSid: isText,
    conversationSid: isText,
    messageSid: isText,
    participantSid: isText,
    channelMessageSid: isText,
    status: oneOf(receiptStatuses),
    errorCode: isCount,
    plan: listOf(partOf<PlannedStep>({ at: isCount, status: oneOf(receiptStatuses), errorCode: isCount })),
  },
  parent: { table: 'messages', order: 'message', sid: (r) => r.messageSid },
  unique: {},
  orders: {
    message: { group: (r) => r.messageSid },
    due: { group: (r) => (r.plan.length === 0 ? undefined : ''), sortKey: (r) => r.plan[0]?.at ?? 0 },
  },
});
