import type { Scenario } from '../model/scenario.js';
import { binding } from './binding.js';
import { conversation } from './conversation.js';
import { errors } from './errors.js';
import { lifecycle } from './lifecycle.js';
import { message } from './message.js';
import { paging } from './paging.js';
import { participantConversation } from './participant-conversation.js';
import { participant } from './participant.js';
import { receipt } from './receipt.js';
import { role } from './role.js';
import { scopedWebhook } from './scoped-webhook.js';
import { serviceConfiguration } from './service-configuration.js';
import { serviceNotification } from './service-notification.js';
import { serviceWebhook } from './service-webhook.js';
import { service } from './service.js';
import { userConversation } from './user-conversation.js';
import { user } from './user.js';

/** The scenarios in this package: one for each resource, and some that cover several resources. */
export const scenarios: readonly Scenario[] = [
  service,
  serviceConfiguration,
  serviceNotification,
  serviceWebhook,
  binding,
  conversation,
  participant,
  message,
  receipt,
  scopedWebhook,
  role,
  user,
  userConversation,
  participantConversation,
  lifecycle,
  errors,
  paging,
];
