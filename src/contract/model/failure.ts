import { setMaxListeners } from 'node:events';

/** Aborted when the run is, or when the time for one call is up. */
export function deadline(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** A reason in one line, with what lies beneath: `fetch failed` alone helps nobody. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within the time allowed';
  const { cause } = error;
  const code = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined;
  return code === undefined || code === '' ? error.message : `${error.message} (${code})`;
}

/** Thrown by a target to end the whole run, as when a budget is spent: no fault of what was asked. */
export class RunEnds extends Error {
  override readonly name = 'RunEnds';
}

/** How long a write may still take when the run is stopped, in milliseconds. */
const GRACE = 2000;

/**
 * The same for a write: cut off at once, it might be made all the same, and nobody would know of what is then left over.
 */
export function lenient(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  if (signal === undefined) return deadline(signal, timeoutMs);
  const late = new AbortController();
  const stop = (): void => void setTimeout(() => late.abort(signal.reason), GRACE).unref();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  // One listener for each write of a run is no leak.
  setMaxListeners(0, signal);
  return deadline(late.signal, timeoutMs);
}
