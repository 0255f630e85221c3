import type { JSX } from 'preact';
import { look } from '../base/api.js';
import { isHere } from '../base/events.js';
import { useLive } from '../base/live.js';
import { href } from '../base/route.js';
import type { Delivery } from '../base/types.js';
import { DeliveryState } from '../webhooks/entry.js';

const LATEST = 3;

/** The webhooks that the conversation has fired last, so that one sees the app being told while one writes. */
export function Told({ conversation }: { readonly conversation: string }): JSX.Element | null {
  const { value } = useLive(
    () => look<{ deliveries: readonly Delivery[] }>('webhooks.list', { conversation_sid: conversation, limit: LATEST }),
    [conversation],
    (change) => change.kind === 'delivery' && isHere(change),
  );
  if (value === undefined || value.deliveries.length === 0) return null;
  return (
    <p class="told">
      <span>Webhooks fired:</span>
      {value.deliveries.toReversed().map((delivery) => (
        <a key={delivery.id} href={href(`webhooks/${delivery.id}`)}>
          {delivery.event} <DeliveryState delivery={delivery} isShort />
        </a>
      ))}
    </p>
  );
}
