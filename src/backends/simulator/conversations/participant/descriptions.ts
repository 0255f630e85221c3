import { conversationSidField } from '../conversation/descriptions.js';

export const participantFields = {
  Attributes: 'Your own data as JSON text, at most 4 KiB.',
  ConversationSid: conversationSidField,
  Identity: "Chat user's identity; unique in the conversation. Give this or an address.",
  LastReadMessageIndex: 'Index of the last read message; null to remove it.',
  LastReadTimestamp: 'Time of reading, ISO 8601.',
  'MessagingBinding.Address': "The participant's own address, e.g. +15558675310 or whatsapp:+15558675310.",
  'MessagingBinding.ProjectedAddress': 'Number that represents a chat user in a group MMS.',
  'MessagingBinding.ProxyAddress': 'Your Twilio number that the participant writes to.',
  RoleSid: 'SID of a role of type conversation, RL….',
  Sid: 'SID (MB…) or identity of the participant.',
};
