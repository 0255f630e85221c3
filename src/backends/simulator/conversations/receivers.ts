/** Which webhooks of Conversations an event goes to. */
import type { Receiver, WorldEvent } from '../kernel/event.js';
import type { ProductWebhooks } from '../kernel/product.js';
import type { World } from '../kernel/world.js';
import { refusal } from './refusals.js';
import { isFiredBy, scopedWebhooks, type ScopedWebhookRecord } from './scoped-webhook/record.js';
import { serviceOf, services, type ServiceRecord } from './service/record.js';
import { webhookUrlFor } from './service/webhook.js';

export const webhooks: ProductWebhooks = {
  receivers(world: World, event: WorldEvent): Receiver[] {
    const { ChatServiceSid: serviceSid = '', ConversationSid: conversationSid } = event.parameters;
    const service = world.records(services).get(serviceSid);
    const own = service === undefined || event.only !== undefined ? undefined : ofService(service, 'post', event.type);
    const receivers = own === undefined ? [] : [own];
    if (conversationSid === undefined) return receivers;
    for (const webhook of world.records(scopedWebhooks).list('conversation', conversationSid)) {
      if ((event.only ?? webhook.sid) === webhook.sid && isFiredBy(webhook, event)) receivers.push(ofWebhook(webhook));
    }
    return receivers;
  },

  preHook: (ctx, eventType) => ofService(serviceOf(ctx), 'pre', eventType),

  rejected: refusal(50056),
};

function ofService(service: ServiceRecord, kind: 'pre' | 'post', eventType: string): Receiver | undefined {
  const url = webhookUrlFor(service, kind, eventType);
  if (url === undefined) return undefined;
  return { target: `service-${kind}`, webhookSid: null, url, method: service.webhooks.method ?? 'POST' };
}

function ofWebhook({ sid, target, configuration }: ScopedWebhookRecord): Receiver {
  const { url = '', method = 'post' } = configuration;
  return { target, webhookSid: sid, url, method: method.toUpperCase() };
}
