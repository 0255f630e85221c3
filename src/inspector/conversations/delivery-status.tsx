import type { JSX } from 'preact';
import type { Receipt, ReceiptStatus } from '../data/types.js';

const marks: Readonly<Record<ReceiptStatus, string>> = {
  sent: '✓',
  delivered: '✓✓',
  read: '✓✓',
  failed: '✕',
  undelivered: '✕',
};

/** Above this number of receipts, only a count per status is shown. */
const MAX_INDIVIDUAL = 3;

/** The status of a message's delivery receipts, of which there is one per participant outside of chat. */
export function DeliveryStatus({ receipts }: { readonly receipts: readonly Receipt[] }): JSX.Element | null {
  if (receipts.length === 0) return null;
  if (receipts.length > MAX_INDIVIDUAL) return <span class="delivery-status">{summaryOf(receipts)}</span>;
  return (
    <span class="delivery-status">
      {receipts.map(({ sid, status, error_code: code, to }) => (
        <span key={sid} class={`status ${status}`} title={`${to ?? 'former participant'}: ${status}`}>
          <span aria-hidden="true">{marks[status]}</span> {status}
          {code !== 0 && ` ${code}`}
        </span>
      ))}
    </span>
  );
}

function summaryOf(receipts: readonly Receipt[]): string {
  const counts = new Map<string, number>();
  for (const { status } of receipts) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}
