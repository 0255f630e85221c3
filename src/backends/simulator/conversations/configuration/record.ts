/** What an account has configured for all its services. */
import { addDuration } from '../../../../util/datetime.js';
import { isSidOf, isText, listOf, oneOf, optional, orNull, partOf } from '../../kernel/record-fields.js';
import type { Setting } from '../../kernel/schema.js';
import type { WebhooksPart } from '../service/record.js';

/** A file of an earlier version has none of these settings. */
const isDuration = optional(orNull((value) => isText(value) && addDuration(0, String(value)) !== undefined));

/** The messaging service of conversations that name none. Twilio makes one for each account (recorded). */
export const messagingServiceSid: Setting<string> = {
  name: 'messagingServiceSid',
  initial: (newSid) => newSid('MG'),
  isValid: optional(isSidOf('MG')),
};

/** ISO 8601 durations as they were sent, for new conversations without timers of their own; `null`: none. */
export const defaultInactiveTimer: Setting<string | null> = {
  name: 'defaultInactiveTimer',
  initial: () => null,
  isValid: isDuration,
};
export const defaultClosedTimer: Setting<string | null> = {
  name: 'defaultClosedTimer',
  initial: () => null,
  isValid: isDuration,
};

export interface AccountWebhooks extends WebhooksPart {
  readonly filters: readonly string[];
  readonly method: string;
  readonly target: 'webhook' | 'flex';
}

/** The values of webhooks that were never configured are recorded, except `target`, which is inferred. */
export const accountWebhooks: Setting<AccountWebhooks> = {
  name: 'accountWebhooks',
  initial: () => ({ preWebhookUrl: null, postWebhookUrl: null, filters: [], method: 'POST', target: 'webhook' }),
  isValid: optional(
    partOf<AccountWebhooks>({
      preWebhookUrl: orNull(isText),
      postWebhookUrl: orNull(isText),
      filters: listOf(isText),
      method: isText,
      target: oneOf(['webhook', 'flex']),
    }),
  ),
};
