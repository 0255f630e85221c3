import { RunAborted } from '../model/failure.js';
import type { Target } from '../model/target.js';

/** The number of requests that a run may send to all its targets together, and their rate. */
export interface Budget {
  /** Waits until the next request may be sent. @throws RunAborted if the budget is spent, except during cleanup. */
  spend(isCleanup: boolean): Promise<void>;
  /** How often a request that was answered with 429 is repeated. */
  readonly retries: number;
}

export interface BudgetOptions {
  /** In total. */
  readonly requests: number;
  /** Per second, evenly spread. */
  readonly rate: number;
  /** After 429. Default: 4. */
  readonly retries?: number | undefined;
}

export function createBudget({ requests, rate, retries = 4 }: BudgetOptions): Budget {
  const interval = 1000 / rate;
  let spent = 0;
  let next = 0;
  return {
    retries,
    async spend(isCleanup) {
      spent += 1;
      if (spent > requests && !isCleanup) {
        throw new RunAborted(`the budget of ${requests} requests is spent: raise --requests`);
      }
      const now = performance.now();
      const at = Math.max(now, next);
      next = at + interval;
      if (at > now) await delay(at - now);
    },
  };
}

const MAX_RETRY_SECONDS = 30;

/** A target that respects a budget and retries after 429. */
export function limitedTarget(target: Target, budget: Budget): Target {
  return {
    ...(target.curl && { curl: target.curl.bind(target) }),
    ...(target.close && { close: target.close }),
    ...(target.origin !== undefined && { origin: target.origin }),
    async call(operation, input, signal) {
      for (let attempt = 0; ; attempt += 1) {
        await budget.spend(operation.verb === 'delete');
        const answer = await target.call(operation, input, signal);
        if (answer.status !== 429 || attempt === budget.retries) return answer;
        const seconds = Number(answer.headers?.['retry-after'] ?? 2 ** attempt);
        await delay(Math.min(seconds, MAX_RETRY_SECONDS) * 1000);
      }
    },
  };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
