/**
 * A participant: a chat user by identity, or a person by address (SMS, WhatsApp, …) behind a proxy address. In a group
 * MMS chat users have a projected address and phones no proxy. Deleting one keeps its messages (documentation).
 */
import type { Context } from '../../kernel/context.js';
import { anyText, jsonText, moment, readIndex } from '../../kernel/fields.js';
import { reversed } from '../../kernel/sorted-list.js';
import type { ConversationRecord, MessagingBindingPart, ParticipantRecord } from '../records.js';
import { keyOf, participants } from '../tables.js';
import { present, type Handlers } from '../../kernel/handler.js';
import { inOrderOfCreation, resource } from '../../kernel/resource.js';
import { refuse } from '../../kernel/twilio-error.js';
import { checkOpen, noteActivity } from '../conversation/rules.js';
import { changeBinding, newBinding } from './messaging-binding.js';
import { checkGroup, checkPairIsFree, noteGroup, participantEvents } from './rules.js';
import { findRole } from '../role/role.js';
import { checkIdentity, ensureUser, identityField } from '../user/user.js';

// From the page of limits (documentation); open means active or inactive.
const MOST_PARTICIPANTS = 1000;
const MOST_NOT_ON_CHAT = 50;
const MOST_OPEN_CONVERSATIONS = 1000;

const form = {
  Identity: identityField,
  'MessagingBinding.ProxyAddress': anyText,
  'MessagingBinding.ProjectedAddress': anyText,
  DateCreated: moment(50308),
  DateUpdated: moment(50309),
  Attributes: jsonText(4 * 1024),
  RoleSid: anyText,
};

const participant = resource({
  table: participants,
  owner: (ctx) => ctx.conversation,
  find: (ctx, conversationSid, key) => ctx.findParticipant(conversationSid, key),

  create: {
    form: { ...form, 'MessagingBinding.Address': anyText },
    fields(sent, ctx) {
      const { conversation } = ctx;
      checkOpen(conversation);
      const identity = sent.Identity === undefined || sent.Identity === '' ? null : sent.Identity;
      const binding = newBinding(ctx.world, conversation, identity, {
        address: sent['MessagingBinding.Address'],
        proxyAddress: sent['MessagingBinding.ProxyAddress'],
        projectedAddress: sent['MessagingBinding.ProjectedAddress'],
      });
      if (identity !== null) checkNewIdentity(ctx, conversation, identity);
      checkNewBinding(ctx, conversation, binding);
      checkRoom(ctx, conversation, binding);
      return {
        serviceSid: conversation.serviceSid,
        conversationSid: conversation.sid,
        identity,
        binding,
        roleSid: roleOf(ctx, sent.RoleSid, identity, binding),
        attributes: sent.Attributes ?? '{}',
        lastReadMessageIndex: null,
        lastReadTimestamp: null,
        notificationLevel: 'default' as const,
        open: true,
      };
    },
    after(record, _, ctx) {
      const { conversation } = ctx;
      if (record.identity !== null) ensureUser(ctx, record.identity);
      // By the text of a client SDK a newcomer wakes an inactive conversation; weak, and so inferred.
      if (conversation.state === 'inactive') noteActivity(ctx.world, conversation);
      noteGroup(ctx.world, conversation.sid);
      return record;
    },
  },

  update: {
    form: { ...form, LastReadMessageIndex: readIndex, LastReadTimestamp: moment() },
    changes(record, sent, ctx) {
      const { conversation } = ctx;
      checkOpen(conversation);
      const binding = changeBinding(ctx.world, record, {
        proxyAddress: sent['MessagingBinding.ProxyAddress'],
        projectedAddress: sent['MessagingBinding.ProjectedAddress'],
      });
      if (binding !== null && binding !== record.binding) {
        checkPairIsFree(ctx.world, binding, record.sid);
        checkGroup(ctx.world, conversation, binding, record.sid);
      }
      return {
        binding,
        identity: changeIdentity(ctx, conversation, record, sent.Identity),
        attributes: sent.Attributes ?? record.attributes,
        roleSid:
          sent.RoleSid === undefined ? record.roleSid : roleOf(ctx, sent.RoleSid, record.identity, record.binding),
        ...horizonOf(record, sent, ctx),
      };
    },
    after(record, _, ctx) {
      if (record.identity !== null) ensureUser(ctx, record.identity);
      noteGroup(ctx.world, record.conversationSid);
    },
  },

  remove: {
    check: (_, ctx) => checkOpen(ctx.conversation),
    after: (record, ctx) => noteGroup(ctx.world, record.conversationSid),
  },

  events: participantEvents,

  list: {
    key: 'participants',
    defaultSize: 50,
    maximum: 100,
    // The one recorded list shows the newest first.
    records(ctx, conversationSid) {
      const { records, token } = inOrderOfCreation(participants, ctx, conversationSid);
      return { records: reversed(records), token };
    },
    url: (ctx) => ctx.url('listserviceconversationparticipant', ctx.service.sid, ctx.conversation.sid),
  },

  render: (record, view) => ({
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    conversation_sid: record.conversationSid,
    sid: record.sid,
    identity: record.identity,
    attributes: record.attributes,
    messaging_binding:
      record.binding === null
        ? null
        : present({
            type: record.binding.type,
            address: record.binding.address,
            proxy_address: record.binding.proxyAddress,
            projected_address: record.binding.projectedAddress,
          }),
    role_sid: record.roleSid,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.url('fetchserviceconversationparticipant', record.serviceSid, record.conversationSid, record.sid),
    last_read_message_index: record.lastReadMessageIndex,
    last_read_timestamp: record.lastReadTimestamp === null ? null : view.date(record.lastReadTimestamp),
  }),
});

export const participantHandlers: Handlers = {
  createserviceconversationparticipant: participant.create,
  listserviceconversationparticipant: participant.list,
  fetchserviceconversationparticipant: participant.fetch,
  updateserviceconversationparticipant: participant.update,
  deleteserviceconversationparticipant: participant.delete,
};

/** An index moves the horizon now; none takes it away; a moment alone is kept as given (inferred). */
export function horizonOf(
  record: ParticipantRecord,
  sent: { readonly LastReadMessageIndex?: number | null; readonly LastReadTimestamp?: number },
  ctx: Context,
): Pick<ParticipantRecord, 'lastReadMessageIndex' | 'lastReadTimestamp'> {
  const index = sent.LastReadMessageIndex;
  if (index === undefined) {
    return {
      lastReadMessageIndex: record.lastReadMessageIndex,
      lastReadTimestamp: sent.LastReadTimestamp ?? record.lastReadTimestamp,
    };
  }
  return {
    lastReadMessageIndex: index,
    lastReadTimestamp: sent.LastReadTimestamp ?? (index === null ? null : ctx.world.now()),
  };
}

/** Once in a conversation (recorded), and looking like no user's SID (documentation). */
function checkNewIdentity(ctx: Context, conversation: ConversationRecord, identity: string): void {
  checkIdentity(identity);
  const all = ctx.world.records(participants);
  if (all.find('identity', keyOf(conversation.sid, identity)) !== undefined) throw refuse(50433);
  const open = all.list('openIdentity', keyOf(conversation.serviceSid, identity)).size;
  if (open >= MOST_OPEN_CONVERSATIONS) throw refuse(50214);
}

function checkNewBinding(ctx: Context, conversation: ConversationRecord, binding: MessagingBindingPart | null): void {
  if (binding === null) return;
  checkPairIsFree(ctx.world, binding);
  const address = binding.address ?? binding.projectedAddress ?? '';
  // The same person twice under two proxies in one conversation: no source; refused like an identity. Inferred.
  if (ctx.world.records(participants).find('address', keyOf(conversation.sid, address)) !== undefined) {
    throw refuse(50433);
  }
  checkGroup(ctx.world, conversation, binding);
}

function checkRoom(ctx: Context, conversation: ConversationRecord, binding: MessagingBindingPart | null): void {
  const all = ctx.world.records(participants);
  if (all.list('conversation', conversation.sid).size >= MOST_PARTICIPANTS) throw refuse(50417);
  if (binding?.address !== undefined && all.list('addressed', conversation.sid).size >= MOST_NOT_ON_CHAT) {
    throw refuse(50418);
  }
}

/** The published form has the field; whom it may be changed to is inferred from what a create may do. */
function changeIdentity(
  ctx: Context,
  conversation: ConversationRecord,
  record: ParticipantRecord,
  identity: string | undefined,
): string | null {
  if (identity === undefined || identity === record.identity) return record.identity;
  if (record.binding?.address !== undefined) throw refuse(50444);
  checkNewIdentity(ctx, conversation, identity);
  return identity;
}

/** A phone of a group MMS has no role in the published example; everybody else has the default one. */
function roleOf(
  ctx: Context,
  sid: string | undefined,
  identity: string | null,
  binding: MessagingBindingPart | null,
): string | null {
  if (sid === undefined) {
    if (identity === null && binding?.proxyAddress === undefined) return null;
    return ctx.service.configuration.defaultConversationRoleSid;
  }
  if (findRole(ctx.world, ctx.service.sid, sid, 'conversation') !== undefined) return sid;
  throw refuse(findRole(ctx.world, ctx.service.sid, sid, 'service') === undefined ? 50100 : 50109);
}
