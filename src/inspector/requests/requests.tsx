import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act, look } from '../base/api.js';
import { useLog, type LogSource } from '../base/log.js';
import { Split } from '../base/split.js';
import type { Exchange } from '../base/types.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, DangerButton, Failure } from '../base/widgets.js';
import { mayChange, worlds } from '../base/server.js';
import { emptyFilter, RequestFilters, fits } from './filters.js';
import { RequestDetail } from './request.js';
import { RequestEntry } from './entry.js';

const source: LogSource<Exchange> = {
  async list(query) {
    return (await look<{ exchanges: readonly Exchange[] }>('journal.list', query)).exchanges;
  },
  idOf: ({ kind, id }) => (kind === 'exchange' || kind === 'violations' ? id : undefined),
  isOther: ({ kind, name }) => kind === 'journal-cleared' || name === 'journal.clear',
};

/** Every call that anybody made, in every mode: what was asked, what was answered, what was wrong with it. */
export function Requests({ rest: [chosen] }: { readonly rest: readonly string[] }): JSX.Element {
  const { entries, error } = useLog(source, []);
  const [filter, setFilter] = useState(emptyFilter);
  const shown = entries?.filter((exchange) => fits(exchange, filter)) ?? [];
  const open = entries?.find(({ id }) => String(id) === chosen);
  const list = (
    <>
      <RequestFilters entries={entries ?? []} filter={filter} change={setFilter} />
      <Failure error={error} />
      <p class="sum">
        <span role="status">{countOf(shown.length, entries?.length ?? 0)}</span>
        {mayChange() && (
          <DangerButton
            label="Forget all"
            question="Forget all requests so far? What they did stays."
            run={() => act('journal.clear')}
            done="Forgotten"
          />
        )}
      </p>
      {entries?.length === 0 && (
        <Blank title="No requests yet">
          <p>
            Send your app to <code>{location.origin}</code>; every call to Twilio shows up here at once.
          </p>
        </Blank>
      )}
      <VirtualList
        label="Requests"
        count={shown.length}
        estimate={58}
        row={(index) => {
          const exchange = shown[index];
          return exchange === undefined ? null : (
            <RequestEntry exchange={exchange} isOpen={exchange === open} showsWorld={worlds.value.length > 1} />
          );
        }}
      />
    </>
  );
  const detail =
    open !== undefined ? (
      <RequestDetail key={open.id} exchange={open} />
    ) : chosen === undefined || entries === undefined ? (
      <Blank title="Choose a request">
        <p>
          You see what was asked and what was answered, and can copy it as curl, as an SDK call or as a scenario step.
        </p>
      </Blank>
    ) : (
      <Blank title={`Request ${chosen} is not kept any more`} />
    );
  return <Split section="requests" isOpen={chosen !== undefined} list={list} detail={detail} />;
}

function countOf(shown: number, all: number): string {
  const requests = `${all} request${all === 1 ? '' : 's'}`;
  return shown === all ? requests : `${shown} of ${requests}`;
}
