import type { JSX } from 'preact';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { JsonView } from '../components/json-view.js';
import { SidLink } from '../components/sid-link.js';
import { VirtualList } from '../components/virtual-list.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { href } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { usePagedList } from '../data/use-paged-list.js';

type StoredRecord = Readonly<Record<string, unknown>> & { readonly sid: string };
const kinds = ['users', 'roles', 'bindings', 'media'] as const;

export function ServiceDetail({ sid, kind }: { readonly sid: string; readonly kind: string | undefined }): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<{ record: StoredRecord }>('records.show', { sid }),
    [sid],
    mayChangeRecords,
  );
  if (value === undefined)
    return error === undefined ? <EmptyState title="Loading…" /> : <EmptyState title={error.message} />;
  return (
    <article class="detail-page tall">
      <h1>Service</h1>
      <nav class="tabs" aria-label="Parts of the service">
        <a href={href(`services/${sid}`)} aria-current={kind === undefined ? 'page' : undefined}>
          Settings
        </a>
        {kinds.map((each) => (
          <a key={each} href={href(`services/${sid}/${each}`)} aria-current={kind === each ? 'page' : undefined}>
            {each}
          </a>
        ))}
      </nav>
      {kind === undefined ? (
        <JsonView label="Settings" value={value.record} />
      ) : (
        <Records key={kind} service={sid} kind={kind} />
      )}
    </article>
  );
}

function Records({ service, kind }: { readonly service: string; readonly kind: string }): JSX.Element {
  const pages = usePagedList<StoredRecord>(
    async (start, limit) => {
      const query = { kind, service, start, limit };
      const found = await queryControl<{ total: number; records: readonly StoredRecord[] }>('records.list', query);
      return { total: found.total, items: found.records };
    },
    [service, kind],
    mayChangeRecords,
  );
  return (
    <>
      <ErrorMessage error={pages.error} />
      {pages.total === 0 && <EmptyState title={`No ${kind}`} />}
      <VirtualList
        label={kind}
        count={pages.total ?? 0}
        estimate={140}
        onView={pages.setView}
        row={(index) => {
          const record = pages.at(index);
          if (record === undefined) return <div class="entry pending" />;
          const { sid, seq: _, serviceSid: __, ...rest } = record;
          return (
            <div class="record">
              <SidLink value={sid} />
              <JsonView label={sid} value={rest} />
            </div>
          );
        }}
      />
    </>
  );
}
