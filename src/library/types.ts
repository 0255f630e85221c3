import type { ClockMode } from '../backends/simulator/kernel/clock.js';
import type { WorldDifference } from '../backends/simulator/kernel/world-diff.js';
import type { DeliveryFilter } from '../backends/simulator/webhooks/outbox.js';
import type { SurfaceName } from '../core/operation.js';
import type { JsonObject } from '../core/body.js';

// Types of the library in camel case. The controls use snake case.

export type WebhookFilter = Omit<DeliveryFilter, 'event'> & { readonly event?: string };

export interface ClockState {
  readonly mode: ClockMode;
  readonly now: string;
  /** When the next timer fires. */
  readonly nextDue: string | null;
}

/** A message from outside: an SMS, a WhatsApp message, or a message of a chat user. */
export interface Inbound {
  /** An address such as `+15551234567` or `whatsapp:+15551234567`, or a chat user's identity. */
  readonly from: string;
  /** The account's number that receives the message. Required with an address. With an identity: a chat address. */
  readonly to?: string;
  /** The other receivers of a group MMS. */
  readonly members?: readonly string[];
  readonly body?: string;
  readonly mediaSid?: string;
  /** A file that comes with the message, or several. They become media of the service that takes the message. */
  readonly media?: MediaFile | readonly MediaFile[];
  /** JSON text. */
  readonly attributes?: string;
  /** SID or unique name of the conversation. Required with an identity. */
  readonly conversation?: string;
  /** SID of the service. Required if several services have that unique name. */
  readonly service?: string;
}

/** A file of a message, such as a picture. */
export interface MediaFile {
  readonly content: string | Uint8Array;
  /** A MIME type, e.g. `image/png`. */
  readonly contentType: string;
  readonly filename?: string;
}

/** A user who is connected with a client SDK. */
export interface ConnectedUser {
  readonly identity: string;
  /** SID of the service. */
  readonly service: string;
  readonly connections: number;
  /** SIDs of the conversations in which the user is typing. */
  readonly typingIn: readonly string[];
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
  /** An address, or a pattern in which `*` matches any characters. */
  readonly address: string;
  /** The statuses after `sent`, each with its time after the message (an ISO 8601 duration). Empty: it stays `sent`. */
  readonly steps: readonly { readonly after: string; readonly status: ReceiptStatus; readonly errorCode?: number }[];
}

/** How often a call is expected. Default: at least once. */
export interface Times {
  readonly least?: number;
  readonly most?: number;
  /** Count only exchanges with a higher id. */
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

/** What differs between two worlds or snapshots: as lines to read, and as data. */
export interface WorldComparison {
  readonly lines: readonly string[];
  readonly differences: readonly WorldDifference[];
}

/** An exported world. */
export interface WorldFile {
  readonly format: 'understudy-worlds';
  readonly version: number;
  readonly worlds: readonly JsonObject[];
  /** The bytes of media in base64, by their SHA-256, up to 16 MiB. */
  readonly media?: Readonly<Record<string, string>>;
  /** The SIDs of media whose bytes are not in the document. */
  readonly media_left_out?: readonly string[];
}
