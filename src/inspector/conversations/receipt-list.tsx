import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act } from '../base/api.js';
import { Sid, Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { Receipt, ReceiptStatus } from '../base/types.js';
import { Badge, Button } from '../base/widgets.js';

const good: readonly ReceiptStatus[] = ['sent', 'delivered', 'read'];
const bad: readonly ReceiptStatus[] = ['undelivered', 'failed'];

/** What a carrier would report, and what an app is most likely to have to cope with. */
const codes = [
  [30003, 'the phone is off or out of reach'],
  [30005, 'the number does not exist'],
  [30006, 'a landline or an unreachable carrier'],
  [30007, 'filtered as spam'],
  [63016, 'outside the WhatsApp window'],
] as const;

/** A message's receipts, each to be moved by hand. */
export function Receipts({ receipts }: { readonly receipts: readonly Receipt[] }): JSX.Element {
  return (
    <>
      <h3>Receipts</h3>
      {receipts.length === 0 && <p class="hint">None: everybody else here reads it on chat.</p>}
      {receipts.map((receipt) => (
        <ReceiptRow key={receipt.sid} receipt={receipt} />
      ))}
    </>
  );
}

function ReceiptRow({ receipt }: { readonly receipt: Receipt }): JSX.Element {
  const { sid, to, status, error_code: code, date_updated: at, next } = receipt;
  const [wanted, setWanted] = useState(String(codes[0][0]));
  return (
    <div class="receipt">
      <p>
        <Text value={to ?? 'somebody who has left'} />{' '}
        <Badge tone={status}>{code === 0 ? status : `${status} ${code}`}</Badge> <Sid value={sid} />
      </p>
      <p class="hint">
        since <Time at={at} />
        {next !== null && (
          <>
            ; {next.status} at <Time at={next.at} />
          </>
        )}
      </p>
      <div class="actions" role="group" aria-label={`Move the receipt of ${to ?? sid}`}>
        {good.map((each) => (
          <Button key={each} disabled={each === status} run={() => act('receipts.move', { sid, status: each })}>
            {each}
          </Button>
        ))}
        {bad.map((each) => (
          <Button key={each} run={() => act('receipts.move', { sid, status: each, error_code: Number(wanted) })}>
            {each}
          </Button>
        ))}
        <label>
          <span class="hidden">Error code of a failure</span>
          <select value={wanted} onChange={({ currentTarget }) => setWanted(currentTarget.value)}>
            {codes.map(([number, why]) => (
              <option key={number} value={number}>
                {number}: {why}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}
