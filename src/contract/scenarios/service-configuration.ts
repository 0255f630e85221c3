import type { Scenario } from '../model/scenario.js';
import { like, nobody, nothingSent, notFound, SIDS } from './values.js';

export const serviceConfiguration: Scenario = {
  name: 'service-configuration',
  about: 'A new service has a configuration that names its default roles; an update changes only what it names.',
  steps: [
    {
      name: 'fetch the configuration of a new service',
      operation: 'fetchserviceconfiguration',
      keep: 'configuration',
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
      name: 'switch reachability on',
      operation: 'updateserviceconfiguration',
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
      name: 'find reachability on',
      operation: 'fetchserviceconfiguration',
      expect: { body: { reachability_enabled: true } },
      source: 'published',
    },
    {
      name: 'make a conversation role',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'guest', Type: 'conversation', Permission: ['sendMessage'] } },
      keep: 'guest',
    },
    {
      name: 'make a service role',
      operation: 'createservicerole',
      input: { body: { FriendlyName: 'visitor', Type: 'service', Permission: ['joinConversation'] } },
      keep: 'visitor',
    },
    {
      name: 'name other default roles',
      operation: 'updateserviceconfiguration',
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
      name: 'give a new user the new default role',
      operation: 'createserviceuser',
      input: { body: { Identity: 'dora' } },
      expect: { body: { role_sid: '{{visitor.sid}}' } },
    },
    {
      name: 'find the other default roles',
      operation: 'fetchserviceconfiguration',
      expect: { body: { default_chat_service_role_sid: '{{visitor.sid}}' } },
      source: 'published',
    },
    {
      name: 'refuse an update of nothing',
      operation: 'updateserviceconfiguration',
      input: { body: {} },
      expect: nothingSent,
    },
    {
      name: 'refuse an unknown creator role',
      operation: 'updateserviceconfiguration',
      input: { body: { DefaultConversationCreatorRoleSid: nobody('RL') } },
      expect: { status: 400, code: 50106 },
      source: 'inferred',
    },
    {
      name: 'refuse a service role for conversations',
      operation: 'updateserviceconfiguration',
      input: { body: { DefaultConversationRoleSid: '{{visitor.sid}}' } },
      expect: { status: 400, code: 50109 },
      source: 'inferred',
    },
    {
      name: 'refuse a conversation role for the service',
      operation: 'updateserviceconfiguration',
      input: { body: { DefaultChatServiceRoleSid: '{{guest.sid}}' } },
      expect: { status: 400, code: 50102 },
      source: 'inferred',
    },
    {
      name: 'keep the roles that a refused update named',
      operation: 'fetchserviceconfiguration',
      expect: { body: { default_conversation_role_sid: '{{guest.sid}}' } },
      source: 'inferred',
    },
    {
      name: 'not find the configuration of no service',
      operation: 'fetchserviceconfiguration',
      input: { ChatServiceSid: nobody('IS') },
      expect: notFound,
    },
    {
      name: 'not change the configuration of no service',
      operation: 'updateserviceconfiguration',
      input: { ChatServiceSid: nobody('IS'), body: { ReachabilityEnabled: true } },
      expect: notFound,
    },
  ],
};
