import type { ClockMode } from '../backends/simulator/kernel/clock.js';
import type { DeliveryFilter } from '../backends/simulator/webhooks/outbox.js';
import type { SurfaceName } from '../core/operation.js';
import type { JsonObject } from '../core/body.js';

// The words of the library that no other part has in this spelling.

export type WebhookFilter = Omit<DeliveryFilter, 'event'> & { readonly event?: string };

export interface ClockState {
  readonly mode: ClockMode;
  readonly now: string;
  /** When something happens by itself next. */
  readonly nextDue: string | null;
}

/** A message from the other side. */
export interface Inbound {
  /** An address such as `+15551234567` or `whatsapp:+15551234567`, or a chat user's identity. */
  readonly from: string;
  /** The number that was written to; needed with an address. */
  readonly to?: string;
  readonly body?: string;
  readonly mediaSid?: string;
  /** JSON text. */
  readonly attributes?: string;
  /** SID or unique name; needed with an identity. */
  readonly conversation?: string;
  /** The service, when a unique name is in several. */
  readonly service?: string;
}

export interface Device {
  readonly service: string;
  readonly identity: string;
  readonly bindingType: 'apn' | 'fcm' | 'gcm' | 'twilsock';
  /** The device's token. */
  readonly endpoint: string;
  readonly credentialSid?: string;
  readonly messageTypes?: readonly ('new_message' | 'added_to_conversation' | 'removed_from_conversation')[];
}

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered';

export interface ReceiptRule {
  /** An address, or a pattern with `*` for any characters. */
  readonly address: string;
  /** What comes after `sent`, each so long after the message (an ISO 8601 duration). None: it stays sent. */
  readonly steps: readonly { readonly after: string; readonly status: ReceiptStatus; readonly errorCode?: number }[];
}

/** How often a call is expected; at least once if absent. */
export interface Times {
  readonly least?: number;
  readonly most?: number;
  /** Only exchanges with a higher id count. */
  readonly after?: number;
}

export interface JournalSearch {
  readonly operation?: string;
  readonly surface?: SurfaceName;
  readonly status?: number;
  readonly text?: string;
  readonly after?: number;
  readonly limit?: number;
}

/** An exported world. */
export interface WorldFile {
  readonly format: 'understudy-worlds';
  readonly version: number;
  readonly worlds: readonly JsonObject[];
}
