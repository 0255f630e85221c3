/** One call of a webhook, and what became of it. */
export interface Delivery {
  /** Counts from 1 in its world. */
  readonly id: number;
  /** When it was decided, by the world's clock. */
  readonly time: string;
  readonly event: string;
  /** Who is told: the service's URL before or after the action, or a conversation's webhook. */
  readonly target: 'service-pre' | 'service-post' | 'webhook' | 'trigger' | 'studio';
  readonly webhookSid: string | null;
  readonly conversationSid: string | null;
  /** The URL as configured, which is what is signed. Empty for a Studio flow, which is only noted. */
  readonly url: string;
  /** The URL that is called, when `--webhook-url-map` names another. */
  readonly calledUrl: string;
  readonly method: 'GET' | 'POST';
  readonly parameters: Readonly<Record<string, string>>;
  readonly idempotencyToken: string;
  readonly state: DeliveryState;
  readonly attempts: readonly Attempt[];
}

/**
 * `refused`: the target is not on this machine and not allowed. `noted`: a Studio flow, which has nobody to call here.
 * `lost`: a fault rule swallowed it.
 */
export type DeliveryState = 'waiting' | 'delivered' | 'failed' | 'refused' | 'noted' | 'lost';

export interface Attempt {
  readonly time: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  readonly milliseconds: number;
  readonly signature: string;
  /** The beginning of the answer's body. */
  readonly answer: string;
}

/** What a search may ask for; what is absent does not matter. */
export interface DeliveryFilter {
  readonly event?: string | undefined;
  readonly conversationSid?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** Only those with a higher id. */
  readonly after?: number | undefined;
}

const MOST_KEPT = 1000;

interface Waiter {
  readonly filter: DeliveryFilter;
  readonly found: (delivery: Delivery) => void;
}

/** A world's latest webhook calls, oldest first. Bounded: the oldest go. */
export class Outbox {
  readonly #deliveries = new Map<number, Delivery>();
  readonly #waiters = new Set<Waiter>();
  #watcher: (delivery: Delivery) => void = () => undefined;
  #lastId = 0;

  add(delivery: Omit<Delivery, 'id' | 'attempts'>): Delivery {
    this.#lastId += 1;
    const kept = { id: this.#lastId, ...delivery, attempts: [] };
    this.#deliveries.set(kept.id, kept);
    for (const id of this.#deliveries.keys()) {
      if (this.#deliveries.size <= MOST_KEPT) break;
      this.#deliveries.delete(id);
    }
    this.#tell(kept);
    return kept;
  }

  /** Notes an attempt, or a change of state. */
  note(id: number, state: DeliveryState, attempt?: Attempt): void {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) return;
    const attempts = attempt === undefined ? delivery.attempts : [...delivery.attempts, attempt];
    const changed = { ...delivery, state, attempts };
    this.#deliveries.set(id, changed);
    this.#tell(changed);
  }

  /** Tells of every delivery that is added or changes. */
  watch(watcher: (delivery: Delivery) => void): void {
    this.#watcher = watcher;
  }

  get(id: number): Delivery | undefined {
    return this.#deliveries.get(id);
  }

  list(filter: DeliveryFilter = {}): Delivery[] {
    return [...this.#deliveries.values()].filter((delivery) => matches(delivery, filter));
  }

  /**
   * The first delivery that fits and is no longer waiting; one that is there already counts.
   * @returns undefined when none came within `milliseconds`
   */
  waitFor(filter: DeliveryFilter, milliseconds: number): Promise<Delivery | undefined> {
    const there = this.list(filter).find(isSettled);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        filter,
        found: (delivery) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(delivery);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        resolve(undefined);
      }, milliseconds);
      this.#waiters.add(waiter);
    });
  }

  clear(): void {
    this.#deliveries.clear();
  }

  #tell(delivery: Delivery): void {
    this.#watcher(delivery);
    if (!isSettled(delivery)) return;
    for (const waiter of this.#waiters) if (matches(delivery, waiter.filter)) waiter.found(delivery);
  }
}

const isSettled = (delivery: Delivery): boolean => delivery.state !== 'waiting';

function matches(delivery: Delivery, { event, conversationSid, state, after }: DeliveryFilter): boolean {
  return (
    (event === undefined || delivery.event === event) &&
    (conversationSid === undefined || delivery.conversationSid === conversationSid) &&
    (state === undefined || delivery.state === state) &&
    (after === undefined || delivery.id > after)
  );
}
