import type { Scenario } from '../model/scenario.js';
import { missingSid, notFound, nothingToUpdate, textOfLength } from './values.js';

export const serviceNotification: Scenario = {
  name: 'service-notification',
  about: 'A new service sends no push notifications, and an update changes only the given fields.',
  steps: [
    {
      name: 'fetch the notifications of a new service',
      operation: 'fetch Configuration/Notifications',
      expect: {
        body: {
          account_sid: '{{service.account_sid}}',
          chat_service_sid: '{{service.sid}}',
          log_enabled: false,
          'added_to_conversation.enabled': false,
          'new_message.enabled': false,
          'removed_from_conversation.enabled': false,
          url: '{{service.url}}/Configuration/Notifications',
        },
      },
      source: 'recorded',
    },
    {
      name: 'enable some notifications',
      operation: 'update Configuration/Notifications',
      input: {
        body: {
          LogEnabled: true,
          'NewMessage.Enabled': true,
          'NewMessage.Template': 'A message in ${CONVERSATION}: ${MESSAGE}',
          'NewMessage.Sound': 'ring',
          'NewMessage.BadgeCountEnabled': true,
          'NewMessage.WithMedia.Enabled': true,
          'NewMessage.WithMedia.Template': '${MEDIA_COUNT} files',
          'AddedToConversation.Enabled': true,
          'AddedToConversation.Template': 'Welcome to ${CONVERSATION}',
          'AddedToConversation.Sound': 'bell',
        },
      },
      expect: {
        body: {
          log_enabled: true,
          'new_message.enabled': true,
          'new_message.template': 'A message in ${CONVERSATION}: ${MESSAGE}',
          'new_message.sound': 'ring',
          'new_message.badge_count_enabled': true,
          'new_message.with_media': { enabled: true, template: '${MEDIA_COUNT} files' },
          added_to_conversation: { enabled: true, template: 'Welcome to ${CONVERSATION}', sound: 'bell' },
          'removed_from_conversation.enabled': false,
        },
      },
      source: 'published',
    },
    {
      name: 'update one notification and keep the others',
      operation: 'update Configuration/Notifications',
      input: { body: { RemovedFromConversation: { Enabled: true, Template: 'Good bye', Sound: 'gong' } } },
      expect: {
        body: {
          removed_from_conversation: { enabled: true, template: 'Good bye', sound: 'gong' },
          'new_message.sound': 'ring',
        },
      },
      source: 'inferred',
    },
    {
      name: 'fetch the updated notifications',
      operation: 'fetch Configuration/Notifications',
      expect: { body: { log_enabled: true, 'removed_from_conversation.sound': 'gong' } },
      source: 'published',
    },
    {
      name: 'reject an empty update',
      operation: 'update Configuration/Notifications',
      input: { body: {} },
      expect: nothingToUpdate,
    },
    {
      name: 'reject a template that is too long',
      operation: 'update Configuration/Notifications',
      input: { body: { 'NewMessage.Template': textOfLength(5000) } },
      expect: { status: 400, code: 50058 },
      source: 'inferred',
    },
    {
      name: 'reject a sound that is too long',
      operation: 'update Configuration/Notifications',
      input: { body: { 'NewMessage.Sound': textOfLength(5000) } },
      expect: { status: 400, code: 50059 },
      source: 'inferred',
    },
    {
      name: 'return 404 for the notifications of an unknown service',
      operation: 'fetch Configuration/Notifications',
      input: { ChatServiceSid: missingSid('IS') },
      expect: notFound,
    },
    {
      name: 'return 404 for updating the notifications of an unknown service',
      operation: 'update Configuration/Notifications',
      input: { ChatServiceSid: missingSid('IS'), body: { LogEnabled: true } },
      expect: notFound,
    },
  ],
};
