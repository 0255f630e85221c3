import type { Scenario } from '../model/scenario.js';
import { missingSid, notFound, nothingToUpdate } from './values.js';

export const serviceWebhook: Scenario = {
  name: 'service-webhook',
  about: 'A new service calls no webhooks, and filters keep the order in which they were sent.',
  steps: [
    {
      name: 'fetch the webhooks of a new service',
      operation: 'fetch Configuration/Webhooks',
      expect: {
        body: {
          account_sid: '{{service.account_sid}}',
          chat_service_sid: '{{service.sid}}',
          pre_webhook_url: null,
          post_webhook_url: null,
          filters: null,
          method: null,
          url: '{{service.url}}/Configuration/Webhooks',
        },
      },
      source: 'published',
    },
    {
      name: 'set all fields',
      operation: 'update Configuration/Webhooks',
      input: {
        body: {
          PreWebhookUrl: 'https://example.com/pre',
          PostWebhookUrl: 'https://example.com/post?a=1&b=2',
          Filters: ['onMessageAdded', 'onConversationAdd', 'onDeliveryUpdated'],
          Method: 'GET',
        },
      },
      expect: {
        body: {
          pre_webhook_url: 'https://example.com/pre',
          post_webhook_url: 'https://example.com/post?a=1&b=2',
          filters: ['onMessageAdded', 'onConversationAdd', 'onDeliveryUpdated'],
          method: 'GET',
        },
      },
      source: 'published',
    },
    {
      name: 'update only the method',
      operation: 'update Configuration/Webhooks',
      input: { body: { Method: 'POST' } },
      expect: { body: { method: 'POST', pre_webhook_url: 'https://example.com/pre' } },
      source: 'inferred',
    },
    {
      name: 'replace the filters',
      operation: 'update Configuration/Webhooks',
      input: { body: { Filters: ['onParticipantAdded'] } },
      expect: { body: { filters: ['onParticipantAdded'] } },
      source: 'inferred',
    },
    {
      name: 'fetch the updated webhooks',
      operation: 'fetch Configuration/Webhooks',
      expect: { body: { filters: ['onParticipantAdded'], method: 'POST' } },
      source: 'published',
    },
    {
      name: 'reject an empty update',
      operation: 'update Configuration/Webhooks',
      input: { body: {} },
      expect: nothingToUpdate,
    },
    {
      name: 'reject an unknown method',
      operation: 'update Configuration/Webhooks',
      input: { body: { Method: 'PUT' } },
      expect: { status: 400, code: 50055 },
    },
    {
      name: 'reject an unknown event',
      operation: 'update Configuration/Webhooks',
      input: { body: { Filters: ['onLunch'] } },
      expect: { status: 400, code: 50365 },
    },
    {
      name: 'reject an invalid pre-webhook URL',
      operation: 'update Configuration/Webhooks',
      input: { body: { PreWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50077 },
    },
    {
      name: 'reject an invalid post-webhook URL',
      operation: 'update Configuration/Webhooks',
      input: { body: { PostWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50054 },
      source: 'inferred',
    },
    {
      name: 'return 404 for the webhooks of an unknown service',
      operation: 'fetch Configuration/Webhooks',
      input: { ChatServiceSid: missingSid('IS') },
      expect: notFound,
    },
    {
      name: 'return 404 for updating the webhooks of an unknown service',
      operation: 'update Configuration/Webhooks',
      input: { ChatServiceSid: missingSid('IS'), body: { Method: 'GET' } },
      expect: notFound,
    },
  ],
};
