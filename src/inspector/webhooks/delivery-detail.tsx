import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Button } from '../components/button.js';
import { DefinitionList } from '../components/definition-list.js';
import { FaultNote } from '../components/fault-note.js';
import { isRecordSid, SidLink } from '../components/sid-link.js';
import { formatMilliseconds } from '../components/milliseconds.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { runControl } from '../data/api.js';
import { href } from '../data/route.js';
import type { Delivery } from '../data/types.js';
import { DeliveryBadge } from './delivery-row.js';
import { isPreAction, targets } from './targets.js';
import { PreActionChanges } from './pre-action-changes.js';

const explanations: Readonly<Record<string, string>> = {
  refused: 'The target is not on this machine. To allow it, start the server with --webhook-allow and the host name.',
  lost: 'A fault rule dropped this webhook.',
  noted: 'The target runs at Twilio, so no request was sent. --webhook-url-map can lead a Studio flow to a stand-in.',
  waiting: 'The request has not been sent yet, or its response is still pending.',
};

interface DeliveryDetailProps {
  readonly delivery: Delivery;
  /** False after the log has dropped the delivery, which then cannot be sent again. */
  readonly isInLog: boolean;
}

/** A webhook delivery with its parameters and every attempt. */
export function DeliveryDetail({ delivery, isInLog }: DeliveryDetailProps): JSX.Element {
  const { id, event, time, target, url, called_url: called, method, state, parameters, attempts } = delivery;
  const conversation = delivery.conversation_sid;
  return (
    <article class="detail-page">
      <h1>
        {event} <DeliveryBadge delivery={delivery} />
      </h1>
      <div class="actions">
        {state !== 'noted' && (
          <Button disabled={!isInLog} onPress={() => runControl('webhooks.redeliver', { id })} done="Sent again">
            Send again
          </Button>
        )}
        {conversation !== null && <a href={href(`conversations/${conversation}`)}>Open conversation</a>}
        {isInLog && <a href={href(`threads/webhooks/${id}`)}>Open thread</a>}
      </div>
      {!isInLog && <p class="card">This webhook is no longer in the log. It stays here until you leave it.</p>}
      {explanations[state] !== undefined && <p class="card warn">{explanations[state]}</p>}
      {delivery.fault !== null && <FaultNote fault={delivery.fault} />}
      <DefinitionList
        rows={[
          ['Time', <Timestamp at={time} />],
          ['Source', targets[target] ?? target],
          ...(delivery.exchange === null
            ? []
            : [
                ['Caused by', <a href={href(`requests/${delivery.exchange}`)}>request {delivery.exchange}</a>] as const,
              ]),
          ...(delivery.webhook_sid === null ? [] : [['Webhook', <SidLink value={delivery.webhook_sid} />] as const]),
          ['URL', <Text value={`${method} ${url}`} />],
          ...(called === url ? [] : [['Sent to', <Text value={called} />] as const]),
          ['Idempotency token', <code>{delivery.idempotency_token}</code>],
        ]}
      />
      {isPreAction(delivery) && <PreActionChanges delivery={delivery} />}
      <h2>Attempts</h2>
      {attempts.length === 0 && <p class="hint">None</p>}
      {attempts.map((attempt, i) => (
        <section key={attempt.time + String(i)} class="card">
          <p>
            <Badge tone={attempt.status !== null && attempt.status < 400 ? 'good' : 'bad'}>
              {attempt.status ?? 'no response'}
            </Badge>{' '}
            <Timestamp at={attempt.time} />, {formatMilliseconds(attempt.milliseconds)}
          </p>
          {attempt.error !== null && (
            <p class="error">
              <Text value={attempt.error} />
            </p>
          )}
          <DefinitionList rows={[['X-Twilio-Signature', <code>{attempt.signature}</code>]]} />
          {attempt.answer !== '' && (
            <pre tabIndex={0}>
              <Text value={attempt.answer} />
            </pre>
          )}
        </section>
      ))}
      <h2>Parameters</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Parameters">
        <table>
          <tbody>
            {Object.entries(parameters).map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{isRecordSid(value) ? <SidLink value={value} /> : <Text value={value} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}
