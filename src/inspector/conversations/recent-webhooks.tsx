import type { JSX } from 'preact';
import { queryControl } from '../data/api.js';
import { isInShownWorld } from '../data/change-events.js';
import { href } from '../data/route.js';
import type { Delivery } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { DeliveryBadge } from '../webhooks/delivery-row.js';

const COUNT = 3;

/** The conversation's latest webhook deliveries, newest first. */
export function RecentWebhooks({ conversation }: { readonly conversation: string }): JSX.Element | null {
  const { value } = useLiveQuery(
    () =>
      queryControl<{ deliveries: readonly Delivery[] }>('webhooks.list', {
        conversation_sid: conversation,
        limit: COUNT,
      }),
    [conversation],
    (change) => change.kind === 'delivery' && isInShownWorld(change),
  );
  if (value === undefined || value.deliveries.length === 0) return null;
  return (
    <p class="recent-webhooks">
      <span>Latest webhooks:</span>
      {value.deliveries.toReversed().map((delivery) => (
        <a key={delivery.id} href={href(`webhooks/${delivery.id}`)}>
          {delivery.event} <DeliveryBadge delivery={delivery} isShort />
        </a>
      ))}
    </p>
  );
}
