/**
 * A webhook of one conversation: a URL for events, a URL for keywords, or a Studio flow. At most five (documentation). Only
 * post-action events fire it; the names of pre-action events are accepted and have no effect (inferred).
 */
import type { Context } from '../../kernel/context.js';
import { anyText, isWebUrl, list, oneOf, single, wholeNumber } from '../../kernel/fields.js';
import { present } from '../../kernel/handler.js';
import { defineResource } from '../../kernel/resource.js';
import { isSid } from '../../kernel/sid.js';
import { conversationOf } from '../conversation/record.js';
import { checkOpen } from '../conversation/state.js';
import { messageEvents } from '../message/events.js';
import { messages } from '../message/record.js';
import { refusal, refuse } from '../refusals.js';
import { isServiceEvent } from '../service/event.js';
import { scopedWebhookFields } from './descriptions.js';
import { scopedWebhooks, type ScopedWebhookRecord } from './record.js';
import { serviceSidKey } from '../service/record.js';

// All from the dictionary's entries for the refusals. The length is in characters.
const MAX_WEBHOOKS = 5;
const MAX_TRIGGERS = 5;
const MAX_URL_LENGTH = 512;
const MAX_TRIGGER_LENGTH = 248;

type Configuration = ScopedWebhookRecord['configuration'];
type Target = ScopedWebhookRecord['target'];

const url = single((value) => {
  if (value === '') throw refuse(50369);
  if (value.length > MAX_URL_LENGTH) throw refuse(50372);
  if (!isWebUrl(value)) throw refuse(50054);
  return value;
});

/** Clients send upper and lower case; responses have lower case. */
const method = single((value) => {
  const lower = value.toLowerCase();
  if (lower !== 'get' && lower !== 'post') throw refuse(50055);
  return lower;
});

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

export const scopedWebhook = defineResource({
  noun: 'Conversations/Webhooks',
  scopes: ['account', 'service'],
  descriptions: scopedWebhookFields,
  table: scopedWebhooks,
  owner: conversationOf,

  create: {
    form: {
      Target: oneOf(['webhook', 'trigger', 'studio'], refusal(50364)),
      'Configuration.ReplayAfter': wholeNumber,
      ...form,
    },
    fields(sent, conversation, { world }) {
      checkOpen(conversation);
      if (sent.Target === undefined) throw refuse(50368);
      if (world.records(scopedWebhooks).list('conversation', conversation.sid).size >= MAX_WEBHOOKS) {
        throw refuse(50361);
      }
      return {
        serviceSid: conversation.serviceSid,
        conversationSid: conversation.sid,
        target: sent.Target,
        configuration: configurationOf(sent.Target, sent, {}),
      };
    },
    after: (record, _, ctx) => replayMessages(record, ctx),
  },

  update: {
    form,
    changes(record, sent, conversation) {
      checkOpen(conversation);
      return { configuration: configurationOf(record.target, sent, record.configuration) };
    },
  },

  delete: { check: (_, conversation) => checkOpen(conversation) },

  list: { key: 'webhooks', defaultSize: 5, maximum: 5 },

  render: (record, view) => ({
    account_sid: view.world.account,
    ...serviceSidKey(view, record),
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
    url: view.link('fetch', 'Conversations/Webhooks', record),
  }),
});

/**
 * Sends a new webhook the messages from `ReplayAfter` on, including that one (published description). That this does not
 * need the webhook header is inferred.
 */
function replayMessages(record: ScopedWebhookRecord, ctx: Context): void {
  const { replayAfter } = record.configuration;
  if (replayAfter === undefined) return;
  const all = ctx.world.records(messages).list('conversation', record.conversationSid);
  for (const message of all.slice(all.countBefore({ sortKey: replayAfter }), all.size)) {
    ctx.world.emit({ ...messageEvents.eventOf('Added', message, ctx), only: record.sid });
  }
}

/** The configuration of a target. Values for other targets are ignored. */
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
  // No source states the default method. Inferred.
  const base = { url: address, method: sent['Configuration.Method'] ?? before.method ?? 'post', ...replayAfter };
  if (target === 'trigger') {
    const triggers = sent['Configuration.Triggers'] ?? before.triggers;
    if (triggers === undefined || triggers.length === 0) throw refuse(50371);
    if (triggers.some((word) => word === '' || word.length > MAX_TRIGGER_LENGTH)) throw refuse(50366);
    if (triggers.length > MAX_TRIGGERS) throw refuse(50362);
    return { ...base, triggers };
  }
  const filters = sent['Configuration.Filters'] ?? before.filters;
  if (filters === undefined || filters.length === 0) throw refuse(50370);
  if (!filters.every(isServiceEvent)) throw refuse(50365);
  return { ...base, filters };
}
