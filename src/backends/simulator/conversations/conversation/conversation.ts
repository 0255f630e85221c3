/**
 * A conversation, addressed by SID or by unique name. `closed` is final: its contents can be read but not written, and
 * only a delete succeeds (recorded). A delete includes messages, participants and webhooks (documentation).
 */
import { keyOf } from '../../kernel/collection.js';
import type { JsonObject } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { anyText, datetime, sidField, single, text, type FormOf } from '../../kernel/fields.js';
import { present } from '../../kernel/handler.js';
import { defineResource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import { attributes } from '../attributes.js';
import { defaultClosedTimer, defaultInactiveTimer, messagingServiceSid } from '../configuration/record.js';
import { refusal, refuse } from '../refusals.js';
import { serviceOf, type ServiceRecord } from '../service/record.js';
import { conversationFields } from './descriptions.js';
import { conversationEvents } from './events.js';
import { listConversations } from './list.js';
import { autocreateIn, conversations, findConversation, type ConversationRecord } from './record.js';
import { afterStateChange, checkOpen, nextTimer } from './state.js';
import { closedTimer, inactiveTimer, renderTimers, startTimers, timer } from './timers.js';

const state = single((value) => {
  if (value === '') throw refuse(50374);
  if (value !== 'active' && value !== 'inactive' && value !== 'closed') throw refuse(50378);
  return value;
});

// The fields are from the published description, limits and refusals from the dictionary; the two minimum timers are recorded.
export const conversationForm = {
  FriendlyName: text({ max: 256, tooLong: refusal(50003) }),
  UniqueName: text({ max: 256, tooLong: refusal(50004) }),
  Attributes: attributes(16 * 1024),
  MessagingServiceSid: sidField('MG', refusal(50341)),
  DateCreated: datetime(refusal(50308)),
  DateUpdated: datetime(refusal(50309)),
  State: state,
  'Timers.Inactive': timer(inactiveTimer),
  'Timers.Closed': timer(closedTimer),
  'Bindings.Email.Address': anyText,
  'Bindings.Email.Name': anyText,
};

export const conversation = defineResource({
  noun: 'Conversations',
  scopes: ['account', 'service'],
  descriptions: conversationFields,
  table: conversations,
  settings: [autocreateIn],
  nextDue: nextTimer,
  owner: serviceOf,
  find: (key, service, ctx) => findConversation(ctx.world, service.sid, key),

  create: {
    form: conversationForm,
    fields: newConversation,
  },

  update: {
    form: conversationForm,
    changes(record, sent, service, ctx) {
      checkOpen(record);
      return changesOf(record, sent, service, ctx, record.sid);
    },
    after: (record, before, ctx) => afterStateChange(ctx.world, record, before.state, 'API'),
  },

  delete: {},

  events: conversationEvents,

  list: { key: 'conversations', defaultSize: 50, maximum: 100, arrayFirst: true, records: listConversations },

  render(record, view) {
    const url = view.link('fetch', 'Conversations', record);
    const links = Object.assign(renderLinks(record, view), { export: `${url}/Export` });
    return Object.assign(renderFields(record, view), { url, links });
  },
});

/**
 * The fields of a conversation, without `url` and `links`, in an object that the caller may extend. In Node.js 20, one that
 * begins with a spread and goes on would get a hidden class of its own, which takes microseconds.
 */
export function renderFields(record: ConversationRecord, view: View): JsonObject {
  const { address, name } = record.email;
  return {
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    messaging_service_sid: record.messagingServiceSid,
    friendly_name: record.friendlyName,
    unique_name: record.uniqueName,
    attributes: record.attributes,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    state: record.state,
    timers: renderTimers(record.timers, view),
    bindings: address === undefined && name === undefined ? {} : { email: present({ address, name }) },
  };
}

/** The links of a conversation. `export`, which has no operation, is added by those who have it. */
export function renderLinks(record: ConversationRecord, view: View): JsonObject {
  return {
    participants: view.link('list', 'Conversations/Participants', record),
    messages: view.link('list', 'Conversations/Messages', record),
    webhooks: view.link('list', 'Conversations/Webhooks', record),
  };
}

type ConversationForm = FormOf<typeof conversationForm>;
type Changeable = Omit<ConversationRecord, 'sid' | 'seq' | 'dateCreated' | 'dateUpdated'>;

/** Checks a form and returns the fields of a new conversation. Changes nothing. */
export function newConversation(sent: ConversationForm, service: ServiceRecord, ctx: Context): Changeable {
  if (sent.State === 'closed') throw refuse(50384);
  const blank: Changeable = {
    serviceSid: service.sid,
    messagingServiceSid: ctx.world.get(messagingServiceSid),
    friendlyName: null,
    uniqueName: null,
    attributes: '{}',
    state: 'active',
    timers: { due: null },
    email: {},
    // What Twilio shows for a conversation that REST or an inbound message created is not recorded. Inferred.
    createdBy: ctx.writeOrigin.creator ?? 'system',
    activity: 0,
    nextMessageIndex: 0,
    groupMembers: null,
  };
  return { ...blank, ...changesOf(blank, withDefaultTimers(sent, ctx), service, ctx), activity: ctx.world.stamp() };
}

/** The account's timers apply to a new conversation that has none of its own (documentation). */
function withDefaultTimers(sent: ConversationForm, { world }: Context): ConversationForm {
  if (sent['Timers.Inactive'] !== undefined || sent['Timers.Closed'] !== undefined) return sent;
  const inactive = world.get(defaultInactiveTimer);
  const closed = world.get(defaultClosedTimer);
  if (inactive === null && closed === null) return sent;
  return {
    ...sent,
    ...(inactive === null ? {} : { 'Timers.Inactive': inactive }),
    ...(closed === null ? {} : { 'Timers.Closed': closed }),
  };
}

/** The fields that a form sets in a conversation, new or existing. */
function changesOf(
  before: Changeable,
  sent: ConversationForm,
  service: ServiceRecord,
  ctx: Context,
  ownSid?: string,
): Partial<Changeable> {
  const newState = sent.State ?? before.state;
  const { 'Timers.Inactive': inactive = before.timers.inactive, 'Timers.Closed': closed = before.timers.closed } = sent;
  const restarts =
    sent['Timers.Inactive'] !== undefined || sent['Timers.Closed'] !== undefined || newState !== before.state;
  const address = sent['Bindings.Email.Address'] ?? before.email.address;
  const name = sent['Bindings.Email.Name'] ?? before.email.name;
  return {
    friendlyName: sent.FriendlyName ?? before.friendlyName,
    uniqueName:
      sent.UniqueName === undefined ? before.uniqueName : checkUniqueName(ctx, service.sid, sent.UniqueName, ownSid),
    attributes: sent.Attributes ?? before.attributes,
    messagingServiceSid: sent.MessagingServiceSid ?? before.messagingServiceSid,
    state: newState,
    // A dictionary entry refuses a timer without a state. A recorded create with one succeeded, so it succeeds here.
    timers: restarts
      ? startTimers(
          {
            ...(typeof inactive === 'string' ? { inactive } : {}),
            ...(typeof closed === 'string' ? { closed } : {}),
          },
          newState,
          ctx.world.now(),
        )
      : before.timers,
    email: { ...(address === undefined ? {} : { address }), ...(name === undefined ? {} : { name }) },
  };
}

/** Unique within the service, in all states. Empty text removes the name. Closing does not free it (inferred). */
function checkUniqueName(
  ctx: Context,
  serviceSid: string,
  uniqueName: string,
  ownSid: string | undefined,
): string | null {
  if (uniqueName === '') return null;
  if (isSid(uniqueName, 'CH')) throw refuse(50390);
  const holder = ctx.world.records(conversations).find('uniqueName', keyOf(serviceSid, uniqueName));
  if (holder !== undefined && holder.sid !== ownSid) throw refuse(50353);
  return uniqueName;
}
