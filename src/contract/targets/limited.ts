import { RunEnds } from '../model/failure.js';
import type { Answer, Target } from '../model/target.js';

/** What a run may cost, over all its targets together. */
export interface Budget {
  /** Waits for a free place. What `tidies` up is never refused. @throws RunEnds when no request is left. */
  spend(tidies: boolean): Promise<void>;
  readonly spent: () => number;
}

/** At most `requests` in all and `rate` in a second, evenly spread. */
export function createBudget({ requests, rate }: { requests: number; rate: number }): Budget {
  const gap = 1000 / rate;
  let spent = 0;
  let next = 0;
  return {
    spent: () => spent,
    async spend(tidies) {
      spent += 1;
      if (spent > requests && !tidies)
        throw new RunEnds(`the budget of ${requests} requests is spent: raise --requests`);
      const now = performance.now();
      const at = Math.max(now, next);
      next = at + gap;
      if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
    },
  };
}

const MOST_RETRIES = 4;

/** A target that keeps to a budget, and asks again when it was told that it asked too often. */
export function limitedTarget(target: Target, budget: Budget): Target {
  return {
    ...(target.curl && { curl: target.curl.bind(target) }),
    ...(target.close && { close: target.close }),
    async call(operation, input, signal): Promise<Answer> {
      for (let attempt = 0; ; attempt += 1) {
        await budget.spend(operation.method === 'DELETE');
        const answer = await target.call(operation, input, signal);
        if (answer.status !== 429 || attempt === MOST_RETRIES) return answer;
        const seconds = Number(answer.headers?.['retry-after'] ?? 2 ** attempt);
        await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 30) * 1000));
      }
    },
  };
}
