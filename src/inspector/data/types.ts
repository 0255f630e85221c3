/** The parts of the controls’ responses that the page shows. */

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered';

export interface ConversationSummary {
  readonly sid: string;
  readonly service_sid: string;
  readonly friendly_name: string | null;
  readonly unique_name: string | null;
  readonly state: string;
  readonly activity: string;
  readonly messages: number;
  readonly participants: number;
  readonly channels: readonly string[];
  readonly next: { readonly state: string; readonly at: string } | null;
  readonly last_message: { readonly author: string; readonly body: string | null; readonly media: number } | null;
}

export interface Conversation extends Omit<ConversationSummary, 'participants'> {
  readonly attributes: string;
  readonly created_by: string;
  readonly date_created: string;
  readonly date_updated: string;
  readonly timers: Readonly<Record<'inactive' | 'inactive_at' | 'closed' | 'closed_at', string | null>>;
  readonly participants: readonly Participant[];
}

export interface Participant {
  readonly sid: string;
  readonly identity: string | null;
  readonly channel: string;
  readonly address: string | null;
  readonly proxy_address: string | null;
  readonly projected_address: string | null;
  readonly attributes: string;
  readonly last_read_index: number | null;
}

export interface Message {
  readonly sid: string;
  readonly index: number;
  readonly author: string;
  readonly participant_sid: string | null;
  readonly body: string | null;
  readonly content_sid: string | null;
  readonly attributes: string;
  readonly media: readonly MediaFile[];
  readonly date_created: string;
  readonly date_updated: string;
  readonly receipts: readonly Receipt[];
}

export interface MediaFile {
  readonly sid: string;
  readonly size: number;
  readonly content_type: string;
  readonly filename: string | null;
  /** The path of its bytes, for a few minutes; null if there are none. */
  readonly link: string | null;
}

export interface Receipt {
  readonly sid: string;
  readonly to: string | null;
  readonly status: ReceiptStatus;
  readonly error_code: number;
  readonly date_updated: string;
  readonly next: { readonly status: string; readonly at: string } | null;
}

export interface Exchange {
  readonly id: number;
  readonly time: string;
  readonly surface: string;
  readonly account: string | null;
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly input: unknown;
  readonly status: number;
  readonly answer: unknown;
  readonly headers: {
    readonly request: Readonly<Record<string, string>>;
    readonly response: Readonly<Record<string, string>>;
  } | null;
  /** By the system clock, in milliseconds since 1970. */
  readonly started: number;
  readonly milliseconds: number;
  readonly fault: AppliedFault | null;
  readonly ignored: readonly string[];
  readonly violations: readonly { readonly path: string; readonly message: string }[];
  /** Which of several servers on a database answered. */
  readonly server?: string;
}

export interface AppliedFault {
  /** The id of the rule; `null` if the request asked for the fault in a header. */
  readonly rule: number | null;
  readonly effects: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  readonly id: number;
  readonly time: string;
  /** By the system clock, in milliseconds since 1970. */
  readonly queued: number;
  /** The id of the request that caused it. */
  readonly exchange: number | null;
  readonly fault: AppliedFault | null;
  readonly event: string;
  readonly target: string;
  readonly webhook_sid: string | null;
  readonly conversation_sid: string | null;
  readonly url: string;
  readonly called_url: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly idempotency_token: string;
  readonly state: string;
  readonly attempts: readonly {
    readonly time: string;
    readonly started: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly milliseconds: number;
    readonly signature: string;
    readonly answer: string;
  }[];
}

export interface Service {
  readonly sid: string;
  /** Whether account-level paths act on it. */
  readonly default: boolean;
  readonly friendly_name: string;
  readonly date_created: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly webhooks: {
    readonly preWebhookUrl: string | null;
    readonly postWebhookUrl: string | null;
    readonly filters: readonly string[] | null;
    readonly method: string | null;
  };
}

export interface Clock {
  readonly mode: 'real' | 'manual' | 'auto';
  readonly now: string;
  readonly next_due: string | null;
}

export interface WorldEntry {
  readonly account_sid: string;
  readonly default: boolean;
  /** Null if no server has the world in memory. */
  readonly records: Readonly<Record<string, number>> | null;
  /** Which of several servers on a database has it in memory; null if none has. */
  readonly server?: string | null;
}

export interface Health {
  readonly mode: string;
  readonly version: string;
}

/** JSON Schema of a form field, as far as forms use it. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly items?: FieldSchema;
  readonly description?: string;
}

/** The values of form fields: several for a field that is a list. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** A change of a record that was sent to a user of a client SDK (`clients.notifications`). */
export interface ClientNotification {
  /** In milliseconds since 1970. */
  readonly time: number;
  /** E.g. `message added`. */
  readonly change: string;
  readonly identity: string;
  readonly service: string;
  /** False if a fault dropped it. */
  readonly sent: boolean;
}
