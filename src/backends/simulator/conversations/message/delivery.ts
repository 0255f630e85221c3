/** `delivery`: the summary of a message's receipts. */
import type { JsonObject } from '../../../../core/body.js';
import { isCount, partOf } from '../../kernel/record-fields.js';

export const receiptStatuses = ['sent', 'delivered', 'read', 'failed', 'undelivered'] as const;
export type ReceiptStatus = (typeof receiptStatuses)[number];

/** How many of a message's receipts have reached each status. A delivered one counts as sent, too. */
export interface DeliveryPart {
  readonly total: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly undelivered: number;
}

export const isDeliveryPart = partOf<DeliveryPart>({
  total: isCount,
  sent: isCount,
  delivered: isCount,
  read: isCount,
  failed: isCount,
  undelivered: isCount,
});

/** The statuses that a receipt has reached. Inferred from an example: a read one was sent and delivered before. */
const reached: Readonly<Record<ReceiptStatus, readonly ReceiptStatus[]>> = {
  sent: ['sent'],
  delivered: ['sent', 'delivered'],
  read: ['sent', 'delivered', 'read'],
  undelivered: ['sent', 'undelivered'],
  failed: ['failed'],
};

/** `null` for a message without receipts. */
export function summarizeDelivery(statuses: readonly ReceiptStatus[]): DeliveryPart | null {
  if (statuses.length === 0) return null;
  const all = statuses.flatMap((status) => reached[status]);
  const count = (status: ReceiptStatus): number => all.filter((each) => each === status).length;
  return {
    total: statuses.length,
    sent: count('sent'),
    delivered: count('delivered'),
    read: count('read'),
    failed: count('failed'),
    undelivered: count('undelivered'),
  };
}

export function renderDelivery(delivery: DeliveryPart | null): JsonObject | null {
  if (delivery === null) return null;
  const { total } = delivery;
  const share = (count: number): string => (count === 0 ? 'none' : count === total ? 'all' : 'some');
  return {
    total,
    sent: share(delivery.sent),
    delivered: share(delivery.delivered),
    read: share(delivery.read),
    failed: share(delivery.failed),
    undelivered: share(delivery.undelivered),
  };
}
