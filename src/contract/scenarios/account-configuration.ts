import type { Scenario } from '../model/scenario.js';
import { like, missingSid, SIDS } from './values.js';

export const accountConfiguration: Scenario = {
  name: 'account-configuration',
  about: 'The account names its default service and messaging service, and the timers of new conversations.',
  scopes: ['account'],
  steps: [
    {
      name: 'fetch the configuration',
      operation: 'fetch Configuration',
      saveAs: 'configuration',
      free: timersOf('the account may have default timers'),
      expect: {
        body: {
          account_sid: like(SIDS.account),
          default_chat_service_sid: '{{service.sid}}',
          default_messaging_service_sid: like(SIDS.messagingService),
          url: like('/v1/Configuration$'),
          'links.service': '{{service.url}}/Configuration',
          'links.webhooks': '{{configuration.url}}/Webhooks',
        },
      },
      source: 'published',
    },
    {
      // A tool's live test shows 200; Twilio's error dictionary has 20161 for every resource.
      name: 'accept an empty update (contested: 20161)',
      operation: 'update Configuration',
      input: { body: {} },
      free: timersOf('the account may have default timers'),
      expect: { body: { default_messaging_service_sid: '{{configuration.default_messaging_service_sid}}' } },
      source: 'recorded',
    },
    {
      name: 'reject a default service with an invalid SID',
      operation: 'update Configuration',
      input: { body: { DefaultChatServiceSid: 'main' } },
      expect: { status: 400, code: 20001 },
      source: 'inferred',
    },
    {
      name: 'reject an unknown default service',
      operation: 'update Configuration',
      input: { body: { DefaultChatServiceSid: missingSid('IS') } },
      expect: { status: 400, code: 50050 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid messaging service SID',
      operation: 'update Configuration',
      input: { body: { DefaultMessagingServiceSid: 'MG1' } },
      expect: { status: 400, code: 50341 },
      source: 'inferred',
    },
    {
      name: 'reject an inactive timer under one minute',
      operation: 'update Configuration',
      input: { body: { DefaultInactiveTimer: 'PT30S' } },
      expect: { status: 400, code: 50375 },
      source: 'inferred',
    },
    {
      name: 'reject a closed timer under ten minutes',
      operation: 'update Configuration',
      input: { body: { DefaultClosedTimer: 'PT5M' } },
      expect: { status: 400, code: 50376 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid duration of the inactive timer',
      operation: 'update Configuration',
      input: { body: { DefaultInactiveTimer: 'soon' } },
      expect: { status: 400, code: 50379 },
      source: 'inferred',
    },
    {
      name: 'reject an invalid duration of the closed timer',
      operation: 'update Configuration',
      input: { body: { DefaultClosedTimer: 'later' } },
      expect: { status: 400, code: 50380 },
      source: 'inferred',
    },
    {
      name: 'set the default timers',
      operation: 'update Configuration',
      input: { body: { DefaultInactiveTimer: 'PT10M', DefaultClosedTimer: 'PT15M' } },
      needs: 'settings',
      saveAs: 'timed',
      expect: {
        body: {
          default_inactive_timer: 'PT10M',
          default_closed_timer: 'PT15M',
          default_chat_service_sid: '{{service.sid}}',
        },
      },
      source: 'recorded',
    },
    {
      name: 'set the default service and messaging service again',
      operation: 'update Configuration',
      input: {
        body: {
          DefaultChatServiceSid: '{{service.sid}}',
          DefaultMessagingServiceSid: '{{configuration.default_messaging_service_sid}}',
        },
      },
      needs: 'settings',
      expect: {
        body: {
          default_chat_service_sid: '{{service.sid}}',
          default_messaging_service_sid: '{{configuration.default_messaging_service_sid}}',
          default_inactive_timer: '{{timed.default_inactive_timer}}',
        },
      },
      source: 'inferred',
    },
    {
      name: 'fetch the updated configuration',
      operation: 'fetch Configuration',
      needs: 'settings',
      expect: {
        body: {
          default_inactive_timer: '{{timed.default_inactive_timer}}',
          default_closed_timer: '{{timed.default_closed_timer}}',
        },
      },
      source: 'recorded',
    },
    {
      name: 'create a conversation with the default timers',
      operation: 'create Conversations',
      input: { body: { FriendlyName: 'timed' } },
      needs: 'settings',
      saveAs: 'conversation',
      expect: {
        body: {
          'timers.date_inactive': like('Z$'),
          messaging_service_sid: '{{configuration.default_messaging_service_sid}}',
        },
      },
    },
    {
      name: 'create a conversation with timers of its own',
      operation: 'create Conversations',
      input: { body: { FriendlyName: 'own timers', 'Timers.Inactive': 'PT30M', 'Timers.Closed': 'PT2H' } },
      needs: 'settings',
      expect: { body: { state: 'active' } },
    },
    {
      name: 'remove the default timers',
      operation: 'update Configuration',
      input: { body: { DefaultInactiveTimer: 'PT0S', DefaultClosedTimer: 'PT0S' } },
      needs: 'settings',
      expect: { body: { default_inactive_timer: null, default_closed_timer: null } },
      source: 'documented',
    },
    {
      name: 'fetch the configuration without timers',
      operation: 'fetch Configuration',
      needs: 'settings',
      expect: { body: { default_inactive_timer: null, default_closed_timer: null } },
      source: 'inferred',
    },
  ],
};

function timersOf(reason: string): Record<string, string> {
  return { default_inactive_timer: reason, default_closed_timer: reason };
}
