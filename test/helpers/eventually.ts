import { vi } from 'vitest';

/** Repeats a check until it passes, e.g. when other processes have done something. The machine may be slow. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 50_000, interval: 10 });
}
