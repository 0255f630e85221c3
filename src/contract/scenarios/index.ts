import type { Scenario } from '../model/scenario.js';
import { inScopes } from '../model/scopes.js';
import { accountConfiguration } from './account-configuration.js';
import { accountWebhook } from './account-webhook.js';
import { address } from './address.js';
import { binding } from './binding.js';
import { conversationWithParticipants } from './conversation-with-participants.js';
import { conversation } from './conversation.js';
import { credential } from './credential.js';
import { errors } from './errors.js';
import { lifecycle } from './lifecycle.js';
import { message } from './message.js';
import { paging } from './paging.js';
import { participantConversation } from './participant-conversation.js';
import { participant } from './participant.js';
import { receipt } from './receipt.js';
import { role } from './role.js';
import { scopedWebhook } from './scoped-webhook.js';
import { scopes } from './scopes.js';
import { serviceConfiguration } from './service-configuration.js';
import { serviceNotification } from './service-notification.js';
import { serviceWebhook } from './service-webhook.js';
import { service } from './service.js';
import { userConversation } from './user-conversation.js';
import { user } from './user.js';

/** One for each resource, and some that cover several resources. */
const definitions: readonly Scenario[] = [
  service,
  serviceConfiguration,
  serviceNotification,
  serviceWebhook,
  binding,
  conversation,
  conversationWithParticipants,
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
  accountConfiguration,
  accountWebhook,
  address,
  credential,
  scopes,
];

/** The scenarios in this package, each once for every scope that it runs in. */
export const scenarios: readonly Scenario[] = definitions.flatMap(inScopes);
