import type { UnderstudyError } from '../../core/errors.js';
import type { CallerSignal } from '../../core/operation.js';

/** Ends a call when its time is up or its caller disconnects. */
export interface Deadline {
  /** Milliseconds left. */
  remaining(): number;
  /**
   * Registers the listener that receives the error when the call ends; it runs immediately if the call has already
   * ended. A call waits for one thing at a time, so each listener replaces the previous one.
   */
  onEnd(listener: (reason: UnderstudyError) => void): void;
  /** Releases the timer and the caller's signal. Must run when the call is done. */
  clear(): void;
}

export interface DeadlineOptions {
  readonly milliseconds: number;
  readonly caller: CallerSignal | undefined;
  readonly timeoutError: () => UnderstudyError;
  readonly disconnectError: () => UnderstudyError;
}

/** Uses callbacks rather than an AbortSignal: creating and observing one was the most expensive part of a call. */
export function createDeadline(options: DeadlineOptions): Deadline {
  const { milliseconds, caller, timeoutError, disconnectError } = options;
  let reason: UnderstudyError | undefined;
  let listener: ((reason: UnderstudyError) => void) | undefined;
  const end = performance.now() + milliseconds;
  const endWith = (error: UnderstudyError) => {
    reason ??= error;
    listener?.(reason);
  };
  const onAbort = () => endWith(disconnectError());
  const timer = setTimeout(() => endWith(timeoutError()), milliseconds);
  if (caller?.aborted === true) onAbort();
  else caller?.addEventListener('abort', onAbort);
  return {
    remaining: () => end - performance.now(),
    onEnd(next) {
      listener = next;
      if (reason !== undefined) listener(reason);
    },
    clear() {
      listener = undefined;
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
