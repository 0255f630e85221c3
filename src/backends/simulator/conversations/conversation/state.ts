/** The state of a conversation, for every resource that depends on it or changes it. */
import type { Due } from '../../kernel/timeline.js';
import type { World } from '../../kernel/world.js';
import { participants } from '../participant/record.js';
import { refuse } from '../refusals.js';
import { stateEvent } from './events.js';
import { conversations, type ConversationRecord, type ConversationState } from './record.js';
import { startTimers } from './timers.js';

/**
 * Refuses a write in a closed conversation. Recorded for updates of the conversation, new messages and new participants;
 * inferred for all other writes.
 */
export function checkOpen({ state }: ConversationRecord): void {
  if (state === 'closed') throw refuse(50377);
  // Nor does a conversation accept writes while its participants are being added (dictionary; for its contents, inferred).
  if (state === 'initializing') throw refuse(50386);
}

/** Makes the conversation active and restarts its timers, as a new message or participant does. */
export function recordActivity(
  world: World,
  conversation: ConversationRecord,
  changes: Partial<ConversationRecord> = {},
): void {
  const now = world.now();
  const wasInactive = conversation.state === 'inactive';
  const { inactive, closed } = conversation.timers;
  const active = world.update(conversations, conversation, {
    ...(wasInactive ? { state: 'active' as const, dateUpdated: now } : {}),
    ...(inactive === undefined && closed === undefined
      ? {}
      : { timers: startTimers(conversation.timers, 'active', now) }),
    ...changes,
  });
  if (wasInactive) world.emit(stateEvent(active, conversation.state, 'EVENT', now));
}

/** Follows a change of state. A closed conversation frees the address pairs of its participants and counts for no limit. */
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

/** The next timer to run out in a world. */
export function nextTimer(world: World): Due | undefined {
  const [conversation] = world.records(conversations).list('due', '').slice(0, 1);
  const due = conversation?.timers.due ?? undefined;
  if (conversation === undefined || due === undefined) return undefined;
  return { at: due.at, run: () => timeOut(world, conversation, due.state) };
}

function timeOut(world: World, conversation: ConversationRecord, state: 'inactive' | 'closed'): void {
  const now = world.now();
  const timers = startTimers(conversation.timers, state, now);
  const changed = world.update(conversations, conversation, { state, timers, dateUpdated: now });
  afterStateChange(world, changed, conversation.state, 'TIMER');
}
