import { webhookFields } from '../service/descriptions.js';

/** What callers should know about the fields of the account's configuration and webhooks. */
export const accountConfigurationFields = {
  DefaultChatServiceSid: 'SID of the service that account-level paths act on, IS….',
  DefaultClosedTimer: 'ISO 8601 duration, at least PT10M, for conversations created without timers; PT0S for none.',
  DefaultInactiveTimer: 'ISO 8601 duration, at least PT1M, for conversations created without timers; PT0S for none.',
  DefaultMessagingServiceSid: 'SID of the messaging service of conversations created without one, MG….',
};

export const accountWebhookFields = {
  ...webhookFields,
  Target: 'webhook to call the URLs, flex to route events to Flex.',
};
