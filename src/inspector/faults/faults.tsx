import type { JSX } from 'preact';
import { act, look } from '../base/api.js';
import { useLive } from '../base/live.js';
import { isSimulated, mayChange } from '../base/server.js';
import { Badge, Blank, Button, DangerButton, Failure } from '../base/widgets.js';
import { FaultForm } from './fault-form.js';

interface Fault {
  readonly id: number;
  readonly happened: number;
  readonly operation?: string;
  readonly event?: string;
  readonly [key: string]: unknown;
}

/** The misfortunes that an app should survive, each by one click. */
const usual = [
  ['Too many requests, once', { status: 429, headers: { 'Retry-After': '1' }, times: 1 }],
  ['One call in three is 429', { status: 429, probability: 0.33 }],
  ['Twilio is down (503)', { status: 503 }],
  ['Slow: 1 to 3 seconds', { latency: { min: 1000, max: 3000 } }],
  ['Connection reset, once', { cut: 'reset', times: 1 }],
  ['Never answers, once', { cut: 'hang', times: 1 }],
  ['Half an answer, once', { cut: 'truncate', times: 1 }],
] as const;

const usualWebhooks = [
  ['Webhooks get lost', { event: '*', webhook: 'lose' }],
  ['Webhooks come twice', { event: '*', webhook: 'double' }],
  ['Webhooks are late, out of order', { event: '*', webhook: 'late', delay: 5000, probability: 0.5 }],
] as const;

/** What goes wrong on demand. */
export function Faults(): JSX.Element {
  const { value, error, refresh } = useLive(
    () => look<{ faults: readonly Fault[] }>('faults.list'),
    [],
    ({ kind, name }) => kind === 'exchange' || kind === 'delivery' || name?.startsWith('faults.') === true,
  );
  const add = (rule: object) => async (): Promise<void> => {
    await act('faults.add', { ...rule });
    refresh();
  };
  const offered = isSimulated() ? [...usual, ...usualWebhooks] : usual;
  return (
    <div class="page">
      <h1>Faults</h1>
      <p>
        What goes wrong on demand, so that you see how your app takes it. Rules hold for every world, until taken away.
      </p>
      {mayChange() ? (
        <>
          <div class="actions">
            {offered.map(([label, rule]) => (
              <Button key={label} run={add(rule)} done={`Added: ${label}`}>
                {label}
              </Button>
            ))}
          </div>
          <FaultForm add={(rule) => add(rule)()} />
        </>
      ) : (
        <p class="box warn">Calls reach Twilio here, so the inspector shows the rules and changes none.</p>
      )}
      <h2>Rules</h2>
      <Failure error={error} />
      {value?.faults.length === 0 && <Blank title="Nothing goes wrong on purpose." />}
      {value !== undefined && value.faults.length > 0 && (
        <>
          <ul class="rules">
            {value.faults.map((fault) => (
              <FaultRow key={fault.id} fault={fault} refresh={refresh} />
            ))}
          </ul>
          {mayChange() && (
            <DangerButton
              label="Take all away"
              question="Take all fault rules away?"
              run={async () => {
                await act('faults.clear');
                refresh();
              }}
              done="Nothing goes wrong any more"
            />
          )}
        </>
      )}
    </div>
  );
}

function FaultRow({ fault, refresh }: { readonly fault: Fault; readonly refresh: () => void }): JSX.Element {
  const { id, happened, operation, event, ...what } = fault;
  const where =
    event === undefined
      ? `calls of ${operation ?? 'any operation'}`
      : `webhooks of ${event === '*' ? 'any event' : event}`;
  return (
    <li>
      <span>
        <strong>{where}</strong>{' '}
        {Object.entries(what).map(([name, value]) => (
          <span key={name} class="part">
            {name} <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </span>
        ))}
      </span>
      <Badge tone={happened > 0 ? 'warn' : 'channel'}>struck {happened === 1 ? 'once' : `${happened} times`}</Badge>
      {mayChange() && (
        <Button
          run={async () => {
            await act('faults.remove', { id });
            refresh();
          }}
        >
          Remove
        </Button>
      )}
    </li>
  );
}
