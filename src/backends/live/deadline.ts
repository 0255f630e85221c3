import type { UnderstudyError } from '../../errors.js';

/** Ends a call when its time is over, or when its caller went away. */
export interface Deadline {
  /** Aborted with the error that the call then ends in. */
  readonly signal: AbortSignal;
  /** Milliseconds left. */
  remaining(): number;
  /** To be called when the call is over, so that nothing is left behind. */
  clear(): void;
}

export interface DeadlineOptions {
  readonly milliseconds: number;
  readonly caller: AbortSignal | undefined;
  readonly late: () => UnderstudyError;
  readonly gone: () => UnderstudyError;
}

/** By hand, as the joined signals of the platform stay in memory for as long as the caller's signal does. */
export function createDeadline({ milliseconds, caller, late, gone }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const end = performance.now() + milliseconds;
  const timer = setTimeout(() => controller.abort(late()), milliseconds);
  const leave = () => controller.abort(gone());
  if (caller?.aborted === true) leave();
  else caller?.addEventListener('abort', leave, { once: true });
  return {
    signal: controller.signal,
    remaining: () => end - performance.now(),
    clear() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', leave);
    },
  };
}
