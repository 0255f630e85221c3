/** Webhook events in general. What the events of a product say, and who receives them, is up to the product. */
import type { RecordBase } from './collection.js';

/** Parameters by name. A parameter without a value is left out of the request (recorded). */
export type EventParameters = Readonly<Record<string, string | undefined>>;

export interface WorldEvent {
  /** E.g. `onMessageAdded`. */
  readonly type: string;
  /** SID of the record that the event belongs to. */
  readonly subject?: string | undefined;
  readonly parameters: EventParameters;
  /** Where the action came from, e.g. `API`. Not all events have a source. */
  readonly source?: string | undefined;
  /** Identity of the chat user who acted. */
  readonly clientIdentity?: string | undefined;
  /** SID of the only webhook that receives the event. It does so even if the request did not ask for webhooks. */
  readonly only?: string | undefined;
  /** Not part of the write that caused it: fires after its events, even if the request did not ask for webhooks. */
  readonly isConsequence?: boolean | undefined;
  /** Webhooks that the action itself removed. They receive the event as well. */
  readonly removedReceivers?: readonly Receiver[] | undefined;
}

/** What is about to happen (`Add`), or has happened (`Added`), to a record. */
export type EventPhase = 'Add' | 'Update' | 'Remove' | 'Added' | 'Updated' | 'Removed';

/** The fields of a record before it exists. */
export type NewRecord<R extends RecordBase> = Omit<R, keyof RecordBase> & Partial<RecordBase>;

/** A configured webhook that an event goes to. */
export interface Receiver {
  /** SID of the record that configures it. Deliveries to one receiver about one subject are sent in order. */
  readonly owner: string;
  /** The kind of webhook, as deliveries report it. */
  readonly target: string;
  /** SID of the webhook's own record, if it has one. */
  readonly webhookSid: string | null;
  /** The URL as configured. Empty for a receiver outside the simulator: the delivery is only recorded. */
  readonly url: string;
  /** The URL is one of the provider itself: only recorded as well, unless a URL map redirects it. */
  readonly isProviders?: boolean;
  readonly method: string;
}

/** The decision of a pre-action webhook. */
export type Verdict =
  | { readonly kind: 'proceed' }
  | { readonly kind: 'change'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'reject' };
