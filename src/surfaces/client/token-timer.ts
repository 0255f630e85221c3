import type { AccessToken } from '../../core/access-token.js';

/**
 * How long before its end a client is told that its token expires (documentation). If less is left, at half of that: the SDK
 * warns its app only when it is told to.
 */
const WARNING_MS = 3 * 60_000;
/** The longest delay of a Node timer. */
const MAX_DELAY = 2 ** 31 - 1;

/** Follows the life of a token by the machine's clock: apps make tokens by theirs, whatever the time in a world. */
export class TokenTimer {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    readonly onWarning: () => void,
    readonly onEnd: () => void,
  ) {}

  start({ expires }: AccessToken): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const left = expires - Date.now();
    this.#at(expires - Math.min(WARNING_MS, left / 2), () => {
      this.#at(expires, this.onEnd);
      this.onWarning();
    });
  }

  /** For good: a token may still be accepted while its connection closes. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #at(time: number, run: () => void): void {
    const left = Math.max(0, time - Date.now());
    const next = left > MAX_DELAY ? () => this.#at(time, run) : run;
    this.#timer = setTimeout(next, Math.min(left, MAX_DELAY)).unref();
  }
}
