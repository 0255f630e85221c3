/** Descriptions of parameters and form fields, for schemas and documents. This module loads no rules of the simulator. */
import type { Operation } from '../../../core/operation.js';
import { addressFields } from './address/descriptions.js';
import { bindingFields } from './binding/descriptions.js';
import { accountConfigurationFields, accountWebhookFields } from './configuration/descriptions.js';
import { conversationFields, conversationSid } from './conversation/descriptions.js';
import { conversationWithParticipantsFields } from './conversation-with-participants/descriptions.js';
import { credentialFields } from './credential/descriptions.js';
import { messageFields, messageSid } from './message/descriptions.js';
import { participantConversationFields } from './participant-conversation/descriptions.js';
import { participantFields } from './participant/descriptions.js';
import { receiptFields } from './receipt/descriptions.js';
import { roleFields } from './role/descriptions.js';
import { scopedWebhookFields } from './scoped-webhook/descriptions.js';
import {
  chatServiceSid,
  configurationFields,
  notificationFields,
  serviceFields,
  webhookFields,
} from './service/descriptions.js';
import { userConversationFields } from './user-conversation/descriptions.js';
import { userFields, userSid } from './user/descriptions.js';

type Descriptions = Readonly<Record<string, string>>;

/** By noun. */
const ofResources: Readonly<Record<string, Descriptions>> = {
  Services: serviceFields,
  Configuration: { ...accountConfigurationFields, ...configurationFields },
  'Configuration/Notifications': notificationFields,
  'Configuration/Webhooks': { ...webhookFields, ...accountWebhookFields },
  'Configuration/Addresses': addressFields,
  Credentials: credentialFields,
  ConversationWithParticipants: conversationWithParticipantsFields,
  Roles: roleFields,
  Users: userFields,
  Bindings: bindingFields,
  Conversations: conversationFields,
  'Conversations/Participants': participantFields,
  'Conversations/Messages': messageFields,
  'Conversations/Messages/Receipts': receiptFields,
  'Conversations/Webhooks': scopedWebhookFields,
  ParticipantConversations: participantConversationFields,
  'Users/Conversations': userConversationFields,
};

const ofAllResources: Descriptions = {
  ChatServiceSid: chatServiceSid,
  ConversationSid: conversationSid,
  MessageSid: messageSid,
  UserSid: userSid,
  DateCreated: 'Creation date to store, ISO 8601. For imports.',
  DateUpdated: 'Date of the last update to store, ISO 8601. For imports.',
  Page: 'Page number. Only echoed: PageToken selects the page.',
  PageSize: 'Records per page.',
  PageToken: 'Token from meta.next_page_url, for the next page.',
  'X-Twilio-Webhook-Enabled': 'true to fire webhooks.',
};

/** A short description of a parameter or form field; undefined if there is none. */
export function describeField({ noun }: Operation, field: string): string | undefined {
  return ofResources[noun]?.[field] ?? ofAllResources[field];
}
