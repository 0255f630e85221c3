/** Describes an error in one line. Includes the cause, because `fetch failed` alone explains nothing. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no response before the timeout';
  // No address of a host can be connected to: Node gives the error no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describeError).join(', ');
  const { cause } = error;
  const code = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined;
  return code === undefined || code === '' ? error.message : `${error.message} (${code})`;
}

/** Stops the whole run, for example when the request budget is spent. It is not a failure of the target. */
export class RunAborted extends Error {
  override readonly name = 'RunAborted';
}
