import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ConfirmButton } from '../components/confirm-button.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { SplitView } from '../components/split-view.js';
import { VirtualList } from '../components/virtual-list.js';
import { queryControl, runControl } from '../data/api.js';
import { canMakeChanges, worlds } from '../data/server.js';
import type { Exchange } from '../data/types.js';
import { type LogSource, useLog } from '../data/use-log.js';
import { RequestDetail } from './request-detail.js';
import { matches, noFilter, RequestFilters } from './request-filters.js';
import { RequestRow } from './request-row.js';

const source: LogSource<Exchange> = {
  async list(query) {
    return (await queryControl<{ exchanges: readonly Exchange[] }>('journal.list', query)).exchanges;
  },
  idOf: ({ kind, id }) => (kind === 'exchange' || kind === 'violations' ? id : undefined),
  invalidates: ({ kind, name }) => kind === 'journal-cleared' || name === 'journal.clear',
};

/** The log of requests from all callers, in every mode. */
export function Requests({ rest: [selectedId] }: { readonly rest: readonly string[] }): JSX.Element {
  const { entries, error } = useLog(source, []);
  const [filter, setFilter] = useState(noFilter);
  const shown = entries?.filter((exchange) => matches(exchange, filter)) ?? [];
  const open = entries?.find(({ id }) => String(id) === selectedId);
  const list = (
    <>
      <RequestFilters entries={entries ?? []} filter={filter} onChange={setFilter} />
      <ErrorMessage error={error} />
      <p class="summary">
        <span role="status">{countOf(shown.length, entries?.length ?? 0)}</span>
        {canMakeChanges() && (
          <ConfirmButton
            label="Clear log"
            question="Clear the request log? The records that these requests changed stay as they are."
            onConfirm={() => runControl('journal.clear')}
            done="Log cleared"
          />
        )}
      </p>
      {entries?.length === 0 && (
        <EmptyState title="No requests yet">
          <p>
            Send your app’s requests to <code>{location.origin}</code>; each one appears here immediately.
          </p>
        </EmptyState>
      )}
      <VirtualList
        label="Requests"
        count={shown.length}
        estimate={58}
        row={(index) => {
          const exchange = shown[index];
          return exchange === undefined ? null : (
            <RequestRow exchange={exchange} isOpen={exchange === open} showsWorld={worlds.value.length > 1} />
          );
        }}
      />
    </>
  );
  const detail =
    open !== undefined ? (
      <RequestDetail key={open.id} exchange={open} />
    ) : selectedId === undefined || entries === undefined ? (
      <EmptyState title="Select a request">
        <p>See the request and its response, and copy it as curl, as an SDK call or as a scenario step.</p>
      </EmptyState>
    ) : (
      <EmptyState title={`Request ${selectedId} is no longer in the log`} />
    );
  return <SplitView section="requests" isOpen={selectedId !== undefined} list={list} detail={detail} />;
}

function countOf(shown: number, all: number): string {
  const requests = `${all} request${all === 1 ? '' : 's'}`;
  return shown === all ? requests : `${shown} of ${requests}`;
}
