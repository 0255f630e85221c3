/**
 * A participant: a chat user by identity, or a person by address (SMS, WhatsApp, …) behind a proxy address. In a group MMS
 * chat users have a projected address and phones have no proxy. A deleted participant's messages stay (documentation).
 */
import { keyOf, type RecordBase } from '../../kernel/collection.js';
import { anyText, datetime, type FormOf } from '../../kernel/fields.js';
import { present } from '../../kernel/handler.js';
import { defineResource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import type { World } from '../../kernel/world.js';
import { attributes } from '../attributes.js';
import { conversationOf, type ConversationRecord } from '../conversation/record.js';
import { checkOpen, recordActivity } from '../conversation/state.js';
import { refusal, refuse } from '../refusals.js';
import { findRole } from '../role/role.js';
import { services, serviceSidKey } from '../service/record.js';
import { checkIdentity, ensureUser, identityField } from '../user/user.js';
import { checkPairIsFree } from './address.js';
import { participantFields } from './descriptions.js';
import { participantEvents } from './events.js';
import { checkGroup, updateGroup } from './group.js';
import { changeBinding, newBinding } from './messaging-binding.js';
import { horizonOf, readIndex } from './read-horizon.js';
import { findParticipant, participants, type MessagingBindingPart, type ParticipantRecord } from './record.js';

// From the page of limits (documentation). An open conversation is active or inactive.
const MAX_PARTICIPANTS = 1000;
const MAX_ADDRESSED = 50;
export const MAX_OPEN_CONVERSATIONS = 1000;

const form = {
  Identity: identityField,
  'MessagingBinding.ProxyAddress': anyText,
  'MessagingBinding.ProjectedAddress': anyText,
  DateCreated: datetime(refusal(50308)),
  DateUpdated: datetime(refusal(50309)),
  Attributes: attributes(4 * 1024),
  RoleSid: anyText,
};

export const newParticipantForm = { ...form, 'MessagingBinding.Address': anyText };

export const participant = defineResource({
  noun: 'Conversations/Participants',
  scopes: ['account', 'service'],
  descriptions: participantFields,
  table: participants,
  owner: conversationOf,
  find: (key, conversation, ctx) => findParticipant(ctx.world, conversation.sid, key),

  create: {
    form: newParticipantForm,
    fields: (sent, conversation, { world }) => newParticipant(world, conversation, sent),
    after(record, conversation, ctx) {
      if (record.identity !== null) ensureUser(ctx, record.serviceSid, record.identity);
      // A client SDK's documentation says that a new participant reactivates an inactive conversation. Weak, so inferred.
      if (conversation.state === 'inactive') recordActivity(ctx.world, conversation);
      updateGroup(ctx.world, conversation.sid);
    },
  },

  update: {
    form: { ...form, LastReadMessageIndex: readIndex, LastReadTimestamp: datetime() },
    changes(record, sent, conversation, { world }) {
      checkOpen(conversation);
      const binding = changeBinding(world, record, {
        proxyAddress: sent['MessagingBinding.ProxyAddress'],
        projectedAddress: sent['MessagingBinding.ProjectedAddress'],
      });
      if (binding !== null && binding !== record.binding) {
        checkPairIsFree(world, binding, record.sid);
        checkGroup(world, conversation, binding, record.sid);
      }
      return {
        binding,
        identity: changeIdentity(world, conversation, record, sent.Identity),
        attributes: sent.Attributes ?? record.attributes,
        roleSid:
          sent.RoleSid === undefined
            ? record.roleSid
            : roleFor(world, record.serviceSid, sent.RoleSid, record.identity, record.binding),
        ...horizonOf(record, sent, world),
      };
    },
    after(record, _, ctx) {
      if (record.identity !== null) ensureUser(ctx, record.serviceSid, record.identity);
      updateGroup(ctx.world, record.conversationSid);
    },
  },

  delete: {
    check: (_, conversation) => checkOpen(conversation),
    after: (record, { world }) => updateGroup(world, record.conversationSid),
  },

  events: participantEvents,

  list: {
    key: 'participants',
    defaultSize: 50,
    maximum: 100,
    records: (conversation, { world }) => ({
      records: world.records(participants).list('conversation', conversation.sid),
      token: {
        write: (record: ParticipantRecord) => record.sid,
        read: (sid: string) => (isSid(sid, 'MB') ? { sortKey: sid } : undefined),
      },
    }),
  },

  render: (record, view) => ({
    account_sid: view.world.account,
    ...serviceSidKey(view, record),
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
    url: view.link('fetch', 'Conversations/Participants', record),
    last_read_message_index: record.lastReadMessageIndex,
    last_read_timestamp: record.lastReadTimestamp === null ? null : view.date(record.lastReadTimestamp),
  }),
});

/** Checks a form and returns the fields of a new participant. Changes nothing. */
export function newParticipant(
  world: World,
  conversation: ConversationRecord,
  sent: FormOf<typeof newParticipantForm>,
): Omit<ParticipantRecord, keyof RecordBase> {
  checkOpen(conversation);
  const identity = sent.Identity === undefined || sent.Identity === '' ? null : sent.Identity;
  const binding = newBinding(world, conversation, identity, {
    address: sent['MessagingBinding.Address'],
    proxyAddress: sent['MessagingBinding.ProxyAddress'],
    projectedAddress: sent['MessagingBinding.ProjectedAddress'],
  });
  if (identity !== null) checkNewIdentity(world, conversation, identity);
  checkNewBinding(world, conversation, binding);
  checkLimits(world, conversation, binding);
  return {
    serviceSid: conversation.serviceSid,
    conversationSid: conversation.sid,
    identity,
    binding,
    roleSid:
      sent.RoleSid === undefined && identity !== null && identity === conversation.createdBy
        ? creatorRole(world, conversation.serviceSid)
        : roleFor(world, conversation.serviceSid, sent.RoleSid, identity, binding),
    attributes: sent.Attributes ?? '{}',
    lastReadMessageIndex: null,
    lastReadTimestamp: null,
    notificationLevel: 'default' as const,
    open: true,
  };
}

/** Unique in the conversation (recorded), and not like a user's SID (documentation). */
function checkNewIdentity(world: World, conversation: ConversationRecord, identity: string): void {
  checkIdentity(identity);
  const all = world.records(participants);
  if (all.find('identity', keyOf(conversation.sid, identity)) !== undefined) throw refuse(50433);
  const open = all.list('openIdentity', keyOf(conversation.serviceSid, identity)).size;
  if (open >= MAX_OPEN_CONVERSATIONS) throw refuse(50214);
}

function checkNewBinding(world: World, conversation: ConversationRecord, binding: MessagingBindingPart | null): void {
  if (binding === null) return;
  checkPairIsFree(world, binding);
  const address = binding.address ?? binding.projectedAddress ?? '';
  // No source covers the same address behind two proxies in one conversation. Refused like an identity. Inferred.
  if (world.records(participants).find('address', keyOf(conversation.sid, address)) !== undefined) {
    throw refuse(50433);
  }
  checkGroup(world, conversation, binding);
}

function checkLimits(world: World, conversation: ConversationRecord, binding: MessagingBindingPart | null): void {
  const all = world.records(participants);
  if (all.list('conversation', conversation.sid).size >= MAX_PARTICIPANTS) throw refuse(50417);
  if (binding?.address !== undefined && all.list('addressed', conversation.sid).size >= MAX_ADDRESSED) {
    throw refuse(50418);
  }
}

/** The published form has the field. Which identities it accepts is inferred from create. */
function changeIdentity(
  world: World,
  conversation: ConversationRecord,
  record: ParticipantRecord,
  identity: string | undefined,
): string | null {
  if (identity === undefined || identity === record.identity) return record.identity;
  if (record.binding?.address !== undefined) throw refuse(50444);
  checkNewIdentity(world, conversation, identity);
  return identity;
}

/** Users of the client SDKs have it in the conversations that they create (documentation). */
function creatorRole(world: World, serviceSid: string): string | null {
  return world.records(services).get(serviceSid)?.configuration.defaultConversationCreatorRoleSid ?? null;
}

/** A phone in a group MMS has no role in the published example. All others have the service's default role. */
function roleFor(
  world: World,
  serviceSid: string,
  sid: string | undefined,
  identity: string | null,
  binding: MessagingBindingPart | null,
): string | null {
  if (sid === undefined) {
    if (identity === null && binding?.proxyAddress === undefined) return null;
    return world.records(services).get(serviceSid)?.configuration.defaultConversationRoleSid ?? null;
  }
  if (findRole(world, serviceSid, sid, 'conversation') !== undefined) return sid;
  throw refuse(findRole(world, serviceSid, sid, 'service') === undefined ? 50100 : 50109);
}
