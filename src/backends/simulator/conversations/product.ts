import type { Handler, Handlers } from '../kernel/handler.js';
import { bindingHandlers } from './binding/binding.js';
import { conversationHandlers } from './conversation/conversation.js';
import { messageHandlers } from './message/message.js';
import { participantConversationHandlers } from './participant-conversation/participant-conversation.js';
import { participantHandlers } from './participant/participant.js';
import { receiptHandlers } from './receipt/receipt.js';
import { roleHandlers } from './role/role.js';
import { scopedWebhookHandlers } from './scoped-webhook/scoped-webhook.js';
import { serviceConfigurationHandlers } from './service/configuration.js';
import { serviceNotificationHandlers } from './service/notification.js';
import { serviceWebhookHandlers } from './service/webhook.js';
import { serviceHandlers } from './service/service.js';
import { userConversationHandlers } from './user-conversation/user-conversation.js';
import { userHandlers } from './user/user.js';

/** Who answers each operation of the capability. */
export const handlers: Handlers = {
  ...serviceHandlers,
  ...bindingHandlers,
  ...serviceConfigurationHandlers,
  ...serviceNotificationHandlers,
  ...serviceWebhookHandlers,
  ...conversationHandlers,
  ...messageHandlers,
  ...receiptHandlers,
  ...participantHandlers,
  ...scopedWebhookHandlers,
  ...participantConversationHandlers,
  ...roleHandlers,
  ...userHandlers,
  ...userConversationHandlers,
};

/** @throws when the capability file has an operation that nobody here answers: a fault of ours, held by a test */
export function handlerOf(operation: string): Handler {
  const handler = handlers[operation];
  if (handler === undefined) throw new Error(`the simulator has no handler for ${operation}`);
  return handler;
}
