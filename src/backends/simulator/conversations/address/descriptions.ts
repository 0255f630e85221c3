/** What callers should know about the fields of address configurations. */
export const addressFields = {
  Address: 'Address to configure, e.g. +15558675310, whatsapp:+15558675310 or an email address.',
  AddressCountry: 'ISO country code of a short code, two letters.',
  'AutoCreation.ConversationServiceSid': 'SID of the service of new conversations, IS…. Default: the default service.',
  'AutoCreation.Enabled': 'Whether a message that belongs to no conversation creates one.',
  'AutoCreation.StudioFlowSid': 'SID of the Studio flow, FW…. For type studio.',
  'AutoCreation.StudioRetryCount': 'How often a failed flow is retried, 0 to 3. For type studio.',
  'AutoCreation.Type': 'What handles new conversations: webhook, studio, or default for neither.',
  'AutoCreation.WebhookFilters': 'Post-action events that fire the webhook, e.g. onMessageAdded. For type webhook.',
  'AutoCreation.WebhookMethod': 'HTTP method of the webhook, GET or POST. For type webhook.',
  'AutoCreation.WebhookUrl': 'Absolute URL of the webhook. For type webhook.',
  FriendlyName: 'Display name, at most 256 characters.',
  Sid: 'SID (IG…) of the address configuration, or the address itself.',
  Type: 'Type of the address: sms, whatsapp, messenger, gbm, email, rcs, apple or chat.',
};
