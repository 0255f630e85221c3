/** Aborted when the run is, or when the time for one call is up. */
export function deadline(signal: AbortSignal | undefined, patience: number): AbortSignal {
  const timeout = AbortSignal.timeout(patience);
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
