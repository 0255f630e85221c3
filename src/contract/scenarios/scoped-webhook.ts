import type { Scenario } from '../model/scenario.js';
import { like, long, nobody, nothingSent, notFound, SIDS } from './values.js';

const URL = 'https://example.com/hook';
const FLOW = `FW${'2'.repeat(32)}`;
const hook = (fields: Readonly<Record<string, unknown>>) => ({ body: { Target: 'webhook', ...fields } });

export const scopedWebhook: Scenario = {
  name: 'scoped-webhook',
  about: 'A conversation has up to five webhooks of its own: for events, for keywords, for a Studio flow.',
  steps: [
    {
      name: 'make a conversation',
      operation: 'createserviceconversation',
      input: { body: { UniqueName: 'hooked' } },
      keep: 'conversation',
    },
    {
      name: 'make one for events',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({
        'Configuration.Url': URL,
        'Configuration.Method': 'get',
        'Configuration.Filters': ['onMessageAdded', 'onParticipantRemoved'],
      }),
      keep: 'hook',
      expect: {
        body: {
          sid: like(SIDS.webhook),
          account_sid: '{{service.account_sid}}',
          chat_service_sid: '{{service.sid}}',
          conversation_sid: '{{conversation.sid}}',
          target: 'webhook',
          'configuration.url': URL,
          'configuration.method': 'get',
          'configuration.filters': ['onMessageAdded', 'onParticipantRemoved'],
          date_updated: '{{hook.date_created}}',
          url: '{{conversation.url}}/Webhooks/{{hook.sid}}',
        },
      },
      source: 'published',
    },
    {
      name: 'make one for keywords',
      operation: 'createserviceconversationscopedwebhook',
      input: {
        ConversationSid: 'hooked',
        body: { Target: 'trigger', Configuration: { Url: URL, Triggers: ['help', 'stop'], ReplayAfter: 0 } },
      },
      keep: 'trigger',
      expect: { body: { target: 'trigger', 'configuration.url': URL } },
      source: 'published',
    },
    {
      name: 'make one for a flow',
      operation: 'createserviceconversationscopedwebhook',
      input: { body: { Target: 'studio', 'Configuration.FlowSid': FLOW } },
      keep: 'flow',
      expect: { body: { target: 'studio', 'configuration.flow_sid': FLOW, 'configuration.url': { absent: true } } },
      source: 'published',
    },
    {
      name: 'fetch one',
      operation: 'fetchserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}' },
      expect: { body: { sid: '{{hook.sid}}' } },
      source: 'published',
    },
    {
      name: 'change its URL and filters',
      operation: 'updateserviceconversationscopedwebhook',
      input: {
        Sid: '{{hook.sid}}',
        body: { 'Configuration.Url': 'https://example.com/other', 'Configuration.Filters': ['onConversationUpdated'] },
      },
      expect: {
        body: {
          'configuration.url': 'https://example.com/other',
          'configuration.filters': ['onConversationUpdated'],
          'configuration.method': 'get',
        },
      },
      source: 'published',
    },
    {
      name: 'find the changes',
      operation: 'fetchserviceconversationscopedwebhook',
      input: { ConversationSid: 'hooked', Sid: '{{hook.sid}}' },
      expect: { body: { 'configuration.url': 'https://example.com/other' } },
      source: 'published',
    },
    {
      name: 'list all page by page',
      operation: 'listserviceconversationscopedwebhook',
      input: { PageSize: 2 },
      walk: true,
      order: 'free',
      expect: { count: 3, body: { 'meta.key': 'webhooks' } },
      source: 'published',
    },
    {
      name: 'refuse one without a target',
      operation: 'createserviceconversationscopedwebhook',
      input: { body: { 'Configuration.Url': URL } },
      expect: { status: 400, code: 50368 },
    },
    {
      name: 'refuse an unknown target',
      operation: 'createserviceconversationscopedwebhook',
      input: { body: { Target: 'moon' } },
      expect: { status: 400, code: 50364 },
    },
    {
      name: 'refuse one without a URL',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50369 },
    },
    {
      name: 'refuse a URL that is too long',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': `${URL}/${long(512)}`, 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50372 },
    },
    {
      name: 'refuse one without filters',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': URL }),
      expect: { status: 400, code: 50370 },
    },
    {
      name: 'refuse an unknown filter',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onLunch'] }),
      expect: { status: 400, code: 50365 },
    },
    {
      name: 'refuse keywords without any',
      operation: 'createserviceconversationscopedwebhook',
      input: { body: { Target: 'trigger', 'Configuration.Url': URL } },
      expect: { status: 400, code: 50371 },
    },
    {
      name: 'refuse too many keywords',
      operation: 'createserviceconversationscopedwebhook',
      input: {
        body: { Target: 'trigger', 'Configuration.Url': URL, 'Configuration.Triggers': ['1', '2', '3', '4', '5', '6'] },
      },
      expect: { status: 400, code: 50362 },
    },
    {
      name: 'refuse a flow that is no SID',
      operation: 'createserviceconversationscopedwebhook',
      input: { body: { Target: 'studio', 'Configuration.FlowSid': 'flow' } },
      expect: { status: 400, code: 50367 },
    },
    {
      name: 'refuse an update of nothing',
      operation: 'updateserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}', body: {} },
      expect: nothingSent,
    },
    {
      name: 'make a fourth',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
    },
    {
      name: 'make a fifth',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
    },
    {
      name: 'refuse a sixth',
      operation: 'createserviceconversationscopedwebhook',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50361 },
    },
    {
      name: 'remove one',
      operation: 'deleteserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}' },
      source: 'published',
    },
    {
      name: 'not find it any more',
      operation: 'fetchserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}' },
      expect: notFound,
    },
    {
      name: 'not change it any more',
      operation: 'updateserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}', body: { 'Configuration.Url': URL } },
      expect: notFound,
    },
    {
      name: 'not remove it again',
      operation: 'deleteserviceconversationscopedwebhook',
      input: { Sid: '{{hook.sid}}' },
      expect: notFound,
    },
    {
      name: 'not list the webhooks of no conversation',
      operation: 'listserviceconversationscopedwebhook',
      input: { ConversationSid: nobody('CH') },
      expect: notFound,
    },
    {
      name: 'not make one in no conversation',
      operation: 'createserviceconversationscopedwebhook',
      input: {
        ConversationSid: nobody('CH'),
        ...hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
      },
      expect: notFound,
    },
  ],
};
