import type { JSX } from 'preact';
import { ConfirmButton } from '../components/confirm-button.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { LogList } from '../components/log-list.js';
import { SplitView } from '../components/split-view.js';
import { runControl } from '../data/api.js';
import { route } from '../data/route.js';
import { canMakeChanges, worlds } from '../data/server.js';
import type { Exchange } from '../data/types.js';
import { useLast } from '../data/use-last.js';
import { useLog } from '../data/use-log.js';
import { ExportButtons } from './export-buttons.js';
import { type Filter, filterIn, matches } from './filter.js';
import { RequestDetail } from './request-detail.js';
import { RequestFilters } from './request-filters.js';
import { requestLog } from './request-log.js';
import { RequestRow } from './request-row.js';

/** The log of requests from all callers, in every mode. */
export function Requests({ rest: [selectedId] }: { readonly rest: readonly string[] }): JSX.Element {
  const { entries, total, unanswered, error } = useLog(requestLog, 'all');
  const filter = filterIn(route.value.query);
  const inLog = entries?.find(({ id }) => String(id) === selectedId);
  const open = useLast(selectedId, inLog);
  const list = (
    <>
      <RequestFilters entries={entries ?? []} filter={filter} />
      <ErrorMessage error={error} />
      {unanswered !== undefined && (
        <p class="hint" role="status">
          Without the requests of {unanswered.join(', ')}, which did not answer.
        </p>
      )}
      <p class="summary">
        <span role="status">{entries !== undefined && countOf(entries, filter, total)}</span>
        <span class="spacer" />
        <ExportButtons exchanges={(entries ?? []).filter((exchange) => matches(exchange, filter))} />
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
      <LogList
        label="Requests"
        entries={entries ?? []}
        matches={(exchange) => matches(exchange, filter)}
        row={(exchange) => (
          <RequestRow exchange={exchange} isOpen={exchange.id === open?.id} showsWorld={worlds.value.length > 1} />
        )}
      />
    </>
  );
  const detail =
    open !== undefined ? (
      <RequestDetail key={open.id} exchange={open} isInLog={inLog !== undefined} />
    ) : selectedId !== undefined && entries === undefined ? (
      <EmptyState isPage title="Loading…" />
    ) : selectedId === undefined ? (
      <EmptyState title="Select a request">
        <p>
          See the request and its response with headers and duration, and copy it as curl, SDK call or scenario step.
        </p>
      </EmptyState>
    ) : (
      <EmptyState title={`Request ${selectedId} is no longer in the log`} isPage />
    );
  return (
    <SplitView section="requests" title="Requests" isOpen={selectedId !== undefined} list={list} detail={detail} />
  );
}

/** E.g. `12 requests`, `Last 1,000 of 69,000 requests`, or with a filter `3 of the last 1,000 requests`. */
function countOf(entries: readonly Exchange[], filter: Filter, total = entries.length): string {
  const matching = entries.filter((exchange) => matches(exchange, filter)).length;
  const inLog = entries.length.toLocaleString('en');
  const noun = total === 1 ? 'request' : 'requests';
  const isComplete = total <= entries.length;
  if (matching < entries.length)
    return `${matching.toLocaleString('en')} of ${isComplete ? '' : 'the last '}${inLog} ${noun}`;
  return isComplete ? `${inLog} ${noun}` : `Last ${inLog} of ${total.toLocaleString('en')} ${noun}`;
}
