import type { JSX } from 'preact';
import type { Receipt, ReceiptStatus } from '../base/types.js';

const marks: Readonly<Record<ReceiptStatus, string>> = {
  sent: '✓',
  delivered: '✓✓',
  read: '✓✓',
  failed: '✕',
  undelivered: '✕',
};

/** As many as a glance can take in; a larger group is counted. */
const MOST = 3;

/** How far a message has got to each who does not read it on chat. */
export function Ticks({ receipts }: { readonly receipts: readonly Receipt[] }): JSX.Element | null {
  if (receipts.length === 0) return null;
  if (receipts.length > MOST) return <span class="ticks">{summaryOf(receipts)}</span>;
  return (
    <span class="ticks">
      {receipts.map(({ sid, status, error_code: code, to }) => (
        <span key={sid} class={`tick ${status}`} title={`${to ?? 'somebody'}: ${status}`}>
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
