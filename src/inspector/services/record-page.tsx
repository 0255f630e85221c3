import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../components/copy-button.js';
import { EmptyState } from '../components/empty-state.js';
import { JsonView } from '../components/json-view.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';

interface RecordResponse {
  readonly kind: string;
  readonly record: { readonly sid: string };
  readonly conversation_sid: string | null;
  readonly message_sid?: string;
}

/** Any record by its SID. Services, conversations and messages redirect to their own pages. */
export function RecordPage({ rest: [sid = ''] }: { readonly rest: readonly string[] }): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<RecordResponse>('records.show', { sid }),
    [sid, world.value],
    mayChangeRecords,
  );
  const ownPage = value === undefined ? undefined : ownPageOf(value);
  useEffect(() => {
    if (ownPage !== undefined) location.replace(href(ownPage));
  }, [ownPage]);
  if (value === undefined) {
    return error === undefined ? (
      <EmptyState title="Loading…" />
    ) : (
      <EmptyState title={sid}>
        <p>{error.message}</p>
      </EmptyState>
    );
  }
  return (
    <article class="detail-page">
      <h1 class="mono">{sid}</h1>
      <div class="actions">
        <CopyButton what="SID" text={() => sid} />
        {value.conversation_sid !== null && (
          <a href={href(`conversations/${value.conversation_sid}`)}>Open conversation</a>
        )}
      </div>
      <h2>{value.kind}</h2>
      <JsonView label={value.kind} value={value.record} />
    </article>
  );
}

function ownPageOf({
  kind,
  record,
  conversation_sid: conversation,
  message_sid: message,
}: RecordResponse): string | undefined {
  if (kind === 'services') return `services/${record.sid}`;
  if (kind === 'conversations') return `conversations/${record.sid}`;
  return message === undefined || conversation === null ? undefined : `conversations/${conversation}/${message}`;
}
