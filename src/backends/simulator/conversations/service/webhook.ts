/**
 * A service's webhooks. Every value is null until one is configured; then the filters keep the order in which they were
 * sent (published examples). `Filters` replaces the whole list, and an empty URL removes the webhook (inferred).
 */
import { list, single, webUrl } from '../../kernel/fields.js';
import { refusal, refuse } from '../refusals.js';
import { isServiceEvent } from './event.js';
import { webhookFields } from './descriptions.js';
import { definePart } from './part.js';
import type { WebhooksPart } from './record.js';

export const noWebhooks: WebhooksPart = { preWebhookUrl: null, postWebhookUrl: null, filters: null, method: null };

export const webhookMethod = single((value) => {
  const upper = value.toUpperCase();
  if (upper !== 'GET' && upper !== 'POST') throw refuse(50055);
  return upper;
});

export const webhook = definePart({
  noun: 'Configuration/Webhooks',
  descriptions: webhookFields,

  form: {
    PreWebhookUrl: webUrl(refusal(50077)),
    PostWebhookUrl: webUrl(refusal(50054)),
    Filters: list,
    Method: webhookMethod,
  },

  changes({ webhooks: before }, form) {
    if (form.Filters?.every(isServiceEvent) === false) throw refuse(50365);
    return {
      webhooks: {
        preWebhookUrl: form.PreWebhookUrl === undefined ? before.preWebhookUrl : form.PreWebhookUrl,
        postWebhookUrl: form.PostWebhookUrl === undefined ? before.postWebhookUrl : form.PostWebhookUrl,
        // The defaults once another value is configured are inferred from the account-level webhooks.
        filters: form.Filters ?? before.filters ?? [],
        method: form.Method ?? before.method ?? 'POST',
      },
    };
  },

  render: (service, view) => ({
    account_sid: view.world.account,
    chat_service_sid: service.sid,
    pre_webhook_url: service.webhooks.preWebhookUrl,
    post_webhook_url: service.webhooks.postWebhookUrl,
    filters: service.webhooks.filters,
    method: service.webhooks.method,
    url: view.link('fetch', 'Configuration/Webhooks', service),
  }),
});

/** The URL that webhooks have for an event, if their filters include it. */
export function webhookUrlFor(
  { filters, preWebhookUrl, postWebhookUrl }: WebhooksPart,
  kind: 'pre' | 'post',
  eventType: string,
): string | undefined {
  if (filters?.includes(eventType) !== true) return undefined;
  return (kind === 'pre' ? preWebhookUrl : postWebhookUrl) ?? undefined;
}
