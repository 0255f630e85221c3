import type { JSX } from 'preact';
import { isInShownWorld } from '../data/change-events.js';
import { href } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { loadThread } from '../threads/load-thread.js';
import { DeliveryBadge } from '../webhooks/delivery-row.js';

/** All webhooks that a message caused, pre-action ones too, and a link to everything that followed from it. */
export function MessageWebhooks({ sid }: { readonly sid: string }): JSX.Element {
  const { value } = useLiveQuery(
    () => loadThread({ record: sid }),
    [sid],
    (change) => change.kind === 'delivery' && isInShownWorld(change),
  );
  return (
    <>
      <h3>Webhooks</h3>
      {value?.deliveries.length === 0 && <p class="hint">None. Requests fire webhooks only if they ask for it.</p>}
      <ul class="message-webhooks">
        {value?.deliveries.map((delivery) => (
          <li key={delivery.id}>
            <a href={href(`webhooks/${delivery.id}`)}>{delivery.event}</a> <DeliveryBadge delivery={delivery} />
          </li>
        ))}
      </ul>
      <p>
        <a href={href(`threads/${sid}`)}>Open thread</a>
      </p>
    </>
  );
}
