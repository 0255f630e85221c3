export const conversationSidField = 'SID (CH…) or unique name.';

export const conversationFields = {
  Attributes: 'Your own data as JSON text, at most 16 KiB.',
  'Bindings.Email.Address': 'Email address of the conversation.',
  'Bindings.Email.Name': 'Display name for that email address.',
  EndDate: 'Lists only conversations created by this date, ISO 8601.',
  FriendlyName: 'Display name, at most 256 characters; need not be unique.',
  MessagingServiceSid: 'SID of the messaging service, MG….',
  Sid: conversationSidField,
  StartDate: 'Lists only conversations created from this date on, ISO 8601.',
  State: 'State of the conversation. `closed` is final.',
  'Timers.Closed': 'ISO 8601 duration without activity until the conversation closes, at least PT10M; PT0S for none.',
  'Timers.Inactive':
    'ISO 8601 duration without activity until the conversation becomes inactive, at least PT1M; PT0S for none.',
  UniqueName: 'Name that can replace the SID in paths, at most 256 characters; unique in the service.',
};
