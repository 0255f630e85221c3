import type { Scenario } from '../model/scenario.js';
import { addressRefusals, chat } from './address-refusals.js';
import { like, notFound, SIDS } from './values.js';

const HOOK = 'https://example.com/inbound';
const FLOW = `FW${'3'.repeat(32)}`;

export const address: Scenario = {
  name: 'address',
  about:
    'An address has one configuration, found by SID or address: what an inbound message without conversation does.',
  scopes: ['account'],
  steps: [
    {
      name: 'create a configuration with a webhook',
      operation: 'create Configuration/Addresses',
      input: chat({
        Address: 'front-desk',
        FriendlyName: 'Front desk',
        'AutoCreation.Enabled': false,
        'AutoCreation.Type': 'webhook',
        'AutoCreation.ConversationServiceSid': '{{service.sid}}',
        'AutoCreation.WebhookUrl': HOOK,
        'AutoCreation.WebhookMethod': 'post',
        'AutoCreation.WebhookFilters': ['onMessageAdded', 'onParticipantAdded'],
      }),
      saveAs: 'hooked',
      expect: {
        body: {
          account_sid: '{{service.account_sid}}',
          sid: like(SIDS.address),
          address: 'front-desk',
          type: 'chat',
          friendly_name: 'Front desk',
          address_country: null,
          auto_creation: {
            enabled: false,
            type: 'webhook',
            conversation_service_sid: '{{service.sid}}',
            webhook_url: HOOK,
            webhook_method: 'POST',
            webhook_filters: ['onMessageAdded', 'onParticipantAdded'],
          },
          date_updated: '{{hooked.date_created}}',
          url: '{{scope.url}}/Configuration/Addresses/{{hooked.sid}}',
        },
      },
      source: 'published',
    },
    {
      name: 'create a configuration with an address alone',
      operation: 'create Configuration/Addresses',
      input: chat({ Address: 'back-door', Type: 'CHAT' }),
      saveAs: 'plain',
      expect: {
        body: { type: 'chat', friendly_name: null, auto_creation: { enabled: false, type: 'default' } },
      },
      source: 'inferred',
    },
    {
      name: 'create a configuration of a phone number',
      operation: 'create Configuration/Addresses',
      input: {
        body: {
          Type: 'sms',
          Address: '{{phone.proxyAddress}}',
          AddressCountry: 'US',
          AutoCreation: { Enabled: false, Type: 'default' },
        },
      },
      // It fails if the number has a configuration already.
      needs: 'phone',
      saveAs: 'phoned',
      expect: { body: { address: '{{phone.proxyAddress}}', type: 'sms', address_country: 'US' } },
      source: 'published',
    },
    {
      name: 'fetch by SID',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: '{{hooked.sid}}' },
      expect: { body: { sid: '{{hooked.sid}}', friendly_name: 'Front desk' } },
      source: 'published',
    },
    {
      name: 'fetch by address',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: 'front-desk' },
      expect: { body: { sid: '{{hooked.sid}}', url: '{{hooked.url}}' } },
      source: 'published',
    },
    {
      name: 'fetch by a phone number',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: '{{phone.proxyAddress}}' },
      needs: 'phone',
      expect: { body: { sid: '{{phoned.sid}}' } },
      source: 'published',
    },
    {
      name: 'list the configurations page by page',
      operation: 'list Configuration/Addresses',
      input: { PageSize: 1 },
      paginate: true,
      only: 'ours',
      source: 'published',
    },
    {
      name: 'list the configurations of one type',
      operation: 'list Configuration/Addresses',
      input: { Type: 'chat' },
      paginate: true,
      only: 'ours',
      expect: { count: 2 },
      source: 'published',
    },
    {
      name: 'list no configurations of another type',
      operation: 'list Configuration/Addresses',
      input: { Type: 'email' },
      paginate: true,
      only: 'ours',
      expect: { count: 0 },
      source: 'published',
    },
    {
      name: 'update the name alone',
      operation: 'update Configuration/Addresses',
      input: { Sid: 'front-desk', body: { FriendlyName: 'Reception' } },
      expect: {
        body: { friendly_name: 'Reception', auto_creation: '{{hooked.auto_creation}}', sid: '{{hooked.sid}}' },
      },
      source: 'recorded',
    },
    {
      name: 'update the webhook',
      operation: 'update Configuration/Addresses',
      input: {
        Sid: '{{hooked.sid}}',
        body: {
          'AutoCreation.WebhookUrl': `${HOOK}/other`,
          'AutoCreation.WebhookMethod': 'get',
          'AutoCreation.WebhookFilters': ['onConversationRemoved'],
        },
      },
      expect: {
        body: {
          'auto_creation.type': 'webhook',
          'auto_creation.webhook_url': `${HOOK}/other`,
          'auto_creation.webhook_method': 'GET',
          'auto_creation.webhook_filters': ['onConversationRemoved'],
        },
      },
      source: 'recorded',
    },
    {
      name: 'update the type from webhook to Studio',
      operation: 'update Configuration/Addresses',
      input: {
        Sid: '{{hooked.sid}}',
        body: {
          'AutoCreation.Type': 'studio',
          'AutoCreation.StudioFlowSid': FLOW,
          'AutoCreation.StudioRetryCount': 2,
        },
      },
      expect: {
        body: {
          auto_creation: {
            enabled: false,
            type: 'studio',
            conversation_service_sid: '{{service.sid}}',
            studio_flow_sid: FLOW,
            studio_retry_count: 2,
          },
        },
      },
      source: 'published',
    },
    {
      name: 'fetch the updated configuration',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: 'front-desk' },
      expect: {
        body: { friendly_name: 'Reception', 'auto_creation.studio_flow_sid': FLOW, address: '{{hooked.address}}' },
      },
      source: 'published',
    },
    ...addressRefusals,
    {
      name: 'delete by address',
      operation: 'delete Configuration/Addresses',
      input: { Sid: 'front-desk' },
      source: 'published',
    },
    {
      name: 'return 404 for the deleted configuration by address',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: 'front-desk' },
      expect: notFound,
      source: 'inferred',
    },
    {
      name: 'return 404 for the deleted configuration by SID',
      operation: 'fetch Configuration/Addresses',
      input: { Sid: '{{hooked.sid}}' },
      expect: notFound,
      source: 'recorded',
    },
    {
      name: 'list the configurations that are left',
      operation: 'list Configuration/Addresses',
      input: { Type: 'chat' },
      paginate: true,
      only: 'ours',
      expect: { count: 1, body: { 'address_configurations[0].sid': '{{plain.sid}}' } },
      source: 'inferred',
    },
    {
      name: 'return 404 for updating the deleted configuration',
      operation: 'update Configuration/Addresses',
      input: { Sid: '{{hooked.sid}}', body: { FriendlyName: 'x' } },
      expect: notFound,
      source: 'inferred',
    },
    {
      name: 'return 404 for deleting it again',
      operation: 'delete Configuration/Addresses',
      input: { Sid: '{{hooked.sid}}' },
      expect: notFound,
      source: 'inferred',
    },
    {
      name: 'create a new configuration of the address',
      operation: 'create Configuration/Addresses',
      input: chat({ Address: 'front-desk' }),
      expect: { body: { friendly_name: null } },
      source: 'inferred',
    },
  ],
};
