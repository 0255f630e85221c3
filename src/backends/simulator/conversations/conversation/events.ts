import type { WorldEvent } from '../../kernel/event.js';
import type { ResourceEvents } from '../../kernel/resource.js';
import { isFiredBy, receiverOf, scopedWebhooks } from '../scoped-webhook/record.js';
import { dateParameter, defineEvents, textParameter } from '../service/event.js';
import type { ConversationRecord } from './record.js';

const events = defineEvents<ConversationRecord>({
  name: 'Conversation',
  changeable: { friendly_name: 'FriendlyName' },
  parameters: (phase, record, { world, writeOrigin }) => ({
    ChatServiceSid: record.serviceSid,
    ConversationSid: record.sid,
    FriendlyName: textParameter(record.friendlyName),
    UniqueName: textParameter(record.uniqueName),
    Attributes: record.attributes,
    MessagingServiceSid: record.messagingServiceSid,
    State: record.state,
    DateCreated: dateParameter(record.dateCreated),
    DateUpdated: dateParameter(record.dateUpdated),
    DateRemoved: phase === 'Removed' ? dateParameter(world.now()) : undefined,
    ...writeOrigin.eventParameters?.(phase),
  }),
});

export const conversationEvents: ResourceEvents<ConversationRecord> = {
  ...events,
  /** The webhooks of a conversation are deleted with it, and still receive the event of that (inferred). */
  eventOf(phase, record, origin) {
    const event = events.eventOf(phase, record, origin);
    if (phase !== 'Removed' || record.sid === undefined) return event;
    const own = origin.world.records(scopedWebhooks).list('conversation', record.sid);
    return {
      ...event,
      removedReceivers: [...own]
        .filter((webhook) => isFiredBy(webhook, event))
        .map((webhook) => receiverOf(origin.world, webhook)),
    };
  },
};

/** `API`: changed by a write; `TIMER`: a timer ran out; `EVENT`: a message or a new participant reactivated it. */
export function stateEvent(
  record: ConversationRecord,
  from: string,
  reason: 'API' | 'TIMER' | 'EVENT',
  now: number,
): WorldEvent {
  return {
    type: 'onConversationStateUpdated',
    subject: record.sid,
    // State events have no source (recorded).
    parameters: {
      ChatServiceSid: record.serviceSid,
      ConversationSid: record.sid,
      MessagingServiceSid: record.messagingServiceSid,
      StateUpdated: dateParameter(now),
      StateFrom: from,
      StateTo: record.state,
      Reason: reason,
    },
  };
}
