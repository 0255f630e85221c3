/** How long a server may use its worlds after a heartbeat was sent, in milliseconds. */
export const LEASE_MS = 2000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Tells how long a server may use its worlds. Both clocks count, the monotonic one and that of the day, because one of them
 * stands still while a machine sleeps.
 */
export class Lease {
  #extended = 0;
  #extendedOfDay = 0;
  #isEnded = false;
  #waiters: Waiter[] = [];

  /** Whether the locks are certainly held. */
  get holds(): boolean {
    const end = this.#extended + LEASE_MS;
    return !this.#isEnded && performance.now() < end && Date.now() < this.#extendedOfDay + LEASE_MS;
  }

  /** Resolves when the locks are certainly held again, after a delay. @throws when the session has ended */
  held(): Promise<void> {
    if (this.holds) return Promise.resolve();
    if (this.#isEnded) return Promise.reject(new Error('the connection is lost'));
    return new Promise((resolve, reject) => void this.#waiters.push({ resolve, reject }));
  }

  /** Sends a heartbeat. If it succeeds, the lease is renewed from the time the heartbeat was sent. */
  async extend(heartbeat: () => Promise<void>): Promise<void> {
    const sent = performance.now();
    const sentOfDay = Date.now();
    await heartbeat();
    // Two connections send heartbeats, so that an earlier one may arrive later.
    this.#extended = Math.max(this.#extended, sent);
    this.#extendedOfDay = Math.max(this.#extendedOfDay, sentOfDay);
    if (!this.holds) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve } of waiters) resolve();
  }

  end(cause: unknown): void {
    this.#isEnded = true;
    for (const { reject } of this.#waiters) reject(cause);
    this.#waiters = [];
  }
}
