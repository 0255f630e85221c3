import type { Target } from '../model/target.js';

/** A target whose answers say how long they took. */
export function timedTarget(target: Target): Target {
  return {
    ...target,
    async call(operation, input, signal) {
      const started = performance.now();
      const answer = await target.call(operation, input, signal);
      return { ...answer, milliseconds: performance.now() - started };
    },
  };
}
