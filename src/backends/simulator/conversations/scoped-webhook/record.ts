import { defineTable, type RecordBase } from '../../kernel/collection.js';
import type { Receiver, WorldEvent } from '../../kernel/event.js';
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
    readonly replayAfter?: number;
  };
}

export const scopedWebhooks = defineTable<ScopedWebhookRecord>()({
  name: 'scopedWebhooks',
  prefix: 'WH',
  parent: inConversation,
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

export function receiverOf({ sid, target, configuration }: ScopedWebhookRecord): Receiver {
  const { url = '', method = 'post' } = configuration;
  return { owner: sid, target, webhookSid: sid, url, method: method.toUpperCase() };
}
