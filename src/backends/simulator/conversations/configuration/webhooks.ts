/**
 * The account's webhooks, for the services that have none of their own (documentation; a live probe of 2026 saw both levels
 * fire). Filters keep the order in which they were sent (recorded). With `target` `flex`, Twilio routes events internally
 * and calls no URL (inferred).
 */
import type { Context } from '../../kernel/context.js';
import { list, oneOf, readFields, webUrl } from '../../kernel/fields.js';
import { okValue } from '../../kernel/handler.js';
import type { Resource } from '../../kernel/product.js';
import { invalidRequest } from '../../kernel/twilio-error.js';
import { refusal, refuse } from '../refusals.js';
import { isAccountEvent } from '../service/event.js';
import { webhookMethod } from '../service/webhook.js';
import { accountWebhooks } from './record.js';
import { accountWebhookFields } from './descriptions.js';

const form = {
  Method: webhookMethod,
  Filters: list,
  PreWebhookUrl: webUrl(refusal(50077)),
  PostWebhookUrl: webUrl(refusal(50054)),
  Target: oneOf(['webhook', 'flex'], () => invalidRequest('Invalid parameter Target: webhook or flex is expected')),
};

export const accountWebhookConfiguration: Resource = {
  noun: 'Configuration/Webhooks',
  scopes: ['account'],
  descriptions: accountWebhookFields,
  settings: [accountWebhooks],
  handlers: {
    fetch: (ctx) => okValue(render(ctx)),
    /** Accepts an update without parameters (recorded; the dictionary contradicts). */
    update(ctx) {
      const sent = readFields(form, ctx.call.form);
      if (sent.Filters?.every(isAccountEvent) === false) throw refuse(50365);
      const before = ctx.world.get(accountWebhooks);
      if (Object.keys(sent).length > 0) {
        ctx.world.set(accountWebhooks, {
          preWebhookUrl: sent.PreWebhookUrl === undefined ? before.preWebhookUrl : sent.PreWebhookUrl,
          postWebhookUrl: sent.PostWebhookUrl === undefined ? before.postWebhookUrl : sent.PostWebhookUrl,
          filters: sent.Filters ?? before.filters,
          method: sent.Method ?? before.method,
          target: sent.Target ?? before.target,
        });
      }
      return okValue(render(ctx));
    },
  },
};

function render(ctx: Context) {
  const { preWebhookUrl, postWebhookUrl, method, filters, target } = ctx.world.get(accountWebhooks);
  return {
    account_sid: ctx.world.account,
    pre_webhook_url: preWebhookUrl,
    post_webhook_url: postWebhookUrl,
    method,
    filters,
    target,
    url: ctx.link('fetch', 'Configuration/Webhooks', {}),
  };
}
