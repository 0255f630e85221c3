import type { Scenario } from '../model/scenario.js';
import { nobody, nothingSent, notFound } from './values.js';

export const serviceWebhook: Scenario = {
  name: 'service-webhook',
  about: 'A new service calls no webhooks; filters keep the order that they were sent in.',
  steps: [
    {
      name: 'fetch the webhooks of a new service',
      operation: 'fetchservicewebhookconfiguration',
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
      name: 'set all of it',
      operation: 'updateservicewebhookconfiguration',
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
      name: 'change the method alone',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { Method: 'POST' } },
      expect: { body: { method: 'POST', pre_webhook_url: 'https://example.com/pre' } },
      source: 'inferred',
    },
    {
      name: 'replace the filters',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { Filters: ['onParticipantAdded'] } },
      expect: { body: { filters: ['onParticipantAdded'] } },
      source: 'inferred',
    },
    {
      name: 'find what was set last',
      operation: 'fetchservicewebhookconfiguration',
      expect: { body: { filters: ['onParticipantAdded'], method: 'POST' } },
      source: 'published',
    },
    {
      name: 'refuse an update of nothing',
      operation: 'updateservicewebhookconfiguration',
      input: { body: {} },
      expect: nothingSent,
    },
    {
      name: 'refuse an unknown method',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { Method: 'PUT' } },
      expect: { status: 400, code: 50055 },
    },
    {
      name: 'refuse an unknown event',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { Filters: ['onLunch'] } },
      expect: { status: 400, code: 50365 },
    },
    {
      name: 'refuse a text that is no URL, before',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { PreWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50077 },
    },
    {
      name: 'refuse a text that is no URL, after',
      operation: 'updateservicewebhookconfiguration',
      input: { body: { PostWebhookUrl: 'no url' } },
      expect: { status: 400, code: 50054 },
      source: 'inferred',
    },
    {
      name: 'not find the webhooks of no service',
      operation: 'fetchservicewebhookconfiguration',
      input: { ChatServiceSid: nobody('IS') },
      expect: notFound,
    },
    {
      name: 'not change the webhooks of no service',
      operation: 'updateservicewebhookconfiguration',
      input: { ChatServiceSid: nobody('IS'), body: { Method: 'GET' } },
      expect: notFound,
    },
  ],
};
