import type { JSX } from 'preact';
import { EmptyState } from '../components/empty-state.js';
import type { ThreadStart } from './load-thread.js';
import { Waterfall } from './waterfall.js';

/** A thread by its address: `threads/requests/12`, `threads/webhooks/3` or `threads/IM…`. */
export function ThreadPage({ rest: [kind = '', id] }: { readonly rest: readonly string[] }): JSX.Element {
  const start = startOf(kind, id);
  if (start === undefined) return <EmptyState isPage title="Page not found" />;
  return (
    <article class="page wide">
      <h1>Thread</h1>
      <p class="hint">
        A call and what followed from it: its record, webhooks with every attempt, delivery receipts, what users of
        client SDKs received, and the later requests that name the record. Times are by the system clock; those of
        receipts are by the world’s clock.
      </p>
      <Waterfall start={start} />
    </article>
  );
}

function startOf(kind: string, id: string | undefined): ThreadStart | undefined {
  if (id === undefined) return /^[A-Z]{2}[0-9a-f]{32}$/.test(kind) ? { record: kind } : undefined;
  if (!/^\d+$/.test(id)) return undefined;
  return kind === 'requests' ? { exchange: Number(id) } : kind === 'webhooks' ? { delivery: Number(id) } : undefined;
}
