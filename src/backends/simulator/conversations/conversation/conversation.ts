/**
 * A conversation, addressed by SID or by unique name. `closed` is final: everything inside can still be read, nothing
 * written, and only a delete works (recorded). A delete takes messages, participants and webhooks along (documentation).
 */
import type { Context } from '../../kernel/context.js';
import { conversationParameters } from '../event.js';
import { anyText, duration, jsonText, moment, sidField, text, type Field, type FormOf } from '../../kernel/fields.js';
import { parseDatetime } from '../../../../util/datetime.js';
import { between, reversed } from '../../kernel/sorted-list.js';
import { compoundToken, type Listing } from '../../kernel/page.js';
import type { ConversationRecord, ConversationState } from '../records.js';
import { conversations, keyOf } from '../tables.js';
import { present, type Handlers } from '../../kernel/handler.js';
import { resource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import { badParameter, refuse } from '../../kernel/twilio-error.js';
import { afterStateChange, checkOpen, renderTimers, startTimers } from './rules.js';

const stateField: Field<ConversationState> = {
  read(values) {
    const value = values.at(-1) ?? '';
    if (value === '') throw refuse(50374);
    if (value !== 'active' && value !== 'inactive' && value !== 'closed') throw refuse(50378);
    return value;
  },
};

// The fields are published, their limits and refusals from the dictionary, the two shortest timers recorded.
const form = {
  FriendlyName: text({ max: 256, tooLong: 50003 }),
  UniqueName: text({ max: 256, tooLong: 50004 }),
  Attributes: jsonText(16 * 1024),
  MessagingServiceSid: sidField('MG', 50341),
  DateCreated: moment(50308),
  DateUpdated: moment(50309),
  State: stateField,
  'Timers.Inactive': duration({ min: 60_000, tooShort: 50375, invalid: 50379 }),
  'Timers.Closed': duration({ min: 600_000, tooShort: 50376, invalid: 50380 }),
  'Bindings.Email.Address': anyText,
  'Bindings.Email.Name': anyText,
};

const conversation = resource({
  table: conversations,
  owner: (ctx) => ctx.service,
  find: (ctx, serviceSid, key) => ctx.findConversation(serviceSid, key),

  create: {
    form,
    fields(sent, ctx) {
      if (sent.State === 'closed') throw refuse(50384);
      const blank: Omit<ConversationRecord, 'sid' | 'seq' | 'dateCreated' | 'dateUpdated'> = {
        serviceSid: ctx.service.sid,
        messagingServiceSid: ctx.world.messagingServiceSid,
        friendlyName: null,
        uniqueName: null,
        attributes: '{}',
        state: 'active',
        timers: { due: null },
        email: {},
        // What Twilio shows for a conversation that REST made is not recorded. Inferred.
        createdBy: 'system',
        activity: 0,
        nextMessageIndex: 0,
        groupMembers: null,
      };
      return { ...blank, ...changesOf(blank, sent, ctx), activity: ctx.world.stamp() };
    },
  },

  update: {
    form,
    changes(record, sent, ctx) {
      checkOpen(record);
      if (record.state === 'initializing' && sent.State !== undefined) throw refuse(50386);
      return changesOf(record, sent, ctx, record.sid);
    },
    after: (record, before, ctx) => afterStateChange(ctx.world, record, before.state, 'API'),
  },

  events: {
    noun: 'Conversation',
    changeable: { friendly_name: 'FriendlyName' },
    parameters: (phase, record, { world }) => conversationParameters(phase, record, world.now()),
  },

  list: {
    key: 'conversations',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    records: listing,
    url: (ctx, serviceSid) => ctx.url('listserviceconversation', serviceSid),
  },

  render(record, view) {
    const url = view.url('fetchserviceconversation', record.serviceSid, record.sid);
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
      timers: renderTimers(record, view),
      bindings: address === undefined && name === undefined ? {} : { email: present({ address, name }) },
      url,
      links: {
        participants: view.url('listserviceconversationparticipant', record.serviceSid, record.sid),
        messages: view.url('listserviceconversationmessage', record.serviceSid, record.sid),
        webhooks: view.url('listserviceconversationscopedwebhook', record.serviceSid, record.sid),
        // Not among the 50 operations, so no operation names its path.
        export: `${url}/Export`,
      },
    };
  },
});

export const conversationHandlers: Handlers = {
  createserviceconversation: conversation.create,
  listserviceconversation: conversation.list,
  fetchserviceconversation: conversation.fetch,
  updateserviceconversation: conversation.update,
  deleteserviceconversation: conversation.delete,
};

type Changeable = Omit<ConversationRecord, 'sid' | 'seq' | 'dateCreated' | 'dateUpdated'>;

/** What a form changes in a conversation, new or old. */
function changesOf(before: Changeable, sent: FormOf<typeof form>, ctx: Context, ownSid?: string): Partial<Changeable> {
  const state = sent.State ?? before.state;
  const inactive = sent['Timers.Inactive'] ?? before.timers.inactive;
  const closed = sent['Timers.Closed'] ?? before.timers.closed;
  const restarted =
    sent['Timers.Inactive'] !== undefined || sent['Timers.Closed'] !== undefined || state !== before.state;
  const address = sent['Bindings.Email.Address'] ?? before.email.address;
  const name = sent['Bindings.Email.Name'] ?? before.email.name;
  return {
    friendlyName: sent.FriendlyName ?? before.friendlyName,
    uniqueName: sent.UniqueName === undefined ? before.uniqueName : checkUniqueName(ctx, sent.UniqueName, ownSid),
    attributes: sent.Attributes ?? before.attributes,
    messagingServiceSid: sent.MessagingServiceSid ?? before.messagingServiceSid,
    state,
    // A dictionary entry refuses a timer without a state; a real create with one succeeded, and so it does here.
    timers: restarted
      ? startTimers(
          {
            ...(inactive === undefined ? {} : { inactive }),
            ...(closed === undefined ? {} : { closed }),
          },
          state,
          ctx.world.now(),
        )
      : before.timers,
    email: { ...(address === undefined ? {} : { address }), ...(name === undefined ? {} : { name }) },
  };
}

/** Unique within the service, over all states; an empty text clears it. Closing does not free it (inferred). */
function checkUniqueName(ctx: Context, uniqueName: string, ownSid: string | undefined): string | null {
  if (uniqueName === '') return null;
  if (isSid(uniqueName, 'CH')) throw refuse(50390);
  const holder = ctx.world.records(conversations).find('uniqueName', keyOf(ctx.service.sid, uniqueName));
  if (holder !== undefined && holder.sid !== ownSid) throw refuse(50353);
  return uniqueName;
}

/** Newest activity first; with any filter the newest creation first (documentation). */
function listing(ctx: Context, serviceSid: string): Pick<Listing<ConversationRecord>, 'records' | 'token'> {
  const wanted = ctx.query('State');
  const from = boundary(ctx, 'StartDate', '00:00:00.000');
  const end = boundary(ctx, 'EndDate', '23:59:59.999');
  const all = ctx.world.records(conversations);
  if (wanted === undefined && from === undefined && end === undefined) {
    return { records: reversed(all.list('activity', serviceSid)), token: token(ctx, (record) => record.activity) };
  }
  if (wanted !== undefined && !['active', 'inactive', 'closed'].includes(wanted)) throw refuse(50378);
  if (from !== undefined && end !== undefined && end <= from) throw refuse(50396);
  const created = wanted === undefined ? all.list('service', serviceSid) : all.list('state', keyOf(serviceSid, wanted));
  // A bound is sent and a date shown in whole seconds, a record keeps milliseconds: the whole last second counts.
  const to = end !== undefined && end % 1000 === 0 ? end + 999 : end;
  return {
    records: reversed(between(created, from ?? -Infinity, to ?? Infinity)),
    token: token(ctx, (record) => record.dateCreated),
  };
}

/** `STATE_TIME_SID`: the seen form of this list's tokens. */
function token(ctx: Context, timeOf: (record: ConversationRecord) => number) {
  return compoundToken<ConversationRecord>(
    (sid) => ctx.world.placeOf(conversations, sid),
    (record) => `${record.state}_${new Date(timeOf(record)).toISOString()}`,
    (written) => parseDatetime(written.slice(written.indexOf('_') + 1)),
  );
}

/** A bound of the creation date: a moment, or a date whose whole day counts. Both bounds are inclusive (documentation). */
function boundary(ctx: Context, name: string, timeOfDay: string): number | undefined {
  const sent = ctx.query(name);
  if (sent === undefined) return undefined;
  const found = parseDatetime(/^\d{4}-\d{2}-\d{2}$/.test(sent) ? `${sent}T${timeOfDay}Z` : sent);
  if (found === undefined) throw badParameter(name, 'an ISO 8601 date is expected');
  return found;
}
