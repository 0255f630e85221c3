/** What an account has configured for all its services. */
import type { Setting } from '../../kernel/schema.js';
import type { WebhooksPart } from '../service/record.js';

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

/** The messaging service of conversations that name none. Twilio makes one for each account (recorded). */
export const messagingServiceSid: Setting<string> = {
  name: 'messagingServiceSid',
  initial: (newSid) => newSid('MG'),
  isValid: isText,
};

/** ISO 8601 durations as they were sent, for new conversations without timers of their own; `null`: none. */
export const defaultInactiveTimer: Setting<string | null> = {
  name: 'defaultInactiveTimer',
  initial: () => null,
  isValid: isTextOrNull,
};
export const defaultClosedTimer: Setting<string | null> = {
  name: 'defaultClosedTimer',
  initial: () => null,
  isValid: isTextOrNull,
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
  isValid: (value) => value === undefined || (typeof value === 'object' && value !== null),
};
