import type { AppliedFault, CallNotes } from '../../../core/operation.js';
import type { DropReason } from './queue.js';

/** A fault rule that applies to one delivery. */
export interface WebhookFault extends AppliedFault {
  /** Drop it. */
  readonly lose?: boolean;
  /** How often to send it. */
  readonly times?: number;
  /** In milliseconds. */
  readonly delay?: number;
}

/** One call of a webhook, and its outcome. */
export interface Delivery {
  /** Counts from 1 in each world. */
  readonly id: number;
  /** When the event happened, by the world's clock. */
  readonly time: string;
  /** The same by the system clock, in milliseconds since 1970, with decimals. */
  readonly queued: number;
  readonly event: string;
  /** The id of the exchange that caused it; `null` if a timer, a control or a seed did, or while the call is running. */
  readonly exchange: number | null;
  /** The kind of webhook: `service-pre`, `account-post`, …, `flex`, or the target of a conversation's webhook. */
  readonly target: string;
  readonly webhookSid: string | null;
  readonly conversationSid: string | null;
  /** The URL as configured, which is the signed one. Empty for a Studio flow, which is only recorded. */
  readonly url: string;
  /** The URL that is called. Differs from `url` if `--webhook-url-map` redirects it. */
  readonly calledUrl: string;
  readonly method: 'GET' | 'POST';
  readonly parameters: Readonly<Record<string, string>>;
  readonly idempotencyToken: string;
  readonly state: DeliveryState;
  readonly fault: WebhookFault | null;
  /** Why it was given up before it was sent; `null` if it was not. */
  readonly dropped: DropReason | null;
  readonly attempts: readonly Attempt[];
}

/**
 * `refused`: the target is not on this machine and not allowed. `noted`: runs at Twilio, as Studio flows do.
 * `lost`: dropped by a fault rule. `dropped`: given up, because too many waited or it waited too long.
 */
export const deliveryStates = ['waiting', 'delivered', 'failed', 'refused', 'noted', 'lost', 'dropped'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface Attempt {
  readonly time: string;
  /** The same by the system clock, in milliseconds since 1970, with decimals. */
  readonly started: number;
  /** HTTP status; null if there was no response. */
  readonly status: number | null;
  /** Why there was no response. */
  readonly error: string | null;
  readonly milliseconds: number;
  readonly signature: string;
  /** The beginning of the response body. */
  readonly answer: string;
}

/** Criteria for deliveries. An absent one matches all. */
export interface DeliveryFilter {
  readonly event?: string | undefined;
  readonly conversationSid?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** The id of the exchange that caused it. */
  readonly exchange?: number | undefined;
  /** The SID of any record that the event is about. */
  readonly record?: string | undefined;
  /** Matches higher ids. */
  readonly after?: number | undefined;
}

const MAX_DELIVERIES = 1000;
/** Of one delivery, which can be repeated at will. */
const MAX_ATTEMPTS = 100;
/** Of the parameters and responses of all deliveries together. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

interface Stored extends Delivery {
  readonly cause: CallNotes | undefined;
}

function withExchange({ cause, ...delivery }: Stored): Delivery {
  return { ...delivery, exchange: cause?.exchange ?? null };
}

interface Waiter {
  readonly filter: DeliveryFilter;
  readonly resolve: (delivery: Delivery) => void;
}

/** The latest webhook deliveries of a world, oldest first. The oldest are dropped when there are too many. */
export class Outbox {
  readonly #deliveries = new Map<number, Stored>();
  readonly #waiters = new Set<Waiter>();
  #subscriber: (delivery: Delivery) => void = () => undefined;
  #lastId = 0;
  #characters = 0;

  /** @param cause the call that fired the event; it gets an exchange when it is answered */
  add(fields: Omit<Delivery, 'id' | 'attempts' | 'exchange' | 'dropped'>, cause?: CallNotes): Delivery {
    this.#lastId += 1;
    const delivery: Stored = { id: this.#lastId, ...fields, exchange: null, dropped: null, attempts: [], cause };
    this.#deliveries.set(delivery.id, delivery);
    this.#characters += sizeOf(delivery);
    for (const [id, oldest] of this.#deliveries) {
      if (this.#deliveries.size <= MAX_DELIVERIES && this.#characters <= MAX_CHARACTERS) break;
      this.#deliveries.delete(id);
      this.#characters -= sizeOf(oldest);
    }
    this.#publish(delivery);
    return delivery;
  }

  /** Records an attempt or a change of state. */
  record(id: number, state: DeliveryState, attempt?: Attempt): void {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) return;
    const attempts = attempt === undefined ? delivery.attempts : [...delivery.attempts, attempt].slice(-MAX_ATTEMPTS);
    this.#replace(delivery, { ...delivery, state, attempts });
  }

  /** Records that a delivery was given up before it was sent. */
  drop(id: number, dropped: DropReason): void {
    const delivery = this.#deliveries.get(id);
    if (delivery !== undefined) this.#replace(delivery, { ...delivery, state: 'dropped', dropped });
  }

  #replace(delivery: Stored, changed: Stored): void {
    this.#characters += sizeOf(changed) - sizeOf(delivery);
    this.#deliveries.set(changed.id, changed);
    this.#publish(changed);
  }

  /** Calls the subscriber for every delivery that is added or changes. */
  subscribe(subscriber: (delivery: Delivery) => void): void {
    this.#subscriber = subscriber;
  }

  get(id: number): Delivery | undefined {
    const delivery = this.#deliveries.get(id);
    return delivery && withExchange(delivery);
  }

  list(filter: DeliveryFilter = {}): Delivery[] {
    return Array.from(this.#deliveries.values(), withExchange).filter((delivery) => matches(delivery, filter));
  }

  /**
   * The first matching delivery that is no longer waiting, now or within `milliseconds`.
   * @returns undefined if there is none in time
   */
  waitFor(filter: DeliveryFilter, milliseconds: number): Promise<Delivery | undefined> {
    const existing = this.list(filter).find(isSettled);
    if (existing !== undefined) return Promise.resolve(existing);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        filter,
        resolve(delivery) {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(delivery);
        },
      };
      const waiters = this.#waiters;
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        resolve(undefined);
      }, milliseconds);
      waiters.add(waiter);
    });
  }

  clear(): void {
    this.#characters = 0;
    this.#deliveries.clear();
  }

  #publish(stored: Stored): void {
    this.#subscriber(stored);
    if (!isSettled(stored) || this.#waiters.size === 0) return;
    const delivery = withExchange(stored);
    for (const { filter, resolve } of this.#waiters) if (matches(delivery, filter)) resolve(delivery);
  }
}

function sizeOf({ parameters, url, attempts }: Delivery): number {
  let size = url.length;
  for (const name in parameters) size += name.length + (parameters[name]?.length ?? 0);
  for (const { answer } of attempts) size += answer.length;
  return size;
}

const isSettled = (delivery: Delivery): boolean => delivery.state !== 'waiting';

function matches(delivery: Delivery, filter: DeliveryFilter): boolean {
  const { event, conversationSid, state, exchange, record, after } = filter;
  return (
    (event === undefined || delivery.event === event) &&
    (conversationSid === undefined || delivery.conversationSid === conversationSid) &&
    (state === undefined || delivery.state === state) &&
    (exchange === undefined || delivery.exchange === exchange) &&
    (record === undefined || Object.values(delivery.parameters).includes(record)) &&
    (after === undefined || delivery.id > after)
  );
}
