/**
 * A service's push notifications: stored and shown, never sent. Templates are stored as they were sent. In a new service
 * all notifications are off (recorded). Their templates and sounds are null, which every client accepts (inferred).
 */
import { flag, text } from '../../kernel/fields.js';
import { refusal } from '../refusals.js';
import { notificationFields } from './descriptions.js';
import { definePart } from './part.js';
import type { NotificationPart, NotificationsPart } from './record.js';

const off: NotificationPart = { enabled: false, template: null, sound: null };

export const noNotifications: NotificationsPart = {
  logEnabled: false,
  addedToConversation: off,
  newMessage: { ...off, badgeCountEnabled: false, withMedia: { enabled: false, template: null } },
  removedFromConversation: off,
};

// The dictionary has a code for each limit, but no number. Inferred.
const template = text({ max: 1600, tooLong: refusal(50058) });
const sound = text({ max: 256, tooLong: refusal(50059) });

export const notification = definePart({
  noun: 'Configuration/Notifications',
  descriptions: notificationFields,

  form: {
    LogEnabled: flag,
    'NewMessage.Enabled': flag,
    'NewMessage.Template': template,
    'NewMessage.Sound': sound,
    'NewMessage.BadgeCountEnabled': flag,
    'NewMessage.WithMedia.Enabled': flag,
    'NewMessage.WithMedia.Template': template,
    'AddedToConversation.Enabled': flag,
    'AddedToConversation.Template': template,
    'AddedToConversation.Sound': sound,
    'RemovedFromConversation.Enabled': flag,
    'RemovedFromConversation.Template': template,
    'RemovedFromConversation.Sound': sound,
  },

  changes({ notifications: before }, form) {
    const { newMessage } = before;
    return {
      notifications: {
        logEnabled: form.LogEnabled ?? before.logEnabled,
        addedToConversation: {
          enabled: form['AddedToConversation.Enabled'] ?? before.addedToConversation.enabled,
          template: form['AddedToConversation.Template'] ?? before.addedToConversation.template,
          sound: form['AddedToConversation.Sound'] ?? before.addedToConversation.sound,
        },
        newMessage: {
          enabled: form['NewMessage.Enabled'] ?? newMessage.enabled,
          template: form['NewMessage.Template'] ?? newMessage.template,
          sound: form['NewMessage.Sound'] ?? newMessage.sound,
          badgeCountEnabled: form['NewMessage.BadgeCountEnabled'] ?? newMessage.badgeCountEnabled,
          withMedia: {
            enabled: form['NewMessage.WithMedia.Enabled'] ?? newMessage.withMedia.enabled,
            template: form['NewMessage.WithMedia.Template'] ?? newMessage.withMedia.template,
          },
        },
        removedFromConversation: {
          enabled: form['RemovedFromConversation.Enabled'] ?? before.removedFromConversation.enabled,
          template: form['RemovedFromConversation.Template'] ?? before.removedFromConversation.template,
          sound: form['RemovedFromConversation.Sound'] ?? before.removedFromConversation.sound,
        },
      },
    };
  },

  render(service, view) {
    const { notifications } = service;
    const { newMessage } = notifications;
    return {
      account_sid: view.world.account,
      chat_service_sid: service.sid,
      log_enabled: notifications.logEnabled,
      added_to_conversation: { ...notifications.addedToConversation },
      new_message: {
        enabled: newMessage.enabled,
        template: newMessage.template,
        badge_count_enabled: newMessage.badgeCountEnabled,
        sound: newMessage.sound,
        with_media: { ...newMessage.withMedia },
      },
      removed_from_conversation: { ...notifications.removedFromConversation },
      url: view.link('fetch', 'Configuration/Notifications', service),
    };
  },
});
