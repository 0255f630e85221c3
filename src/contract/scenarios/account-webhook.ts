import type { Scenario, Step } from '../model/scenario.js';
import { like } from './values.js';

const configured = 'the account may have webhooks';
const free: Step['free'] = {
  pre_webhook_url: configured,
  post_webhook_url: configured,
  method: configured,
  filters: configured,
  target: configured,
};

export const accountWebhook: Scenario = {
  name: 'account-webhook',
  about: 'The account has webhooks for all services without their own, with three events more than those of a service.',
  scopes: ['account'],
  steps: [
    {
      name: 'fetch the webhooks',
      operation: 'fetch Configuration/Webhooks',
      saveAs: 'webhooks',
      free,
      expect: {
        body: {
          account_sid: '{{service.account_sid}}',
          method: like('^(GET|POST)$'),
          target: like('^(webhook|flex)$'),
          url: '{{scope.url}}/Configuration/Webhooks',
        },
      },
      source: 'published',
    },
    {
      // A tool's live test shows 200; Twilio's error dictionary has 20161 for every resource.
      name: 'accept an empty update (contested: 20161)',
      operation: 'update Configuration/Webhooks',
      input: { body: {} },
      free,
      expect: { body: { method: '{{webhooks.method}}', target: '{{webhooks.target}}' } },
      source: 'recorded',
    },
    {
      name: 'reject an unknown method',
      operation: 'update Configuration/Webhooks',
      input: { body: { Method: 'PUT' } },
      expect: { status: 400, code: 50055 },
      source: 'inferred',
    },
    {
      name: 'reject an unknown event',
      operation: 'update Configuration/Webhooks',
      input: { body: { Filters: ['onLunch'] } },
      expect: { status: 400, code: 50365 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid pre-webhook URL',
      operation: 'update Configuration/Webhooks',
      input: { body: { PreWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50077 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid post-webhook URL',
      operation: 'update Configuration/Webhooks',
      input: { body: { PostWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50054 },
      source: 'inferred',
    },
    {
      name: 'reject an unknown target',
      operation: 'update Configuration/Webhooks',
      input: { body: { Target: 'moon' } },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'set all fields',
      operation: 'update Configuration/Webhooks',
      input: {
        body: {
          PreWebhookUrl: 'https://example.com/pre',
          PostWebhookUrl: 'https://example.com/post?a=1&b=2',
          Filters: ['onUserUpdated', 'onMessageAdded', 'onUserAdded', 'onUserUpdate'],
          Method: 'GET',
          Target: 'webhook',
        },
      },
      needs: 'settings',
      expect: {
        body: {
          pre_webhook_url: 'https://example.com/pre',
          post_webhook_url: 'https://example.com/post?a=1&b=2',
          filters: ['onUserUpdated', 'onMessageAdded', 'onUserAdded', 'onUserUpdate'],
          method: 'GET',
          target: 'webhook',
        },
      },
      source: 'recorded',
    },
    {
      name: 'replace only URL and filters',
      operation: 'update Configuration/Webhooks',
      input: { body: { PostWebhookUrl: 'https://example.com/other', Filters: ['onConversationAdded'] } },
      needs: 'settings',
      expect: {
        body: {
          pre_webhook_url: 'https://example.com/pre',
          post_webhook_url: 'https://example.com/other',
          filters: ['onConversationAdded'],
          method: 'GET',
        },
      },
      source: 'recorded',
    },
    {
      name: 'set the target to Flex',
      operation: 'update Configuration/Webhooks',
      input: { body: { Target: 'flex' } },
      needs: 'settings',
      expect: { body: { target: 'flex', post_webhook_url: 'https://example.com/other' } },
      source: 'published',
    },
    {
      name: 'fetch the updated webhooks',
      operation: 'fetch Configuration/Webhooks',
      needs: 'settings',
      expect: { body: { filters: ['onConversationAdded'], method: 'GET', target: 'flex' } },
      source: 'published',
    },
  ],
};
