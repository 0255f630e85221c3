import type { JsonObject } from '../../../../core/body.js';
import { addDuration } from '../../../../util/datetime.js';
import type { View } from '../../kernel/context.js';
import { duration, type Field, single } from '../../kernel/fields.js';
import { isCount, isText, oneOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import { refusal } from '../refusals.js';
import { present } from '../../kernel/handler.js';

/** Timers of a conversation: the ISO 8601 durations as they were sent, and the times when they run out. */
export interface TimersPart {
  readonly inactive?: string;
  readonly closed?: string;
  readonly inactiveAt?: number;
  readonly closedAt?: number;
  /** The next change of state. */
  readonly due: { readonly at: number; readonly state: 'inactive' | 'closed' } | null;
}

export const isTimersPart = partOf<TimersPart>({
  inactive: optional(isText),
  closed: optional(isText),
  inactiveAt: optional(isCount),
  closedAt: optional(isCount),
  due: orNull(partOf<NonNullable<TimersPart['due']>>({ at: isCount, state: oneOf(['inactive', 'closed']) })),
});

/** The shortest timers are recorded. */
export const inactiveTimer = { min: 60_000, tooShort: refusal(50375), invalid: refusal(50379) };
export const closedTimer = { min: 600_000, tooShort: refusal(50376), invalid: refusal(50380) };

/**
 * A timer, or null for none. `PT0S` removes the default timer of an account (Twilio's support article); that it does the same
 * for a single conversation is inferred.
 */
export function timer(limit: Parameters<typeof duration>[0]): Field<string | null> {
  const length = duration(limit);
  return single((value, name) => (value === 'PT0S' ? null : length.read([value], name)));
}

/**
 * Starts timers. In an active conversation both run from the same start, as in the published example, and `inactive` runs
 * out first. An inactive conversation has only its closing ahead, counted anew; a closed one has nothing (inferred).
 */
export function startTimers(
  { inactive, closed }: Pick<TimersPart, 'inactive' | 'closed'>,
  state: string,
  start: number,
): TimersPart {
  const inactiveAt = inactive === undefined || state !== 'active' ? undefined : addDuration(start, inactive);
  const closedAt = closed === undefined || state === 'closed' ? undefined : addDuration(start, closed);
  const toInactive = inactiveAt === undefined ? null : ({ at: inactiveAt, state: 'inactive' } as const);
  const toClosed = closedAt === undefined ? null : ({ at: closedAt, state: 'closed' } as const);
  return {
    ...(inactive === undefined ? {} : { inactive }),
    ...(closed === undefined ? {} : { closed }),
    ...(inactiveAt === undefined ? {} : { inactiveAt }),
    ...(closedAt === undefined ? {} : { closedAt }),
    due: toInactive ?? toClosed,
  };
}

/** Twilio shows the times, never the durations, and only of running timers. */
export function renderTimers({ inactiveAt, closedAt }: TimersPart, view: View): JsonObject {
  return present({
    date_inactive: inactiveAt === undefined ? undefined : view.date(inactiveAt),
    date_closed: closedAt === undefined ? undefined : view.date(closedAt),
  });
}
