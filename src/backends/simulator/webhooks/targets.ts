import type { QueueLimits } from './queue.js';

/** How long Twilio waits for a webhook's response, in milliseconds (documentation). */
const WEBHOOK_TIMEOUT_MS = 5000;

/** Where webhooks may be sent, where they are redirected, and how many may wait. */
export interface WebhookTargets extends QueueLimits {
  /** Hosts that may be called in addition to this machine. */
  readonly allow: readonly string[];
  /** A URL that begins with `from` is called at `to` instead. The original URL is signed. */
  readonly map: readonly { readonly from: string; readonly to: string }[];
  /** How long to wait for a response, in milliseconds. */
  readonly timeoutMs: number;
}

export const defaultTargets: WebhookTargets = {
  allow: [],
  map: [],
  timeoutMs: WEBHOOK_TIMEOUT_MS,
  queue: 1000,
  maxWait: 600_000,
};
