import { storeDown } from './errors.js';

/** How long a server may be silent while it does something that takes long, in milliseconds. */
const BUSY_MS = 60_000;

/** Lets the other servers know while this one may be silent. */
export class Busy {
  #count = 0;

  constructor(
    /** Lets the session be silent for a time in milliseconds; with 0, as usual again. */
    readonly allow: (milliseconds: number) => Promise<unknown>,
  ) {}

  /** Does something that may keep the event loop busy for longer than a server may be silent. */
  async during<T>(act: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      if (this.#count === 1) {
        await this.allow(BUSY_MS).catch((cause: unknown) => {
          throw storeDown(cause);
        });
      }
      return await act();
    } finally {
      this.#count -= 1;
      // If the connection is lost, the next one has nothing to take back.
      if (this.#count === 0) await this.allow(0).catch(() => undefined);
    }
  }
}
