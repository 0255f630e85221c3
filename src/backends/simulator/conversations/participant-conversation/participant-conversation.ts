/**
 * The conversations of a participant, found by identity or by address. A read-only list of all states, sorted by the
 * conversation's SID. It does not find members of a group MMS who have only a projected address (documentation).
 */
import type { JsonObject } from '../../../../core/body.js';
import { keyOf } from '../../kernel/collection.js';
import type { Context, View } from '../../kernel/context.js';
import { ok } from '../../kernel/handler.js';
import { page } from '../../kernel/page.js';
import type { Resource } from '../../kernel/product.js';
import { joined, renderedAs } from '../../kernel/render-cache.js';
import type { SortedView } from '../../kernel/sorted-list.js';
import { invalidRequest } from '../../kernel/twilio-error.js';
import { renderTimers } from '../conversation/timers.js';
import {
  byConversationToken,
  conversationOfParticipant,
  participants,
  type ParticipantRecord,
} from '../participant/record.js';
import { refuse } from '../refusals.js';
import { serviceOf } from '../service/record.js';
import { users } from '../user/record.js';

export const participantConversation: Resource = {
  noun: 'ParticipantConversations',
  scopes: ['account', 'service'],
  descriptions: {
    Address: 'Address of a participant, e.g. +15558675310 or whatsapp:+15558675310. Give this or Identity.',
    Identity: 'Identity of a participant. Give this or Address.',
  },
  handlers: {
    list(ctx) {
      const service = serviceOf(ctx);
      const listing = {
        records: findParticipants(ctx, service.sid),
        token: byConversationToken(ctx.world),
        render: (shown: readonly ParticipantRecord[]) =>
          joined(shown.map((record) => renderedAs(JSON.stringify(render(record, ctx))))),
        url: ctx.link('list', 'ParticipantConversations', service),
      };
      return ok(page(ctx, listing, { key: 'conversations', defaultSize: 50, maximum: 50, arrayFirst: true }));
    },
  },
};

function findParticipants(ctx: Context, serviceSid: string): SortedView<ParticipantRecord> {
  const identity = ctx.query('Identity') ?? '';
  const address = ctx.query('Address') ?? '';
  if (identity !== '' && address !== '') throw refuse(50451);
  // That one of the two is required is documented. The code of the refusal is inferred.
  if (identity === '' && address === '') throw invalidRequest('Missing required parameter Identity or Address');
  const all = ctx.world.records(participants);
  return identity === ''
    ? all.list('atAddress', keyOf(serviceSid, address))
    : all.list('identity', keyOf(serviceSid, identity));
}

function render(participant: ParticipantRecord, view: View): JsonObject {
  const conversation = conversationOfParticipant(view.world, participant);
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
    conversation_timers: renderTimers(conversation.timers, view),
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
      participant: view.link('fetch', 'Conversations/Participants', participant),
      conversation: view.link('fetch', 'Conversations', conversation),
    },
  };
}
