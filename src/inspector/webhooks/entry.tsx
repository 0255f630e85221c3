import type { JSX } from 'preact';
import { href } from '../base/route.js';
import { Text } from '../base/text.js';
import { Time } from '../base/time.js';
import type { Delivery } from '../base/types.js';
import { Badge } from '../base/widgets.js';

const tones: Readonly<Record<string, string>> = { delivered: 'good', waiting: 'channel', noted: 'channel' };

export function DeliveryEntry({
  delivery,
  isOpen,
}: {
  readonly delivery: Delivery;
  readonly isOpen: boolean;
}): JSX.Element {
  const { id, event, time, url, attempts } = delivery;
  return (
    <a class="entry" href={href(`webhooks/${id}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <DeliveryState delivery={delivery} />
        <span class="name">{event}</span>
        <Time at={time} />
      </span>
      <span class="tags">
        <span>#{id}</span>
        <Text class="url" value={url === '' ? 'a Studio flow' : url} />
        {attempts.length > 1 && <span>{attempts.length} attempts</span>}
      </span>
    </a>
  );
}

/** What became of it: the answer's status where there is one. */
export function DeliveryState({ delivery: { state, attempts } }: { readonly delivery: Delivery }): JSX.Element {
  const status = attempts.at(-1)?.status;
  return (
    <Badge tone={tones[state] ?? 'bad'}>{status === null || status === undefined ? state : `${status} ${state}`}</Badge>
  );
}
