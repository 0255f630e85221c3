import type { Scenario } from '../model/scenario.js';
import { like, missingSid, notFound, nothingToUpdate, SIDS } from './values.js';

export const serviceConfiguration: Scenario = {
  name: 'service-configuration',
  about: 'A new service has a configuration with default roles, and an update changes only the given fields.',
  steps: [
    {
      name: 'fetch the configuration of a new service',
      operation: 'fetch Configuration',
      saveAs: 'configuration',
      expect: {
        body: {
          chat_service_sid: '{{service.sid}}',
          default_conversation_creator_role_sid: like(SIDS.role),
          default_conversation_role_sid: like(SIDS.role),
          default_chat_service_role_sid: like(SIDS.role),
          reachability_enabled: false,
          url: '{{service.url}}/Configuration',
          'links.notifications': '{{service.url}}/Configuration/Notifications',
          'links.webhooks': '{{service.url}}/Configuration/Webhooks',
        },
      },
      source: 'recorded',
    },
    {
      name: 'enable reachability',
      operation: 'update Configuration',
      input: { body: { ReachabilityEnabled: true } },
      expect: {
        body: {
          reachability_enabled: true,
          default_conversation_role_sid: '{{configuration.default_conversation_role_sid}}',
        },
      },
      source: 'published',
    },
    {
      name: 'fetch the configuration with reachability enabled',
      operation: 'fetch Configuration',
      expect: { body: { reachability_enabled: true } },
      source: 'published',
    },
    {
      name: 'create a conversation role',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'guest', Type: 'conversation', Permission: ['sendMessage'] } },
      saveAs: 'guest',
    },
    {
      name: 'create a service role',
      operation: 'create Roles',
      input: { body: { FriendlyName: 'visitor', Type: 'service', Permission: ['joinConversation'] } },
      saveAs: 'visitor',
    },
    {
      name: 'set other default roles',
      operation: 'update Configuration',
      input: {
        body: {
          DefaultConversationCreatorRoleSid: '{{guest.sid}}',
          DefaultConversationRoleSid: '{{guest.sid}}',
          DefaultChatServiceRoleSid: '{{visitor.sid}}',
        },
      },
      expect: {
        body: {
          default_conversation_creator_role_sid: '{{guest.sid}}',
          default_conversation_role_sid: '{{guest.sid}}',
          default_chat_service_role_sid: '{{visitor.sid}}',
          reachability_enabled: true,
        },
      },
      source: 'published',
    },
    {
      name: 'create a user with the new default role',
      operation: 'create Users',
      input: { body: { Identity: 'dora' } },
      expect: { body: { role_sid: '{{visitor.sid}}' } },
    },
    {
      name: 'fetch the configuration with the other default roles',
      operation: 'fetch Configuration',
      expect: { body: { default_chat_service_role_sid: '{{visitor.sid}}' } },
      source: 'published',
    },
    {
      name: 'reject an empty update',
      operation: 'update Configuration',
      input: { body: {} },
      expect: nothingToUpdate,
    },
    {
      name: 'reject an unknown creator role',
      operation: 'update Configuration',
      input: { body: { DefaultConversationCreatorRoleSid: missingSid('RL') } },
      expect: { status: 400, code: 50106 },
      source: 'inferred',
    },
    {
      name: 'reject a service role for conversations',
      operation: 'update Configuration',
      input: { body: { DefaultConversationRoleSid: '{{visitor.sid}}' } },
      expect: { status: 400, code: 50109 },
      source: 'inferred',
    },
    {
      name: 'reject a conversation role for the service',
      operation: 'update Configuration',
      input: { body: { DefaultChatServiceRoleSid: '{{guest.sid}}' } },
      expect: { status: 400, code: 50102 },
      source: 'inferred',
    },
    {
      name: 'fetch the roles, unchanged by the rejected updates',
      operation: 'fetch Configuration',
      expect: { body: { default_conversation_role_sid: '{{guest.sid}}' } },
      source: 'inferred',
    },
    {
      name: 'return 404 for the configuration of an unknown service',
      operation: 'fetch Configuration',
      input: { ChatServiceSid: missingSid('IS') },
      expect: notFound,
    },
    {
      name: 'return 404 for updating the configuration of an unknown service',
      operation: 'update Configuration',
      input: { ChatServiceSid: missingSid('IS'), body: { ReachabilityEnabled: true } },
      expect: notFound,
    },
  ],
};
