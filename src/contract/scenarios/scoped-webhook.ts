import type { Scenario } from '../model/scenario.js';
import { like, missingSid, notFound, nothingToUpdate, SIDS, textOfLength } from './values.js';

const URL = 'https://example.com/hook';
const FLOW = `FW${'2'.repeat(32)}`;
const hook = (fields: Readonly<Record<string, unknown>>) => ({ body: { Target: 'webhook', ...fields } });

export const scopedWebhook: Scenario = {
  name: 'scoped-webhook',
  scopes: ['service', 'account'],
  about: 'A conversation has up to five webhooks: for events, for keywords, or for a Studio flow.',
  steps: [
    {
      name: 'create a conversation',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'hooked' } },
      saveAs: 'conversation',
    },
    {
      name: 'create a webhook for events',
      operation: 'create Conversations/Webhooks',
      input: hook({
        'Configuration.Url': URL,
        'Configuration.Method': 'get',
        'Configuration.Filters': ['onMessageAdded', 'onParticipantRemoved'],
      }),
      saveAs: 'hook',
      expect: {
        body: {
          sid: like(SIDS.webhook),
          account_sid: '{{service.account_sid}}',
          chat_service_sid: { ifPresent: '{{service.sid}}' },
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
      name: 'create a webhook for keywords',
      operation: 'create Conversations/Webhooks',
      input: {
        ConversationSid: 'hooked',
        body: { Target: 'trigger', Configuration: { Url: URL, Triggers: ['help', 'stop'], ReplayAfter: 0 } },
      },
      saveAs: 'trigger',
      expect: { body: { target: 'trigger', 'configuration.url': URL } },
      source: 'published',
    },
    {
      name: 'create a webhook for a Studio flow',
      operation: 'create Conversations/Webhooks',
      input: { body: { Target: 'studio', 'Configuration.FlowSid': FLOW } },
      saveAs: 'flow',
      expect: { body: { target: 'studio', 'configuration.flow_sid': FLOW, 'configuration.url': { absent: true } } },
      source: 'published',
    },
    {
      name: 'fetch a webhook',
      operation: 'fetch Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}' },
      expect: { body: { sid: '{{hook.sid}}' } },
      source: 'published',
    },
    {
      name: 'update URL and filters',
      operation: 'update Conversations/Webhooks',
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
      name: 'fetch the updated webhook',
      operation: 'fetch Conversations/Webhooks',
      input: { ConversationSid: 'hooked', Sid: '{{hook.sid}}' },
      expect: { body: { 'configuration.url': 'https://example.com/other' } },
      source: 'published',
    },
    {
      name: 'list all webhooks page by page',
      operation: 'list Conversations/Webhooks',
      input: { PageSize: 2 },
      paginate: true,
      order: 'free',
      expect: { count: 3, body: { 'meta.key': 'webhooks' } },
      source: 'published',
    },
    {
      name: 'reject a webhook without a target',
      operation: 'create Conversations/Webhooks',
      input: { body: { 'Configuration.Url': URL } },
      expect: { status: 400, code: 50368 },
    },
    {
      name: 'reject an unknown target',
      operation: 'create Conversations/Webhooks',
      input: { body: { Target: 'moon' } },
      expect: { status: 400, code: 50364 },
    },
    {
      name: 'reject a webhook without a URL',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50369 },
    },
    {
      name: 'reject a URL that is too long',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': `${URL}/${textOfLength(512)}`, 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50372 },
    },
    {
      name: 'reject a webhook without filters',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': URL }),
      expect: { status: 400, code: 50370 },
    },
    {
      name: 'reject an unknown filter',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onLunch'] }),
      expect: { status: 400, code: 50365 },
    },
    {
      name: 'reject a keyword webhook without keywords',
      operation: 'create Conversations/Webhooks',
      input: { body: { Target: 'trigger', 'Configuration.Url': URL } },
      expect: { status: 400, code: 50371 },
    },
    {
      name: 'reject too many keywords',
      operation: 'create Conversations/Webhooks',
      input: {
        body: { Target: 'trigger', 'Configuration.Url': URL, 'Configuration.Triggers': ['1', '2', '3', '4', '5', '6'] },
      },
      expect: { status: 400, code: 50362 },
    },
    {
      name: 'reject an invalid flow SID',
      operation: 'create Conversations/Webhooks',
      input: { body: { Target: 'studio', 'Configuration.FlowSid': 'flow' } },
      expect: { status: 400, code: 50367 },
    },
    {
      name: 'reject an empty update',
      operation: 'update Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}', body: {} },
      expect: nothingToUpdate,
    },
    {
      name: 'create a fourth webhook',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
    },
    {
      name: 'create a fifth webhook',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
    },
    {
      name: 'reject a sixth webhook',
      operation: 'create Conversations/Webhooks',
      input: hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
      expect: { status: 400, code: 50361 },
    },
    {
      name: 'delete a webhook',
      operation: 'delete Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}' },
      source: 'published',
    },
    {
      name: 'return 404 for the deleted webhook',
      operation: 'fetch Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for updating the deleted webhook',
      operation: 'update Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}', body: { 'Configuration.Url': URL } },
      expect: notFound,
    },
    {
      name: 'return 404 for deleting it again',
      operation: 'delete Conversations/Webhooks',
      input: { Sid: '{{hook.sid}}' },
      expect: notFound,
    },
    {
      name: 'return 404 for the webhooks of an unknown conversation',
      operation: 'list Conversations/Webhooks',
      input: { ConversationSid: missingSid('CH') },
      expect: notFound,
    },
    {
      name: 'return 404 for creating a webhook in an unknown conversation',
      operation: 'create Conversations/Webhooks',
      input: {
        ConversationSid: missingSid('CH'),
        ...hook({ 'Configuration.Url': URL, 'Configuration.Filters': ['onMessageAdded'] }),
      },
      expect: notFound,
    },
  ],
};
