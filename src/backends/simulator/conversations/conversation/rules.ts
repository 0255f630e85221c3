/** States and timers of a conversation, for every resource that moves them. */
import type { JsonObject } from '../../../../core/body.js';
import type { View } from '../../kernel/context.js';
import { stateEvent } from '../event.js';
import { addDuration } from '../../../../util/datetime.js';
import type { ConversationRecord, ConversationState, TimersPart } from '../records.js';
import { conversations, participants } from '../tables.js';
import { present } from '../../kernel/handler.js';
import { refuse } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';

/**
 * Every write inside a closed conversation is refused. Recorded for its update, a new message and a new participant;
 * inferred for all others.
 */
export function checkOpen(conversation: ConversationRecord): void {
  if (conversation.state === 'closed') throw refuse(50377);
}

/** What happens inside keeps a conversation awake: it becomes active, its timers start anew. A message also lifts it in the list. */
export function noteActivity(
  world: World,
  conversation: ConversationRecord,
  changes: Partial<ConversationRecord> = {},
): void {
  const now = world.now();
  const isAsleep = conversation.state === 'inactive';
  const { inactive, closed } = conversation.timers;
  const awake = world.update(conversations, conversation, {
    ...(isAsleep ? { state: 'active' as const, dateUpdated: now } : {}),
    ...(inactive === undefined && closed === undefined
      ? {}
      : { timers: startTimers(conversation.timers, 'active', now) }),
    ...changes,
  });
  if (isAsleep) world.emit(stateEvent(awake, conversation.state, 'EVENT', now));
}

/** A timer has run out: the conversation falls asleep, or closes. */
export function timeOut(world: World, conversation: ConversationRecord, state: 'inactive' | 'closed'): void {
  const now = world.now();
  const timers = startTimers(conversation.timers, state, now);
  const changed = world.update(conversations, conversation, { state, timers, dateUpdated: now });
  afterStateChange(world, changed, conversation.state, 'TIMER');
}

/** Tells of a change of state. A closed conversation gives its participants' address pairs free and counts for no limit any more. */
export function afterStateChange(
  world: World,
  conversation: ConversationRecord,
  before: ConversationState,
  reason: 'API' | 'TIMER',
): void {
  if (conversation.state === before) return;
  world.emit(stateEvent(conversation, before, reason, world.now()));
  if (conversation.state !== 'closed') return;
  if (conversation.groupMembers !== null) world.update(conversations, conversation, { groupMembers: null });
  const members = world.records(participants).list('conversation', conversation.sid);
  for (const member of members.slice(0, members.size)) world.update(participants, member, { open: false });
}

/**
 * Timers that begin to count at `start`. On an active conversation both run from the same start, as in the published
 * example, and falling asleep comes first; an asleep one has its closing ahead, counted anew; a closed one nothing (inferred).
 */
export function startTimers(
  { inactive, closed }: Pick<TimersPart, 'inactive' | 'closed'>,
  state: ConversationState,
  start: number,
): TimersPart {
  const inactiveAt = inactive === undefined || state !== 'active' ? undefined : addDuration(start, inactive);
  const closedAt = closed === undefined || state === 'closed' ? undefined : addDuration(start, closed);
  const sleep = inactiveAt === undefined ? null : ({ at: inactiveAt, state: 'inactive' } as const);
  const close = closedAt === undefined ? null : ({ at: closedAt, state: 'closed' } as const);
  return {
    ...(inactive === undefined ? {} : { inactive }),
    ...(closed === undefined ? {} : { closed }),
    ...(inactiveAt === undefined ? {} : { inactiveAt }),
    ...(closedAt === undefined ? {} : { closedAt }),
    due: sleep ?? close,
  };
}

/** Twilio shows the moments, never the durations, and only of timers that still run. */
export function renderTimers({ timers }: ConversationRecord, view: View): JsonObject {
  const { inactiveAt, closedAt } = timers;
  return present({
    date_inactive: inactiveAt === undefined ? undefined : view.date(inactiveAt),
    date_closed: closedAt === undefined ? undefined : view.date(closedAt),
  });
}
