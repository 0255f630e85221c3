/**
 * A service's webhooks. Never configured, every value is null; afterwards the filters keep the order they were sent in
 * (published examples). `Filters` takes the place of the whole list, and an empty URL is none (inferred).
 */
import { list, webUrl, type Field } from '../../kernel/fields.js';
import type { WebhooksPart } from '../records.js';
import type { Handlers } from '../../kernel/handler.js';
import { refuse } from '../../kernel/twilio-error.js';
import { servicePart } from './part.js';
import { isEvent } from '../webhook-event.js';

export const noWebhooks: WebhooksPart = { preWebhookUrl: null, postWebhookUrl: null, filters: null, method: null };

const method: Field<string> = {
  read(values) {
    const value = (values.at(-1) ?? '').toUpperCase();
    if (value !== 'GET' && value !== 'POST') throw refuse(50055);
    return value;
  },
};

const webhook = servicePart({
  form: { PreWebhookUrl: webUrl(50077), PostWebhookUrl: webUrl(50054), Filters: list, Method: method },

  changes({ webhooks: before }, form) {
    if (form.Filters?.every(isEvent) === false) throw refuse(50365);
    return {
      webhooks: {
        preWebhookUrl: form.PreWebhookUrl === undefined ? before.preWebhookUrl : form.PreWebhookUrl,
        postWebhookUrl: form.PostWebhookUrl === undefined ? before.postWebhookUrl : form.PostWebhookUrl,
        // What stands here once the rest is configured and these were never sent is inferred from the account's own.
        filters: form.Filters ?? before.filters ?? [],
        method: form.Method ?? before.method ?? 'POST',
      },
    };
  },

  render: ({ sid, webhooks }, view) => ({
    account_sid: view.world.account,
    chat_service_sid: sid,
    pre_webhook_url: webhooks.preWebhookUrl,
    post_webhook_url: webhooks.postWebhookUrl,
    filters: webhooks.filters,
    method: webhooks.method,
    url: view.url('fetchservicewebhookconfiguration', sid),
  }),
});

export const serviceWebhookHandlers: Handlers = {
  fetchservicewebhookconfiguration: webhook.fetch,
  updateservicewebhookconfiguration: webhook.update,
};
