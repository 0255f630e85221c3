import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { look } from '../base/api.js';
import { isHere } from '../base/events.js';
import { useLog, type LogSource } from '../base/log.js';
import { world } from '../base/route.js';
import { Split } from '../base/split.js';
import type { Delivery } from '../base/types.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, Failure } from '../base/widgets.js';
import { Choice } from '../requests/filters.js';
import { DeliveryDetail } from './delivery.js';
import { DeliveryEntry } from './entry.js';

const source: LogSource<Delivery> = {
  async list(query) {
    return (await look<{ deliveries: readonly Delivery[] }>('webhooks.list', query)).deliveries;
  },
  idOf: (change) => (change.kind === 'delivery' && isHere(change) ? change.id : undefined),
  isOther: ({ name }) => name?.startsWith('worlds.') === true,
};

/** The outbox: which webhooks the world has called, with what, and what they answered. */
export function Webhooks({ rest: [chosen] }: { readonly rest: readonly string[] }): JSX.Element {
  const { entries, error } = useLog(source, [world.value]);
  const [text, setText] = useState('');
  const [event, setEvent] = useState('');
  const [state, setState] = useState('');
  const all = entries ?? [];
  const shown = all.filter(
    (each) =>
      (event === '' || each.event === event) &&
      (state === '' || each.state === state) &&
      (text === '' || JSON.stringify(each).toLowerCase().includes(text.toLowerCase())),
  );
  const open = all.find(({ id }) => String(id) === chosen);
  const list = (
    <>
      <div class="filters">
        <input
          type="search"
          placeholder="Search in parameters and answers"
          aria-label="Search webhooks"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Choice
          label="Event"
          value={event}
          options={[...new Set(all.map((each) => each.event))].sort()}
          set={setEvent}
        />
        <Choice
          label="State"
          value={state}
          options={[...new Set(all.map((each) => each.state))].sort()}
          set={setState}
        />
      </div>
      <Failure error={error} />
      {entries?.length === 0 && <Nothing />}
      <VirtualList
        label="Webhooks"
        count={shown.length}
        estimate={58}
        row={(index) => {
          const delivery = shown[index];
          return delivery === undefined ? null : <DeliveryEntry delivery={delivery} isOpen={delivery === open} />;
        }}
      />
    </>
  );
  const detail =
    open !== undefined ? (
      <DeliveryDetail key={open.id} delivery={open} />
    ) : chosen === undefined || entries === undefined ? (
      <Blank title="Choose a webhook">
        <p>You see its parameters, its signature and every attempt with its answer, and can send it again.</p>
      </Blank>
    ) : (
      <Blank title={`Webhook ${chosen} is not kept any more`} />
    );
  return <Split section="webhooks" isOpen={chosen !== undefined} list={list} detail={detail} />;
}

function Nothing(): JSX.Element {
  return (
    <Blank title="No webhooks yet">
      <p>
        Give a service a <code>PostWebhookUrl</code> and <code>Filters</code>, or a conversation a webhook of its own.
        Then write as a participant: what your app is told appears here.
      </p>
      <p>
        A write through the REST API is silent unless it has the header <code>X-Twilio-Webhook-Enabled: true</code>, as
        in Twilio.
      </p>
    </Blank>
  );
}
