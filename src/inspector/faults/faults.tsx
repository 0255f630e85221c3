import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Button } from '../components/button.js';
import { ConfirmButton } from '../components/confirm-button.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { queryControl, runControl } from '../data/api.js';
import { canMakeChanges, isSimulated } from '../data/server.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { FaultForm } from './fault-form.js';
import { type Fault, isActive } from './fault.js';

/** Common failures that an app should handle. */
const presets = [
  ['429 Too Many Requests, once', { status: 429, headers: { 'Retry-After': '1' }, times: 1 }],
  ['429 for a third of all requests', { status: 429, probability: 0.33 }],
  ['503 for all requests', { status: 503 }],
  ['Latency of 1 to 3 s', { latency: { min: 1000, max: 3000 } }],
  ['Connection reset, once', { cut: 'reset', times: 1 }],
  ['No response, once', { cut: 'hang', times: 1 }],
  ['Truncated response, once', { cut: 'truncate', times: 1 }],
] as const;

const webhookPresets = [
  ['Drop webhooks', { event: '*', webhook: 'lose' }],
  ['Send webhooks twice', { event: '*', webhook: 'double' }],
  ['Delay half of the webhooks by 5 s', { event: '*', webhook: 'late', delay: 5000, probability: 0.5 }],
] as const;

/** The active fault rules, with presets and a form to add more. */
export function Faults(): JSX.Element {
  const { value, error, refresh } = useLiveQuery(
    () => queryControl<{ faults: readonly Fault[] }>('faults.list'),
    [],
    ({ kind, name }) => kind === 'exchange' || kind === 'delivery' || name?.startsWith('faults.') === true,
  );
  const add = (rule: object) => async (): Promise<void> => {
    await runControl('faults.add', { ...rule });
    refresh();
  };
  const offered = isSimulated() ? [...presets, ...webhookPresets] : presets;
  return (
    <div class="page">
      <h1>Faults</h1>
      <p>Inject failures to test how your app handles them. Each rule applies to all worlds until it is removed.</p>
      {canMakeChanges() ? (
        <>
          <div class="actions">
            {offered.map(([label, rule]) => (
              <Button key={label} onPress={add(rule)} done={`Added: ${label}`}>
                {label}
              </Button>
            ))}
          </div>
          <FaultForm add={(rule) => add(rule)()} />
        </>
      ) : (
        <p class="card warn">
          Requests reach Twilio in this mode, so the inspector only shows the rules and cannot change them.
        </p>
      )}
      <h2>Fault rules</h2>
      <ErrorMessage error={error} />
      {value?.faults.length === 0 && <EmptyState title="No active faults" />}
      {value !== undefined && value.faults.length > 0 && (
        <>
          <ul class="items">
            {value.faults.map((fault) => (
              <FaultRow key={fault.id} fault={fault} refresh={refresh} />
            ))}
          </ul>
          {canMakeChanges() && (
            <div class="actions">
              <ConfirmButton
                label="Remove all"
                question="Remove all fault rules?"
                onConfirm={async () => {
                  await runControl('faults.clear');
                  refresh();
                }}
                done="All faults removed"
              />
            </div>
          )}
        </>
      )}
    </div>
  );
}

function FaultRow({ fault, refresh }: { readonly fault: Fault; readonly refresh: () => void }): JSX.Element {
  const { id, happened, operation, event, ...effects } = fault;
  const scope =
    event === undefined
      ? `Requests: ${operation ?? 'all operations'}`
      : `Webhooks: ${event === '*' ? 'all events' : event}`;
  return (
    <li>
      <span>
        <strong>{scope}</strong>{' '}
        {Object.entries(effects).map(([name, value]) => (
          <span key={name} class="effect">
            {name} <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </span>
        ))}
      </span>
      {!isActive(fault) && <Badge tone="neutral">used up</Badge>}
      <Badge tone={happened > 0 ? 'warn' : 'neutral'}>triggered {happened}×</Badge>
      {canMakeChanges() && (
        <Button
          onPress={async () => {
            await runControl('faults.remove', { id });
            refresh();
          }}
        >
          Remove
        </Button>
      )}
    </li>
  );
}
