import type { Scenario } from '../model/scenario.js';
import { long, nobody, nothingSent, notFound } from './values.js';

export const serviceNotification: Scenario = {
  name: 'service-notification',
  about: 'A new service sends no push notifications; an update changes only what it names.',
  steps: [
    {
      name: 'fetch the notifications of a new service',
      operation: 'fetchservicenotification',
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
      name: 'switch some of them on',
      operation: 'updateservicenotification',
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
      name: 'change one more and leave the others',
      operation: 'updateservicenotification',
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
      name: 'find all of it',
      operation: 'fetchservicenotification',
      expect: { body: { log_enabled: true, 'removed_from_conversation.sound': 'gong' } },
      source: 'published',
    },
    {
      name: 'refuse an update of nothing',
      operation: 'updateservicenotification',
      input: { body: {} },
      expect: nothingSent,
    },
    {
      name: 'refuse a template that is too long',
      operation: 'updateservicenotification',
      input: { body: { 'NewMessage.Template': long(5000) } },
      expect: { status: 400, code: 50058 },
      source: 'inferred',
    },
    {
      name: 'refuse a sound that is too long',
      operation: 'updateservicenotification',
      input: { body: { 'NewMessage.Sound': long(5000) } },
      expect: { status: 400, code: 50059 },
      source: 'inferred',
    },
    {
      name: 'not find the notifications of no service',
      operation: 'fetchservicenotification',
      input: { ChatServiceSid: nobody('IS') },
      expect: notFound,
    },
    {
      name: 'not change the notifications of no service',
      operation: 'updateservicenotification',
      input: { ChatServiceSid: nobody('IS'), body: { LogEnabled: true } },
      expect: notFound,
    },
  ],
};
