import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { Json } from '../base/json.js';
import { useLive } from '../base/live.js';
import { usePages } from '../base/pages.js';
import { href } from '../base/route.js';
import { Sid } from '../base/text.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, Failure } from '../base/widgets.js';

type Found = Readonly<Record<string, unknown>> & { readonly sid: string };
const kinds = ['users', 'roles', 'bindings', 'media'] as const;

export function ServiceDetail({ sid, kind }: { readonly sid: string; readonly kind: string | undefined }): JSX.Element {
  const { value, error } = useLive(() => look<{ record: Found }>('records.show', { sid }), [sid], changesRecords);
  if (value === undefined) return error === undefined ? <Blank title="Opening…" /> : <Blank title={error.message} />;
  return (
    <article class="sheet tall">
      <h1>Service</h1>
      <nav class="tabs" aria-label="What the service holds">
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
        <Json label="Settings" value={value.record} />
      ) : (
        <Records key={kind} service={sid} kind={kind} />
      )}
    </article>
  );
}

function Records({ service, kind }: { readonly service: string; readonly kind: string }): JSX.Element {
  const pages = usePages<Found>(
    async (start, limit) => {
      const query = { kind, service, start, limit };
      const found = await look<{ total: number; records: readonly Found[] }>('records.list', query);
      return { total: found.total, items: found.records };
    },
    [service, kind],
    changesRecords,
  );
  const seen = useCallback((first: number, last: number) => pages.show(first, last), [pages]);
  return (
    <>
      <Failure error={pages.error} />
      {pages.total === 0 && <Blank title={`No ${kind}`} />}
      <VirtualList
        label={kind}
        count={pages.total ?? 0}
        estimate={140}
        seen={seen}
        row={(index) => {
          const record = pages.at(index);
          if (record === undefined) return <div class="entry pending" />;
          const { sid, seq: _, serviceSid: __, ...rest } = record;
          return (
            <div class="record">
              <Sid value={sid} />
              <Json label={sid} value={rest} />
            </div>
          );
        }}
      />
    </>
  );
}
