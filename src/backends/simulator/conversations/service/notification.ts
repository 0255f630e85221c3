/**
 * A service's push notifications: stored and shown, never sent. Templates are kept literally. On a fresh service all
 * is off (recorded); its templates and sounds are null here, which every client tolerates (inferred).
 */
import { flag, text } from '../../kernel/fields.js';
import type { NotificationPart, NotificationsPart } from '../records.js';
import type { Handlers } from '../../kernel/handler.js';
import { servicePart } from './part.js';

const silent: NotificationPart = { enabled: false, template: null, sound: null };

export const noNotifications: NotificationsPart = {
  logEnabled: false,
  addedToConversation: silent,
  newMessage: { ...silent, badgeCountEnabled: false, withMedia: { enabled: false, template: null } },
  removedFromConversation: silent,
};

// The dictionary has codes for both limits and no numbers: inferred.
const template = text({ max: 1600, tooLong: 50058 });
const sound = text({ max: 256, tooLong: 50059 });

const notification = servicePart({
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

  changes(record, form) {
    const { notifications: before } = record;
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

  render({ sid, notifications }, view) {
    const { newMessage } = notifications;
    return {
      account_sid: view.world.account,
      chat_service_sid: sid,
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
      url: view.url('fetchservicenotification', sid),
    };
  },
});

export const serviceNotificationHandlers: Handlers = {
  fetchservicenotification: notification.fetch,
  updateservicenotification: notification.update,
};
