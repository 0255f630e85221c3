import type { UnderstudyError } from '../../core/errors.js';
import type { CallerSignal } from '../../core/operation.js';

/** Ends a call when its time is over, or when its caller went away. */
export interface Deadline {
  /** Milliseconds left. */
  remaining(): number;
  /**
   * Has `end` called with the error that the call ends in: at once, when it is over already. It takes the place of the
   * one before, as a call waits for one thing at a time.
   */
  onEnd(end: (why: UnderstudyError) => void): void;
  /** To be called when the call is over, so that nothing is left behind. */
  clear(): void;
}

export interface DeadlineOptions {
  readonly milliseconds: number;
  readonly caller: CallerSignal | undefined;
  readonly late: () => UnderstudyError;
  readonly gone: () => UnderstudyError;
}

/** Without a signal of its own: to make one and to listen to it was the dearest part of a call. */
export function createDeadline({ milliseconds, caller, late, gone }: DeadlineOptions): Deadline {
  let why: UnderstudyError | undefined;
  let tell: ((why: UnderstudyError) => void) | undefined;
  const end = performance.now() + milliseconds;
  const over = (error: UnderstudyError) => {
    why ??= error;
    tell?.(why);
  };
  const leave = () => over(gone());
  const timer = setTimeout(() => over(late()), milliseconds);
  if (caller?.aborted === true) leave();
  else caller?.addEventListener('abort', leave);
  return {
    remaining: () => end - performance.now(),
    onEnd(listener) {
      tell = listener;
      if (why !== undefined) listener(why);
    },
    clear() {
      tell = undefined;
      clearTimeout(timer);
      caller?.removeEventListener('abort', leave);
    },
  };
}
