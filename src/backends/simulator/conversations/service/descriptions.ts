/** What callers should know about the fields of services and of their settings. */
export const chatServiceSidField = 'SID of the service, IS….';

export const serviceFields = {
  FriendlyName: 'Display name, at most 256 characters; need not be unique.',
  Sid: chatServiceSidField,
};

export const configurationFields = {
  DefaultChatServiceRoleSid: 'Role of new users, RL….',
  DefaultConversationCreatorRoleSid: 'Role of the creator of a conversation, RL….',
  DefaultConversationRoleSid: 'Role of new participants, RL….',
  ReachabilityEnabled: 'Whether to show if users are online and notifiable.',
};

const sound = 'Name of the sound.';
const template = 'Text; may contain ${CONVERSATION} and ${PARTICIPANT}.';

export const notificationFields = {
  'AddedToConversation.Enabled': 'Notify users who are added to a conversation.',
  'AddedToConversation.Sound': sound,
  'AddedToConversation.Template': template,
  LogEnabled: 'Log notifications.',
  'NewMessage.BadgeCountEnabled': 'Send the badge count.',
  'NewMessage.Enabled': 'Notify of new messages.',
  'NewMessage.Sound': sound,
  'NewMessage.Template': 'Text; may contain ${CONVERSATION}, ${PARTICIPANT} and ${MESSAGE}.',
  'NewMessage.WithMedia.Enabled': 'Notify of new messages with media.',
  'NewMessage.WithMedia.Template': 'Text; may also contain ${MEDIA_COUNT} and ${MEDIA}.',
  'RemovedFromConversation.Enabled': 'Notify users who are removed from a conversation.',
  'RemovedFromConversation.Sound': sound,
  'RemovedFromConversation.Template': template,
};

export const webhookFields = {
  Filters: 'Events that fire the webhooks, e.g. onMessageAdded. Replaces the whole list.',
  Method: 'HTTP method of the requests, GET or POST.',
  PostWebhookUrl: 'Absolute URL to call after an event; empty to remove it.',
  PreWebhookUrl: 'Absolute URL to call before an action, which its response can change or reject; empty to remove it.',
};
