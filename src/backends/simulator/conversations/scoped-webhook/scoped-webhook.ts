/**
 * A webhook of one conversation: a URL for events, a URL for keywords, or a Studio flow. At most five (documentation).
 * Only post-action events ever reach it; a pre-action name is taken and never fires (inferred).
 */
import type { Context } from '../../kernel/context.js';
import { anyText, isWebUrl, list, oneOf, wholeNumber, type Field } from '../../kernel/fields.js';
import type { ScopedWebhookRecord } from '../records.js';
import { messages, scopedWebhooks } from '../tables.js';
import { present, type Handlers } from '../../kernel/handler.js';
import { eventOf } from '../../kernel/record-event.js';
import { resource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import { refuse } from '../../kernel/twilio-error.js';
import { checkOpen } from '../conversation/rules.js';
import { messageEvents } from '../message/message.js';
import { isEvent } from '../webhook-event.js';

// All three from the dictionary's entries of their refusals.
const MOST_WEBHOOKS = 5;
const MOST_TRIGGERS = 5;
const LONGEST_URL = 512;

type Configuration = ScopedWebhookRecord['configuration'];
type Target = ScopedWebhookRecord['target'];

const url: Field<string> = {
  read(values) {
    const value = values.at(-1) ?? '';
    if (value === '') throw refuse(50369);
    if (value.length > LONGEST_URL) throw refuse(50372);
    if (!isWebUrl(value)) throw refuse(50054);
    return value;
  },
};

/** Both cases are in use by clients; answers show lower case. */
const method: Field<string> = {
  read: (values) => oneOf(['get', 'post'], 50055).read([(values.at(-1) ?? '').toLowerCase()], ''),
};

const form = {
  'Configuration.Url': url,
  'Configuration.Method': method,
  'Configuration.Filters': list,
  'Configuration.Triggers': list,
  'Configuration.FlowSid': anyText,
};

interface Sent {
  readonly 'Configuration.Url'?: string;
  readonly 'Configuration.Method'?: string;
  readonly 'Configuration.Filters'?: readonly string[];
  readonly 'Configuration.Triggers'?: readonly string[];
  readonly 'Configuration.FlowSid'?: string;
  readonly 'Configuration.ReplayAfter'?: number;
}

const scopedWebhook = resource({
  table: scopedWebhooks,
  owner: (ctx) => ctx.conversation,

  create: {
    form: { Target: oneOf(['webhook', 'trigger', 'studio'], 50364), 'Configuration.ReplayAfter': wholeNumber, ...form },
    fields(sent, ctx) {
      const { conversation } = ctx;
      checkOpen(conversation);
      if (sent.Target === undefined) throw refuse(50368);
      if (ctx.world.records(scopedWebhooks).list('conversation', conversation.sid).size >= MOST_WEBHOOKS) {
        throw refuse(50361);
      }
      return {
        serviceSid: conversation.serviceSid,
        conversationSid: conversation.sid,
        target: sent.Target,
        configuration: configurationOf(sent.Target, sent, {}),
      };
    },
    after: replayTo,
  },

  update: {
    form,
    changes(record, sent, ctx) {
      checkOpen(ctx.conversation);
      return { configuration: configurationOf(record.target, sent, record.configuration) };
    },
  },

  remove: { check: (_, ctx) => checkOpen(ctx.conversation) },

  list: {
    key: 'webhooks',
    defaultSize: 5,
    maximum: 5,
    url: (ctx: Context, conversationSid) =>
      ctx.url('listserviceconversationscopedwebhook', ctx.service.sid, conversationSid),
  },

  render: (record, view) => ({
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    conversation_sid: record.conversationSid,
    sid: record.sid,
    target: record.target,
    configuration: present({
      url: record.configuration.url,
      method: record.configuration.method,
      filters: record.configuration.filters,
      triggers: record.configuration.triggers,
      flow_sid: record.configuration.flowSid,
      replay_after: record.configuration.replayAfter,
    }),
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.url('fetchserviceconversationscopedwebhook', record.serviceSid, record.conversationSid, record.sid),
  }),
});

export const scopedWebhookHandlers: Handlers = {
  createserviceconversationscopedwebhook: scopedWebhook.create,
  listserviceconversationscopedwebhook: scopedWebhook.list,
  fetchserviceconversationscopedwebhook: scopedWebhook.fetch,
  updateserviceconversationscopedwebhook: scopedWebhook.update,
  deleteserviceconversationscopedwebhook: scopedWebhook.delete,
};

/** A webhook may ask for the messages from an index on, that one included (published description). The header is not needed: inferred. */
function replayTo(
  { sid, conversationSid, configuration: { replayAfter } }: ScopedWebhookRecord,
  _: object,
  ctx: Context,
) {
  if (replayAfter === undefined) return;
  const all = ctx.world.records(messages).list('conversation', conversationSid);
  for (const message of all.slice(all.countBefore({ sortKey: replayAfter }), all.size)) {
    ctx.world.emit({ ...eventOf(messageEvents, 'Added', message, ctx), only: sid });
  }
}

/** What a target shows and needs; what was sent for another target is left out. */
function configurationOf(target: Target, sent: Sent, before: Configuration): Configuration {
  const replay = sent['Configuration.ReplayAfter'] ?? before.replayAfter;
  const replayAfter = replay === undefined ? {} : { replayAfter: replay };
  if (target === 'studio') {
    const flowSid = sent['Configuration.FlowSid'] ?? before.flowSid ?? '';
    if (!isSid(flowSid, 'FW')) throw refuse(50367);
    return { flowSid, ...replayAfter };
  }
  const address = sent['Configuration.Url'] ?? before.url;
  if (address === undefined) throw refuse(50369);
  // The default is stated nowhere. Inferred.
  const base = { url: address, method: sent['Configuration.Method'] ?? before.method ?? 'post', ...replayAfter };
  if (target === 'trigger') {
    const triggers = sent['Configuration.Triggers'] ?? before.triggers;
    if (triggers === undefined || triggers.length === 0) throw refuse(50371);
    if (triggers.includes('')) throw refuse(50366);
    if (triggers.length > MOST_TRIGGERS) throw refuse(50362);
    return { ...base, triggers };
  }
  const filters = sent['Configuration.Filters'] ?? before.filters;
  if (filters === undefined || filters.length === 0) throw refuse(50370);
  if (!filters.every(isEvent)) throw refuse(50365);
  return { ...base, filters };
}
