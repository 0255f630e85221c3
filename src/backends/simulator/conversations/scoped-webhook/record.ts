import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Receiver, WorldEvent } from '../../kernel/event.js';
import { isCount, isText, listOf, oneOf, optional, partOf } from '../../kernel/record-fields.js';
import type { World } from '../../kernel/world.js';
import { byConversation, inConversation } from '../conversation/record.js';

export interface ScopedWebhookRecord extends RecordBase {
  readonly serviceSid: string;
  readonly conversationSid: string;
  readonly target: 'webhook' | 'trigger' | 'studio';
  readonly configuration: {
    readonly url?: string;
    readonly method?: string;
    readonly filters?: readonly string[];
    readonly triggers?: readonly string[];
    readonly flowSid?: string;
    /** How often a failed Studio flow is called again. Only an address configuration sets it. */
    readonly retryCount?: number;
    readonly replayAfter?: number;
  };
}

/** Where Twilio calls Studio flows (documentation). */
const FLOWS = 'https://webhooks.twilio.com/v1/Accounts';

export const scopedWebhooks = defineTable<ScopedWebhookRecord>()({
  name: 'scopedWebhooks',
  prefix: 'WH',
  parent: inConversation,
  fields: {
    serviceSid: isText,
    conversationSid: isText,
    target: oneOf(['webhook', 'trigger', 'studio']),
    configuration: partOf<ScopedWebhookRecord['configuration']>({
      url: optional(isText),
      method: optional(isText),
      filters: optional(listOf(isText)),
      triggers: optional(listOf(isText)),
      flowSid: optional(isText),
      retryCount: optional(isCount),
      replayAfter: optional(isCount),
    }),
  },
  unique: {},
  orders: { conversation: byConversation },
});

/** Whether an event fires a webhook: a `webhook` names it, a `trigger` has a keyword of the message, a `studio` takes all messages. */
export function isFiredBy({ target, configuration }: ScopedWebhookRecord, event: WorldEvent): boolean {
  if (target === 'webhook') return configuration.filters?.includes(event.type) === true;
  if (event.type !== 'onMessageAdded') return false;
  const body = (event.parameters['Body'] ?? '').toLowerCase();
  return target === 'studio' || (configuration.triggers ?? []).some((word) => body.includes(word.toLowerCase()));
}

export function receiverOf(world: World, { sid, target, configuration }: ScopedWebhookRecord): Receiver {
  const { url = '', method = 'post', flowSid, retryCount = 0 } = configuration;
  const receiver = { owner: sid, target, webhookSid: sid, method: method.toUpperCase() };
  if (flowSid === undefined) return { ...receiver, url };
  // The retries as connection overrides. Which failures are retried is inferred from a sibling product.
  const overrides = retryCount === 0 ? '' : `#rc=${retryCount}&rp=ct,rt,5xx`;
  return { ...receiver, url: `${FLOWS}/${world.account}/Flows/${flowSid}${overrides}`, isProviders: true };
}
