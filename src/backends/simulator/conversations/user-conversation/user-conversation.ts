/**
 * A user's conversation: the conversation as one of its chat participants sees it. It is no record of its own but a view
 * of that participant; deleting it means leaving (inferred). Closed conversations stay listed.
 */
import type { JsonObject } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { moment, oneOf, readForm, readIndex } from '../../kernel/fields.js';
import { compoundToken, page } from '../../kernel/page.js';
import type { ConversationRecord, ParticipantRecord, UserRecord } from '../records.js';
import { conversations, keyOf, messages, participants } from '../tables.js';
import { noContent, ok, okValue, type Handlers } from '../../kernel/handler.js';
import { isSid } from '../../kernel/sid.js';
import { renderedAs } from '../../kernel/render-cache.js';
import { refuse } from '../../kernel/twilio-error.js';
import { checkOpen, renderTimers } from '../conversation/rules.js';
import { horizonOf } from '../participant/participant.js';
import { removeParticipant } from '../participant/rules.js';

const MOST_UNREAD = 1000;

const form = {
  NotificationLevel: oneOf(['default', 'muted'], 50210),
  LastReadTimestamp: moment(),
  LastReadMessageIndex: readIndex,
};

export const userConversationHandlers: Handlers = {
  listserviceuserconversation(ctx) {
    const { user } = ctx;
    const listing = {
      records: ctx.world.records(participants).list('identity', keyOf(user.serviceSid, user.identity)),
      token: byConversation(ctx),
      render: (record: ParticipantRecord) => renderedAs(JSON.stringify(render(record, user, ctx))),
      url: ctx.url('listserviceuserconversation', user.serviceSid, user.sid),
    };
    return ok(page(ctx, listing, { key: 'conversations', defaultSize: 50, maximum: 50 }));
  },

  fetchserviceuserconversation(ctx) {
    const { user, participant } = membership(ctx);
    return okValue(render(participant, user, ctx));
  },

  updateserviceuserconversation(ctx) {
    const { user, participant } = membership(ctx);
    const sent = readForm(form, ctx.call.form);
    if (Object.keys(sent).length === 0) throw refuse(20161);
    checkOpen(ctx.conversation);
    const changed = ctx.world.update(participants, participant, {
      notificationLevel: sent.NotificationLevel ?? participant.notificationLevel,
      ...horizonOf(participant, sent, ctx),
      dateUpdated: ctx.world.now(),
    });
    return okValue(render(changed, user, ctx));
  },

  deleteserviceuserconversation(ctx) {
    const { participant } = membership(ctx);
    checkOpen(ctx.conversation);
    removeParticipant(ctx, participant);
    return noContent;
  },
};

/** Sorted by the conversation's SID, so the token names it before the participant. */
export function byConversation(ctx: Context) {
  return compoundToken<ParticipantRecord>(
    (sid) => ctx.world.placeOf(participants, sid),
    (record) => record.conversationSid,
    (text) => (isSid(text, 'CH') ? text : undefined),
  );
}

/** A user who is no participant has no such conversation: 404 (inferred). */
function membership(ctx: Context): { user: UserRecord; participant: ParticipantRecord } {
  const { user, conversation } = ctx;
  const key = keyOf(conversation.sid, user.identity);
  return { user, participant: ctx.orNotFound(ctx.world.records(participants).find('identity', key)) };
}

export function conversationOf(view: View, participant: ParticipantRecord): ConversationRecord {
  const found = view.world.records(conversations).get(participant.conversationSid);
  if (found === undefined) throw new Error(`participant ${participant.sid} belongs to no conversation`);
  return found;
}

/** Null as long as the horizon was never set (recorded); then the messages above it that still exist, at most 1000. */
function unread(view: View, participant: ParticipantRecord): number | null {
  if (participant.lastReadMessageIndex === null) return null;
  const all = view.world.records(messages).list('conversation', participant.conversationSid);
  return Math.min(MOST_UNREAD, all.size - all.countUpTo({ sortKey: participant.lastReadMessageIndex }));
}

function render(participant: ParticipantRecord, user: UserRecord, view: View): JsonObject {
  const conversation = conversationOf(view, participant);
  const { serviceSid } = conversation;
  return {
    account_sid: view.world.account,
    chat_service_sid: serviceSid,
    conversation_sid: conversation.sid,
    unread_messages_count: unread(view, participant),
    last_read_message_index: participant.lastReadMessageIndex,
    participant_sid: participant.sid,
    user_sid: user.sid,
    friendly_name: conversation.friendlyName,
    conversation_state: conversation.state,
    timers: renderTimers(conversation, view),
    attributes: conversation.attributes,
    date_created: view.date(conversation.dateCreated),
    date_updated: view.date(conversation.dateUpdated),
    created_by: conversation.createdBy,
    notification_level: participant.notificationLevel,
    unique_name: conversation.uniqueName,
    url: view.url('fetchserviceuserconversation', serviceSid, user.sid, conversation.sid),
    links: {
      participant: view.url('fetchserviceconversationparticipant', serviceSid, conversation.sid, participant.sid),
      conversation: view.url('fetchserviceconversation', serviceSid, conversation.sid),
    },
  };
}
