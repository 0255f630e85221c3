/** Conversations whose participants are still to be added. They are `initializing` until then (documentation). */
import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { EventOrigin } from '../../kernel/context.js';
import { isCount, isFlag, isText, listOf, oneOf, optional } from '../../kernel/record-fields.js';
import type { Setting } from '../../kernel/schema.js';
import type { Due } from '../../kernel/timeline.js';
import { TwilioError } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { stateEvent } from '../conversation/events.js';
import {
  byConversation,
  conversations,
  conversationStates,
  inConversation,
  type ConversationRecord,
  type ConversationState,
} from '../conversation/record.js';
import { startTimers } from '../conversation/timers.js';
import { participantEvents } from '../participant/events.js';
import { updateGroup } from '../participant/group.js';
import { newParticipant } from '../participant/participant.js';
import { participants, type ParticipantRecord } from '../participant/record.js';
import { ensureUser } from '../user/user.js';
import { participantFormOf } from './participant-entry.js';

export interface InitializationRecord extends RecordBase {
  readonly conversationSid: string;
  /** The `Participant` values, as they were sent. */
  readonly entries: readonly string[];
  /** The state that the conversation reaches. */
  readonly state: ConversationState;
  /** Whether the request asked for webhooks. */
  readonly firesWebhooks: boolean;
  /** When they are added. Absent in older data files: at once. */
  readonly due?: number;
}

/** How long a conversation stays `initializing`, in milliseconds. How long at Twilio is not recorded; here until the next call. */
export const initializationTime: Setting<number> = {
  name: 'initializationTime',
  initial: () => 0,
  isValid: optional(isCount),
};

const dueOf = ({ due, dateCreated }: InitializationRecord): number => due ?? dateCreated;

export const initializations = defineTable<InitializationRecord>()({
  name: 'initializations',
  prefix: 'ZI',
  parent: inConversation,
  fields: {
    conversationSid: isText,
    entries: listOf(isText),
    state: oneOf(conversationStates),
    firesWebhooks: isFlag,
    due: optional(isCount),
  },
  unique: {},
  orders: { conversation: byConversation, all: { group: () => '', sortKey: dueOf } },
});

/** The next conversation to complete. */
export function nextInitialization(world: World): Due | undefined {
  const [pending] = world.records(initializations).list('all', '').slice(0, 1);
  return pending === undefined ? undefined : { at: dueOf(pending), run: () => complete(world, pending) };
}

/** Adds the participants, or closes the conversation if one cannot be added (documentation): all or nothing. */
function complete(world: World, pending: InitializationRecord): void {
  world.remove(initializations, pending);
  const conversation = world.records(conversations).get(pending.conversationSid);
  if (conversation === undefined) return;
  const now = world.now();
  try {
    const added = addParticipants(world, conversation, pending.entries);
    announce(world, added, pending.firesWebhooks);
    const { state } = pending;
    // The conversation may have become a group MMS.
    const current = world.records(conversations).get(conversation.sid) ?? conversation;
    const active = world.update(conversations, current, {
      state,
      timers: startTimers(current.timers, state, now),
      dateUpdated: now,
    });
    world.emit(stateEvent(active, conversation.state, 'EVENT', now));
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    // Twilio reports the failure in its debugger only (dictionary, 50427), and frees the unique name.
    const current = world.records(conversations).get(conversation.sid) ?? conversation;
    const closed = world.update(conversations, current, {
      state: 'closed',
      uniqueName: null,
      groupMembers: null,
      timers: { due: null },
      dateUpdated: now,
    });
    world.emit(stateEvent(closed, conversation.state, 'EVENT', now));
  }
}

function announce(world: World, added: readonly ParticipantRecord[], firesWebhooks: boolean): void {
  const origin: EventOrigin = { world, writeOrigin: {} };
  for (const record of added) {
    const events = world.takeEvents();
    if (record.identity !== null) ensureUser(origin, record.serviceSid, record.identity);
    world.emit(participantEvents.eventOf('Added', record, origin));
    if (!firesWebhooks) world.takeEvents();
    for (const event of events) world.emit(event);
  }
}

/**
 * Adds participants, given as JSON texts, to a conversation that does not accept writes yet, without users and without events.
 * @throws TwilioError for the first that is refused; none has been added then
 */
export function addParticipants(
  world: World,
  conversation: ConversationRecord,
  entries: readonly string[],
): readonly ParticipantRecord[] {
  const added: ParticipantRecord[] = [];
  try {
    for (const entry of entries) {
      const fields = newParticipant(world, { ...conversation, state: 'active' }, participantFormOf(entry));
      added.push(world.create(participants, fields));
      updateGroup(world, conversation.sid);
    }
  } catch (error) {
    removeParticipants(world, conversation, added);
    throw error;
  }
  return added;
}

export function removeParticipants(
  world: World,
  conversation: ConversationRecord,
  added: readonly ParticipantRecord[],
): void {
  for (const record of added) world.remove(participants, record);
  updateGroup(world, conversation.sid);
}
