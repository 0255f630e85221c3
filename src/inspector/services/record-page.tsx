import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { Json } from '../base/json.js';
import { useLive } from '../base/live.js';
import { href, world } from '../base/route.js';
import { Blank, Copy } from '../base/widgets.js';

interface Found {
  readonly kind: string;
  readonly record: { readonly sid: string };
  readonly conversation_sid: string | null;
  readonly message_sid?: string;
}

/** Any record by its SID. A conversation or a message is better seen in its chat, so that is where it leads. */
export function RecordPage({ rest: [sid = ''] }: { readonly rest: readonly string[] }): JSX.Element {
  const { value, error } = useLive(() => look<Found>('records.show', { sid }), [sid, world.value], changesRecords);
  const place = value === undefined ? undefined : placeOf(value);
  useEffect(() => {
    if (place !== undefined) location.replace(href(place));
  }, [place]);
  if (value === undefined) {
    return error === undefined ? (
      <Blank title="Looking it up…" />
    ) : (
      <Blank title={sid}>
        <p>{error.message}</p>
      </Blank>
    );
  }
  return (
    <article class="sheet">
      <h1 class="mono">{sid}</h1>
      <div class="actions">
        <Copy what="SID" text={() => sid} />
        {value.conversation_sid !== null && (
          <a href={href(`conversations/${value.conversation_sid}`)}>Open its conversation</a>
        )}
      </div>
      <h2>{value.kind}</h2>
      <Json label={value.kind} value={value.record} />
    </article>
  );
}

function placeOf({ kind, record, conversation_sid: conversation, message_sid: message }: Found): string | undefined {
  if (kind === 'services') return `services/${record.sid}`;
  if (kind === 'conversations') return `conversations/${record.sid}`;
  return message === undefined || conversation === null ? undefined : `conversations/${conversation}/${message}`;
}
