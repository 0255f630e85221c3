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
        <DeliveryState delivery={delivery} isShort />
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

interface StateProps {
  readonly delivery: Delivery;
  readonly isShort?: boolean;
}

/** What became of it: the answer's status where there is one. */
export function DeliveryState({ delivery: { state, attempts }, isShort = false }: StateProps): JSX.Element {
  const status = attempts.at(-1)?.status ?? undefined;
  const words = status === undefined ? state : isShort ? status : `${status} ${state}`;
  return <Badge tone={tones[state] ?? 'bad'}>{words}</Badge>;
}
