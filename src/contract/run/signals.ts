import { setMaxListeners } from 'node:events';

/** How long a write may continue after the run was aborted, in milliseconds. */
const GRACE_PERIOD = 2000;

/** Aborts with the given signal, or after a timeout. */
export function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/**
 * Like `withTimeout`, but follows the signal only after a grace period. For writes: one that is cut off at once may still
 * succeed, and cleanup would not know about the record.
 */
export function withGracePeriod(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  if (signal === undefined) return withTimeout(signal, timeoutMs);
  const delayed = new AbortController();
  const abortLater = (): void => void setTimeout(() => delayed.abort(signal.reason), GRACE_PERIOD).unref();
  if (signal.aborted) abortLater();
  else signal.addEventListener('abort', abortLater, { once: true });
  // Every write of a run adds one listener, which is not a leak.
  setMaxListeners(0, signal);
  return withTimeout(delayed.signal, timeoutMs);
}
