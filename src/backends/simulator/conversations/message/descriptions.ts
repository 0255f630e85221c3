import { conversationSidField } from '../conversation/descriptions.js';

export const messageSidField = 'SID of the message, IM….';

export const messageFields = {
  Attributes: 'Your own data as JSON text, at most 4 KiB.',
  Author: 'Identity or address of the author; `system` if absent.',
  Body: 'Text of the message. At most 1600 characters if a participant has an address, else 32 KiB.',
  ContentSid: 'SID of a content template, HX….',
  ContentVariables: 'Values for the template as JSON text.',
  ConversationSid: conversationSidField,
  MediaSid: 'SID of uploaded media, ME….',
  Order: 'Order of the messages by index; asc if absent.',
  Sid: messageSidField,
  Subject: 'Subject of the message.',
};
