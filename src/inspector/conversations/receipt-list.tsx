import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { Button } from '../components/button.js';
import { SidLink } from '../components/sid-link.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { runControl } from '../data/api.js';
import type { Receipt, ReceiptStatus } from '../data/types.js';

const successes: readonly ReceiptStatus[] = ['sent', 'delivered', 'read'];
const failures: readonly ReceiptStatus[] = ['undelivered', 'failed'];

/** Common error codes of failed deliveries, from Twilio's error dictionary. */
const errorCodes = [
  [30003, 'unreachable handset'],
  [30005, 'unknown handset'],
  [30006, 'landline or unreachable carrier'],
  [30007, 'message filtered'],
  [63016, 'outside the WhatsApp messaging window'],
] as const;

/** A message's delivery receipts, with buttons to set the status of each. */
export function ReceiptList({ receipts }: { readonly receipts: readonly Receipt[] }): JSX.Element {
  return (
    <>
      <h3>Delivery receipts</h3>
      {receipts.length === 0 && <p class="hint">None. Only participants outside of chat have delivery receipts.</p>}
      {receipts.map((receipt) => (
        <ReceiptRow key={receipt.sid} receipt={receipt} />
      ))}
    </>
  );
}

function ReceiptRow({ receipt }: { readonly receipt: Receipt }): JSX.Element {
  const { sid, to, status, error_code: code, date_updated: at, next } = receipt;
  const [errorCode, setErrorCode] = useState(String(errorCodes[0][0]));
  return (
    <div class="receipt">
      <p>
        <Text value={to ?? 'Former participant'} />{' '}
        <Badge tone={status}>{code === 0 ? status : `${status} ${code}`}</Badge> <SidLink value={sid} />
      </p>
      <p class="hint">
        Updated <Timestamp at={at} />
        {next !== null && (
          <>
            ; becomes {next.status} at <Timestamp at={next.at} />
          </>
        )}
      </p>
      <div class="actions" role="group" aria-label={`Set status of the receipt for ${to ?? sid}`}>
        {successes.map((each) => (
          <Button
            key={each}
            disabled={each === status}
            onPress={() => runControl('receipts.move', { sid, status: each })}
          >
            {each}
          </Button>
        ))}
        {failures.map((each) => (
          <Button
            key={each}
            onPress={() => runControl('receipts.move', { sid, status: each, error_code: Number(errorCode) })}
          >
            {each}
          </Button>
        ))}
        <label>
          <span class="visually-hidden">Error code for failures</span>
          <select value={errorCode} onChange={({ currentTarget }) => setErrorCode(currentTarget.value)}>
            {errorCodes.map(([number, description]) => (
              <option key={number} value={number}>
                {number}: {description}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}
