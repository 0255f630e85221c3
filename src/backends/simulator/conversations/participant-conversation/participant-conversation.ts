/**
 * The conversations that somebody is in, found by identity or by address: a list to read only, in all states, sorted by
 * the conversation's SID. Members of a group MMS who have a projected address only are not found by it (documentation).
 */
import type { JsonObject } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { page } from '../../kernel/page.js';
import type { ParticipantRecord } from '../records.js';
import { keyOf, participants, users } from '../tables.js';
import { ok, type Handlers } from '../../kernel/handler.js';
import { renderedAs } from '../../kernel/render-cache.js';
import { refuse } from '../../kernel/twilio-error.js';
import { renderTimers } from '../conversation/rules.js';
import { byConversation, conversationOf } from '../user-conversation/user-conversation.js';

export const participantConversationHandlers: Handlers = {
  listserviceparticipantconversation(ctx) {
    const serviceSid = ctx.service.sid;
    const listing = {
      records: found(ctx, serviceSid),
      token: byConversation(ctx),
      render: (record: ParticipantRecord) => renderedAs(JSON.stringify(render(record, ctx))),
      url: ctx.url('listserviceparticipantconversation', serviceSid),
    };
    return ok(page(ctx, listing, { key: 'conversations', defaultSize: 50, maximum: 50, arrayFirst: true }));
  },
};

function found(ctx: Context, serviceSid: string) {
  const identity = ctx.query('Identity') ?? '';
  const address = ctx.query('Address') ?? '';
  if (identity !== '' && address !== '') throw refuse(50451);
  // That one of the two is needed is documented; with which code it is refused is inferred.
  if (identity === '' && address === '') throw refuse(20001, 'Missing required parameter Identity or Address');
  const all = ctx.world.records(participants);
  return identity === ''
    ? all.list('atAddress', keyOf(serviceSid, address))
    : all.list('identity', keyOf(serviceSid, identity));
}

function render(participant: ParticipantRecord, view: View): JsonObject {
  const conversation = conversationOf(view, participant);
  const { serviceSid } = conversation;
  const { identity, binding } = participant;
  const user = identity === null ? undefined : view.world.records(users).find('identity', keyOf(serviceSid, identity));
  return {
    account_sid: view.world.account,
    chat_service_sid: serviceSid,
    conversation_sid: conversation.sid,
    participant_sid: participant.sid,
    conversation_friendly_name: conversation.friendlyName,
    conversation_state: conversation.state,
    conversation_timers: renderTimers(conversation, view),
    conversation_attributes: conversation.attributes,
    conversation_date_created: view.date(conversation.dateCreated),
    conversation_date_updated: view.date(conversation.dateUpdated),
    conversation_created_by: conversation.createdBy,
    conversation_unique_name: conversation.uniqueName,
    participant_user_sid: user?.sid ?? null,
    participant_identity: identity,
    participant_messaging_binding:
      binding === null
        ? null
        : {
            address: binding.address ?? null,
            proxy_address: binding.proxyAddress ?? null,
            type: binding.type,
            level: null,
            name: null,
            projected_address: binding.projectedAddress ?? null,
          },
    links: {
      participant: view.url('fetchserviceconversationparticipant', serviceSid, conversation.sid, participant.sid),
      conversation: view.url('fetchserviceconversation', serviceSid, conversation.sid),
    },
  };
}
