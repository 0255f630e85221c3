/** Which webhooks of Conversations an event goes to. */
import type { Receiver, WorldEvent } from '../kernel/event.js';
import type { ProductWebhooks } from '../kernel/product.js';
import type { World } from '../kernel/world.js';
import { accountWebhooks } from './configuration/record.js';
import { refusal } from './refusals.js';
import { isFiredBy, receiverOf, scopedWebhooks } from './scoped-webhook/record.js';
import { serviceOf, services, type ServiceRecord } from './service/record.js';
import { webhookUrlFor } from './service/webhook.js';

export const webhooks: ProductWebhooks = {
  receivers(world: World, event: WorldEvent): Receiver[] {
    const { ChatServiceSid: serviceSid = '', ConversationSid: conversationSid } = event.parameters;
    const service = world.records(services).get(serviceSid);
    const configured =
      service === undefined || event.only !== undefined ? undefined : configuredFor(world, service, 'post', event.type);
    const receivers = [...(configured === undefined ? [] : [configured]), ...(event.removedReceivers ?? [])];
    if (conversationSid === undefined) return receivers;
    for (const webhook of world.records(scopedWebhooks).list('conversation', conversationSid)) {
      if ((event.only ?? webhook.sid) === webhook.sid && isFiredBy(webhook, event))
        receivers.push(receiverOf(world, webhook));
    }
    return receivers;
  },

  preHook: (ctx, eventType) => configuredFor(ctx.world, serviceOf(ctx), 'pre', eventType),

  rejected: refusal(50056),
};

/** The webhook of a service or, if the service has none at all, of the account (documentation). */
function configuredFor(
  world: World,
  { sid: owner, webhooks: own }: ServiceRecord,
  kind: 'pre' | 'post',
  eventType: string,
): Receiver | undefined {
  const isOwn = own.preWebhookUrl !== null || own.postWebhookUrl !== null;
  const account = world.get(accountWebhooks);
  const configured = isOwn ? own : account;
  if (!isOwn && account.target === 'flex') {
    // Recorded in the outbox but not sent.
    const isWanted = kind === 'post' && account.filters.includes(eventType);
    return isWanted ? { owner, target: 'flex', webhookSid: null, url: '', method: account.method } : undefined;
  }
  const url = webhookUrlFor(configured, kind, eventType);
  if (url === undefined) return undefined;
  return {
    owner,
    target: `${isOwn ? 'service' : 'account'}-${kind}`,
    webhookSid: null,
    url,
    method: configured.method ?? 'POST',
  };
}
