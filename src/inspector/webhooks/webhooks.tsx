import type { JSX } from 'preact';
import { ConfirmButton } from '../components/confirm-button.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { FilterSelect } from '../components/filter-select.js';
import { LogList } from '../components/log-list.js';
import { SplitView } from '../components/split-view.js';
import { queryControl, runControl } from '../data/api.js';
import { isInShownWorld } from '../data/change-events.js';
import type { LogSource } from '../data/log-replica.js';
import { canMakeChanges } from '../data/server.js';
import { route, setQuery, world } from '../data/route.js';
import type { Delivery } from '../data/types.js';
import { useLast } from '../data/use-last.js';
import { useLog } from '../data/use-log.js';
import { DeliveryDetail } from './delivery-detail.js';
import { DeliveryRow, stateLabel } from './delivery-row.js';

const source: LogSource<Delivery> = {
  async list(query) {
    const found = await queryControl<{ deliveries: readonly Delivery[] }>('webhooks.list', query);
    return { entries: found.deliveries };
  },
  idOf: (change) => (change.kind === 'delivery' && isInShownWorld(change) ? change.id : undefined),
  invalidates: ({ name }) => name?.startsWith('worlds.') === true,
};

/** The shown world's webhook deliveries. */
export function Webhooks({ rest: [selectedId] }: { readonly rest: readonly string[] }): JSX.Element {
  const { entries, error } = useLog(source, world.value ?? 'default');
  const parts = route.value.query;
  const [text, event, state] = [parts.get('text') ?? '', parts.get('event') ?? '', parts.get('state') ?? ''];
  const all = entries ?? [];
  const matches = (delivery: Delivery): boolean =>
    (event === '' || delivery.event === event) &&
    (state === '' || delivery.state === state) &&
    (text === '' || JSON.stringify(delivery).toLowerCase().includes(text.toLowerCase()));
  const inLog = all.find(({ id }) => String(id) === selectedId);
  const open = useLast(selectedId && `${world.value ?? ''}/${selectedId}`, inLog);
  const list = (
    <>
      <div class="filters">
        <input
          type="search"
          placeholder="Search parameters and responses"
          aria-label="Search webhooks"
          value={text}
          onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
        />
        <FilterSelect
          label="Event"
          value={event}
          options={[...new Set(all.map((each) => each.event))].sort()}
          onChange={(chosen) => setQuery({ event: chosen })}
        />
        <FilterSelect
          label="State"
          value={state}
          options={[...new Set(all.map((each) => each.state))].sort()}
          labelOf={stateLabel}
          onChange={(chosen) => setQuery({ state: chosen })}
        />
        {canMakeChanges() && all.some((each) => each.state === 'waiting') && (
          <ConfirmButton
            label="Give up pending"
            question="Give up every webhook of this world that waits to be sent?"
            onConfirm={() => runControl('webhooks.flush')}
            done="Pending webhooks given up"
          />
        )}
      </div>
      <ErrorMessage error={error} />
      {entries?.length === 0 && <NoWebhooks />}
      <LogList
        key={world.value}
        label="Webhooks"
        entries={all}
        matches={matches}
        row={(delivery) => <DeliveryRow delivery={delivery} isOpen={delivery.id === open?.id} />}
      />
    </>
  );
  const detail =
    open !== undefined ? (
      <DeliveryDetail key={open.id} delivery={open} isInLog={inLog !== undefined} />
    ) : selectedId !== undefined && entries === undefined ? (
      <EmptyState isPage title="Loading…" />
    ) : selectedId === undefined ? (
      <EmptyState title="Select a webhook">
        <p>See its parameters, its signature and the response to every attempt, and send it again.</p>
      </EmptyState>
    ) : (
      <EmptyState title={`Webhook ${selectedId} is no longer in the log`} isPage />
    );
  return (
    <SplitView section="webhooks" title="Webhooks" isOpen={selectedId !== undefined} list={list} detail={detail} />
  );
}

function NoWebhooks(): JSX.Element {
  return (
    <EmptyState title="No webhooks yet">
      <p>
        Set <code>PostWebhookUrl</code> and <code>Filters</code> on a service, or add a webhook to a conversation. Then
        send a message as a participant.
      </p>
      <p>
        As in Twilio, REST API requests fire no webhooks unless they have the header{' '}
        <code>X-Twilio-Webhook-Enabled: true</code>.
      </p>
    </EmptyState>
  );
}
