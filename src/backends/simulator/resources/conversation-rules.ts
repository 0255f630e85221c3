/** States and timers of a conversation, for every resource that moves them. */
import type { JsonObject } from '../../../operation.js';
import type { View } from '../context.js';
import { addDuration } from '../moments.js';
import { conversations, participants, type ConversationRecord, type ConversationState } from '../records.js';
import { present } from '../resource.js';
import { refuse } from '../twilio-error.js';
import type { World } from '../world.js';

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
): ConversationRecord {
  const now = world.now();
  return world.update(conversations, conversation, {
    ...(conversation.state === 'inactive' ? { state: 'active' as const, dateUpdated: now } : {}),
    timers: { ...conversation.timers, start: now },
    ...changes,
  });
}

/** A closed conversation gives its participants' address pairs free and counts for no limit any more. */
export function afterStateChange(world: World, conversation: ConversationRecord, before: ConversationState): void {
  if (conversation.state !== 'closed' || before === 'closed') return;
  if (conversation.groupMembers !== null) world.update(conversations, conversation, { groupMembers: null });
  const members = world.records(participants).list('conversation', conversation.sid);
  for (const member of members.slice(0, members.size)) world.update(participants, member, { open: false });
}

/**
 * The moments at which the timers are due; only those that still count. Both run from the same start, as in the
 * published example; an inactive conversation has only its closing ahead, a closed one nothing (inferred).
 */
export function timersOf({ state, timers }: ConversationRecord): { inactive?: number; closed?: number } {
  if (state === 'closed') return {};
  const inactive = timers.inactive === undefined ? undefined : addDuration(timers.start, timers.inactive);
  const closed = timers.closed === undefined ? undefined : addDuration(timers.start, timers.closed);
  return {
    ...(inactive === undefined || state === 'inactive' ? {} : { inactive }),
    ...(closed === undefined ? {} : { closed }),
  };
}

export function renderTimers(conversation: ConversationRecord, view: View): JsonObject {
  const { inactive, closed } = timersOf(conversation);
  return present({
    date_inactive: inactive === undefined ? undefined : view.date(inactive),
    date_closed: closed === undefined ? undefined : view.date(closed),
  });
}
