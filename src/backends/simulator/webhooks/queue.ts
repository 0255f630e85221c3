/** Why a delivery was never sent. */
export type DropReason = 'queue-full' | 'too-old' | 'flushed';

export interface QueueLimits {
  /** Deliveries that may wait in one queue. In all queues of a world together: ten times as many. */
  readonly queue: number;
  /** How long a delivery may wait, in milliseconds. */
  readonly maxWait: number;
}

const QUEUES_PER_WORLD = 10;

/** A delivery that waits to be sent. */
export interface Waiting {
  readonly id: number;
  /** By `performance.now()`. */
  readonly since: number;
  /** Sends it. Calls `start` when its turn has come, and sends nothing if that returns false. */
  readonly send: (start: () => boolean) => Promise<void>;
}

interface Item extends Waiting {
  readonly key: string;
  isDropped: boolean;
}

/**
 * The deliveries of a world that wait, in one queue for each receiver and subject. The queues of an app that does not
 * respond would grow without end, so their length and the time in them are limited: the oldest delivery gives way.
 */
export class DeliveryQueues {
  readonly #queues = new Map<string, { readonly items: Item[]; readonly done: Promise<void> }>();
  /** Those that have not started, oldest first. */
  readonly #waiting = new Set<Item>();

  constructor(
    readonly limits: QueueLimits,
    readonly onDrop: (id: number, reason: DropReason) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** Resolves when all queues are empty. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(Array.from(this.#queues.values(), ({ done }) => done));
  }

  add(key: string, delivery: Waiting): void {
    const item: Item = { ...delivery, key, isDropped: false };
    this.#waiting.add(item);
    const queue = this.#queues.get(key);
    if (queue === undefined) {
      const items = [item];
      this.#queues.set(key, { items, done: this.#run(key, items) });
    } else {
      queue.items.push(item);
      // The first one is being sent, or is next.
      if (queue.items.length - 1 > this.limits.queue) this.#drop(queue.items[1], 'queue-full');
    }
    const [oldest] = this.#waiting;
    if (this.#waiting.size > this.limits.queue * QUEUES_PER_WORLD) this.#drop(oldest, 'queue-full');
  }

  /** Drops every delivery that has not started. Returns their number. */
  flush(): number {
    const all = [...this.#waiting];
    for (const item of all) this.#drop(item, 'flushed');
    return all.length;
  }

  async #run(key: string, items: Item[]): Promise<void> {
    // Not inside the call that fired the event.
    await Promise.resolve();
    for (let item = items[0]; item !== undefined; item = items[0]) {
      const current = item;
      // oxlint-disable-next-line no-await-in-loop -- a queue sends one delivery after the other
      if (!current.isDropped) await current.send(() => this.#start(current)).catch(() => undefined);
      this.#waiting.delete(current);
      items.shift();
    }
    this.#queues.delete(key);
  }

  /** Whether the delivery may be sent now. */
  #start(item: Item): boolean {
    if (performance.now() - item.since > this.limits.maxWait) this.#drop(item, 'too-old');
    this.#waiting.delete(item);
    return !item.isDropped;
  }

  #drop(item: Item | undefined, reason: DropReason): void {
    if (item === undefined || item.isDropped) return;
    item.isDropped = true;
    this.#waiting.delete(item);
    const items = this.#queues.get(item.key)?.items ?? [];
    const index = items.indexOf(item);
    // The first one is removed when its turn ends.
    if (index > 0) items.splice(index, 1);
    this.onDrop(item.id, reason);
  }
}
