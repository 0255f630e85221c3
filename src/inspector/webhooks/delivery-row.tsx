import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Text } from '../components/text.js';
import { Timestamp } from '../components/timestamp.js';
import { hrefWithQuery } from '../data/route.js';
import type { Delivery } from '../data/types.js';
import { targets } from './targets.js';

/** How the states of a delivery are shown; the keys are the server's. */
const states: Readonly<Record<string, { readonly label: string; readonly tone: string }>> = {
  waiting: { label: 'pending', tone: 'neutral' },
  delivered: { label: 'delivered', tone: 'good' },
  failed: { label: 'failed', tone: 'bad' },
  refused: { label: 'blocked', tone: 'bad' },
  noted: { label: 'not sent', tone: 'neutral' },
  lost: { label: 'dropped', tone: 'bad' },
  dropped: { label: 'given up', tone: 'bad' },
};

export const stateLabel = (state: string): string => states[state]?.label ?? state;

interface DeliveryRowProps {
  readonly delivery: Delivery;
  readonly isOpen: boolean;
}

export function DeliveryRow({ delivery, isOpen }: DeliveryRowProps): JSX.Element {
  const { id, event, time, target, url, attempts, fault } = delivery;
  return (
    <a class="entry" href={hrefWithQuery(`webhooks/${id}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <DeliveryBadge delivery={delivery} isShort />
        <span class="name">{event}</span>
        <Timestamp at={time} />
      </span>
      <span class="tags">
        <span>#{id}</span>
        <Text class="url" value={url === '' ? (targets[target] ?? target) : url} />
        {fault !== null && <Badge tone="warn">fault</Badge>}
        {attempts.length > 1 && <span>{attempts.length} attempts</span>}
      </span>
    </a>
  );
}

interface DeliveryBadgeProps {
  readonly delivery: Delivery;
  /** Show the HTTP status alone where there is one. */
  readonly isShort?: boolean;
}

/** The HTTP status of the last attempt, if any, and the delivery's state. */
export function DeliveryBadge({ delivery: { state, attempts }, isShort = false }: DeliveryBadgeProps): JSX.Element {
  const status = attempts.at(-1)?.status ?? undefined;
  const label = stateLabel(state);
  const text = status === undefined ? label : isShort ? status : `${status} ${label}`;
  return <Badge tone={states[state]?.tone ?? 'bad'}>{text}</Badge>;
}
