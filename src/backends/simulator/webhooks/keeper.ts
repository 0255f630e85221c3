import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { Delivery } from './outbox.js';

/** What a delivery is made from. */
export type NewDelivery = Omit<Delivery, 'id' | 'attempts' | 'exchange' | 'dropped'>;

/** A delivery that waits, and the queue that it waits in. */
export interface KeptDelivery {
  readonly delivery: NewDelivery;
  readonly queue: string;
}

/** Keeps the deliveries that wait together with the worlds, so that another server can make them. */
export interface DeliveryKeeper {
  /** Keeps a new delivery with the change that fired it. */
  keep(account: string, kept: KeptDelivery): void;
  /** Whether the change that fired a new delivery is stored. If not, it never happened, and nothing must be sent. */
  isStored(account: string): MaybePromise<boolean>;
  /** Forgets a delivery that was made or given up. */
  forget(account: string, token: string): void;
  /** Makes the idempotency tokens of this server differ from those of others that had the world. */
  tokenPrefix(account: string): string;
}
