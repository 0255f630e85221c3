/**
 * A user's conversation: a conversation from the view of one of its chat participants. It is stored as the participant, so
 * deleting it removes the participant (inferred). Closed conversations stay in the list.
 */
import type { JsonObject } from '../../../../core/body.js';
import { keyOf } from '../../kernel/collection.js';
import type { Context, View } from '../../kernel/context.js';
import { datetime, oneOf, readFields } from '../../kernel/fields.js';
import { noContent, ok, okValue } from '../../kernel/handler.js';
import { page } from '../../kernel/page.js';
import type { Resource } from '../../kernel/product.js';
import { joined, renderedAs } from '../../kernel/render-cache.js';
import { emptyUpdate } from '../../kernel/twilio-error.js';
import { conversationSidField } from '../conversation/descriptions.js';
import { conversationOf, type ConversationRecord } from '../conversation/record.js';
import { checkOpen } from '../conversation/state.js';
import { renderTimers } from '../conversation/timers.js';
import { messages } from '../message/record.js';
import { removeParticipant } from '../participant/events.js';
import { horizonOf, readIndex } from '../participant/read-horizon.js';
import {
  byConversationToken,
  conversationOfParticipant,
  participants,
  type ParticipantRecord,
} from '../participant/record.js';
import { refusal } from '../refusals.js';
import { userSidField } from '../user/descriptions.js';
import { userOf, type UserRecord } from '../user/record.js';

const MAX_UNREAD = 1000;

const form = {
  NotificationLevel: oneOf(['default', 'muted'], refusal(50210)),
  LastReadTimestamp: datetime(),
  LastReadMessageIndex: readIndex,
};

export const userConversation: Resource = {
  noun: 'Users/Conversations',
  scopes: ['account', 'service'],
  descriptions: {
    ConversationSid: conversationSidField,
    LastReadMessageIndex: 'Index of the last read message; null to remove it.',
    LastReadTimestamp: 'Time of reading, ISO 8601.',
    NotificationLevel: 'Whether the user is notified of new messages in the conversation.',
    UserSid: userSidField,
  },
  handlers: {
    list(ctx) {
      const user = userOf(ctx);
      const listing = {
        records: ctx.world.records(participants).list('identity', keyOf(user.serviceSid, user.identity)),
        token: byConversationToken(ctx.world),
        render: (shown: readonly ParticipantRecord[]) =>
          joined(shown.map((record) => renderedAs(JSON.stringify(render(record, user, ctx))))),
        url: ctx.link('list', 'Users/Conversations', user),
      };
      return ok(page(ctx, listing, { key: 'conversations', defaultSize: 50, maximum: 50 }));
    },

    fetch(ctx) {
      const { user, participant } = membershipOf(ctx);
      return okValue(render(participant, user, ctx));
    },

    update(ctx) {
      const { user, conversation, participant } = membershipOf(ctx);
      const sent = readFields(form, ctx.call.form);
      if (Object.keys(sent).length === 0) throw emptyUpdate();
      checkOpen(conversation);
      const changed = ctx.world.update(participants, participant, {
        notificationLevel: sent.NotificationLevel ?? participant.notificationLevel,
        ...horizonOf(participant, sent, ctx.world),
        dateUpdated: ctx.world.now(),
      });
      return okValue(render(changed, user, ctx));
    },

    delete(ctx) {
      const { conversation, participant } = membershipOf(ctx);
      checkOpen(conversation);
      removeParticipant(ctx, participant);
      return noContent;
    },
  },
};

interface Membership {
  readonly user: UserRecord;
  readonly conversation: ConversationRecord;
  readonly participant: ParticipantRecord;
}

/** The user, the conversation and the participant of a path. 404 for a user who is not a participant (inferred). */
function membershipOf(ctx: Context): Membership {
  const user = userOf(ctx);
  const conversation = conversationOf(ctx);
  const key = keyOf(conversation.sid, user.identity);
  const participant = ctx.orNotFound(ctx.world.records(participants).find('identity', key));
  return { user, conversation, participant };
}

/** Null if there is no read horizon (recorded), else the number of existing messages above it, at most 1000. */
function unreadCount({ world }: View, participant: ParticipantRecord): number | null {
  if (participant.lastReadMessageIndex === null) return null;
  const all = world.records(messages).list('conversation', participant.conversationSid);
  return Math.min(MAX_UNREAD, all.size - all.countUpTo({ sortKey: participant.lastReadMessageIndex }));
}

function render(participant: ParticipantRecord, user: UserRecord, view: View): JsonObject {
  const conversation = conversationOfParticipant(view.world, participant);
  const { serviceSid } = conversation;
  return {
    account_sid: view.world.account,
    chat_service_sid: serviceSid,
    conversation_sid: conversation.sid,
    unread_messages_count: unreadCount(view, participant),
    last_read_message_index: participant.lastReadMessageIndex,
    participant_sid: participant.sid,
    user_sid: user.sid,
    friendly_name: conversation.friendlyName,
    conversation_state: conversation.state,
    timers: renderTimers(conversation.timers, view),
    attributes: conversation.attributes,
    date_created: view.date(conversation.dateCreated),
    date_updated: view.date(conversation.dateUpdated),
    created_by: conversation.createdBy,
    notification_level: participant.notificationLevel,
    unique_name: conversation.uniqueName,
    url: view.link('fetch', 'Users/Conversations', {
      serviceSid,
      userSid: user.sid,
      conversationSid: conversation.sid,
    }),
    links: {
      participant: view.link('fetch', 'Conversations/Participants', participant),
      conversation: view.link('fetch', 'Conversations', conversation),
    },
  };
}
