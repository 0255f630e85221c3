import type { WorldEvent } from '../../kernel/event.js';
import { dateParameter, defineEvents, textParameter } from '../service/event.js';
import type { ConversationRecord } from './record.js';

export const conversationEvents = defineEvents<ConversationRecord>({
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
