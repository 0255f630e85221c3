import type { JSX } from 'preact';
import { act } from '../base/api.js';
import { href } from '../base/route.js';
import { isSid, Sid, Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { Delivery } from '../base/types.js';
import { Badge, Button, Facts } from '../base/widgets.js';
import { ChangeTable } from './change.js';
import { DeliveryState } from './entry.js';

const targets: Readonly<Record<string, string>> = {
  'service-pre': 'The service, asked before the action',
  'service-post': 'The service, told after the action',
  webhook: 'A webhook of the conversation',
  trigger: 'A keyword of the conversation',
  studio: 'A Studio flow, which is only noted here',
};

const reasons: Readonly<Record<string, string>> = {
  refused:
    'This address is not on this machine. Start understudy with --webhook-allow and the host’s name to let it be called.',
  lost: 'A fault rule has swallowed it.',
  noted: 'There is no Studio here, so nobody was called.',
  waiting: 'It is on its way.',
};

/** One webhook: what the app was told, and what it said. */
export function DeliveryDetail({ delivery }: { readonly delivery: Delivery }): JSX.Element {
  const { id, event, time, target, url, called_url: called, method, state, parameters, attempts } = delivery;
  const conversation = delivery.conversation_sid;
  return (
    <article class="sheet">
      <h1>
        {event} <DeliveryState delivery={delivery} />
      </h1>
      {target !== 'studio' && (
        <div class="actions">
          <Button run={() => act('webhooks.redeliver', { id })} done="Sent again">
            Send again
          </Button>
          {conversation !== null && <a href={href(`conversations/${conversation}`)}>Open the conversation</a>}
        </div>
      )}
      {reasons[state] !== undefined && <p class="box warn">{reasons[state]}</p>}
      <Facts
        rows={[
          ['When', <Time at={time} />],
          ['Who', targets[target] ?? target],
          ...(delivery.webhook_sid === null ? [] : [['Webhook', <Sid value={delivery.webhook_sid} />] as const]),
          ['URL', <Text value={`${method} ${url}`} />],
          ...(called === url ? [] : [['Called', <Text value={called} />] as const]),
          ['Idempotency token', <code>{delivery.idempotency_token}</code>],
        ]}
      />
      {target === 'service-pre' && <ChangeTable delivery={delivery} />}
      <h2>Attempts</h2>
      {attempts.length === 0 && <p class="hint">None.</p>}
      {attempts.map((attempt, i) => (
        <section key={attempt.time + String(i)} class="box">
          <p>
            <Badge tone={attempt.status !== null && attempt.status < 400 ? 'good' : 'bad'}>
              {attempt.status ?? 'no answer'}
            </Badge>{' '}
            <Time at={attempt.time} />, {attempt.milliseconds} ms
          </p>
          {attempt.error !== null && (
            <p class="failure">
              <Text value={attempt.error} />
            </p>
          )}
          <Facts rows={[['X-Twilio-Signature', <code class="long">{attempt.signature}</code>]]} />
          {attempt.answer !== '' && (
            <pre tabIndex={0}>
              <Text value={attempt.answer} />
            </pre>
          )}
        </section>
      ))}
      <h2>Parameters</h2>
      <div class="table-box" tabIndex={0} role="group" aria-label="Parameters">
        <table>
          <tbody>
            {Object.entries(parameters).map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{isSid(value) ? <Sid value={value} /> : <Text value={value} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}
