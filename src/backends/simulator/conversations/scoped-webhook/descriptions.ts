import { conversationSidField } from '../conversation/descriptions.js';

export const scopedWebhookFields = {
  'Configuration.Filters': 'Events that fire the webhook, e.g. onMessageAdded. For target webhook.',
  'Configuration.FlowSid': 'SID of the Studio flow, FW…. For target studio.',
  'Configuration.Method': 'HTTP method of the requests; post if absent.',
  'Configuration.ReplayAfter': 'Index of the first earlier message to deliver as well.',
  'Configuration.Triggers': 'Keywords that fire the webhook, at most 5. For target trigger.',
  'Configuration.Url': 'Absolute URL to call. For targets webhook and trigger.',
  ConversationSid: conversationSidField,
  Sid: 'SID of the webhook, WH….',
  Target: 'What fires the webhook: events (webhook), keywords (trigger), or messages to a Studio flow (studio).',
};
