import { defineProduct } from '../kernel/product.js';
import { addressConfiguration } from './address/address.js';
import { binding } from './binding/binding.js';
import { accountConfiguration } from './configuration/configuration.js';
import { accountWebhookConfiguration } from './configuration/webhooks.js';
import { conversation } from './conversation/conversation.js';
import { conversationWithParticipants } from './conversation-with-participants/conversation-with-participants.js';
import { credential } from './credential/credential.js';
import { mediaContent, mediaLink, mediaResource } from './media/media.js';
import { message } from './message/message.js';
import { participantConversation } from './participant-conversation/participant-conversation.js';
import { participant } from './participant/participant.js';
import { optOutResource } from './receipt/opt-out.js';
import { receipt } from './receipt/receipt.js';
import { webhooks } from './receivers.js';
import { role } from './role/role.js';
import { scopedWebhook } from './scoped-webhook/scoped-webhook.js';
import { configuration } from './service/configuration.js';
import { notification } from './service/notification.js';
import { ensureDefaultService, service } from './service/service.js';
import { webhook } from './service/webhook.js';
import { userConversation } from './user-conversation/user-conversation.js';
import { user } from './user/user.js';

/** Twilio Conversations. The order of resources with tables is the order of records in data files: parents before children. */
export const conversationsProduct = defineProduct({
  baseUri: 'https://conversations.twilio.com',
  resources: [
    accountConfiguration,
    accountWebhookConfiguration,
    addressConfiguration,
    credential,
    service,
    configuration,
    notification,
    webhook,
    role,
    user,
    binding,
    mediaResource,
    mediaContent,
    mediaLink,
    conversation,
    participant,
    message,
    receipt,
    scopedWebhook,
    conversationWithParticipants,
    optOutResource,
    participantConversation,
    userConversation,
  ],
  placeholders: { ChatServiceSid: 'serviceSid' },
  webhooks,
  prepare: ensureDefaultService,
});
