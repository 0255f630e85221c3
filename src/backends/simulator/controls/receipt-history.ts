import type { JsonObject } from '../../../core/body.js';
import type { ReceiptStatus } from '../conversations/message/delivery.js';
import { receipts } from '../conversations/receipt/record.js';
import type { World } from '../kernel/world.js';
import { formatTime } from './views.js';

const STATUSES: readonly ReceiptStatus[] = ['sent', 'delivered', 'read', 'undelivered', 'failed'];
const MAX_INTERVALS = 60;

/** Counts receipts by status and by the time of their last change. */
export function receiptHistory(world: World): JsonObject {
  let [first, last] = [Infinity, -Infinity];
  for (const { dateUpdated } of world.records(receipts).values()) {
    first = Math.min(first, dateUpdated);
    last = Math.max(last, dateUpdated);
  }
  const width = Math.max(1, Math.ceil((last - first + 1) / 1000 / MAX_INTERVALS));
  const length = first === Infinity ? 0 : Math.floor((last - first) / 1000 / width) + 1;
  const counts = Object.fromEntries(STATUSES.map((status) => [status, Array.from({ length }, () => 0)]));
  for (const { status, dateUpdated } of world.records(receipts).values()) {
    const ofStatus = counts[status] ?? [];
    const index = Math.floor((dateUpdated - first) / 1000 / width);
    ofStatus[index] = (ofStatus[index] ?? 0) + 1;
  }
  const times = Array.from({ length }, (_, i) => formatTime(first + i * width * 1000));
  return { times, width, counts };
}
