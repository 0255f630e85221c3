import { UnderstudyError } from '../../core/errors.js';
import type { Result } from '../../core/operation.js';
import { GATEWAY_ERRORS } from './breaker.js';
import type { Deadline } from './deadline.js';
import { UpstreamFailure } from './failures.js';

export interface RetryOptions {
  /** Attempts after the first one. */
  readonly retries: number;
  /** Longest pause before the first retry, in milliseconds. Doubles with each further retry. */
  readonly pause: number;
  readonly budget: Budget;
  readonly random: () => number;
  readonly onRetry: (reason: string, waitMs: number) => void;
}

/** The outcome of one attempt. */
type Attempt = { readonly result: Result } | { readonly failure: UnderstudyError };

const MAX_PAUSE = 5000;

/**
 * Repeats a request until a retry would not help, would not be safe, or would exceed the retries, the budget or the
 * deadline. Returns or throws the outcome of the last attempt, so the caller sees Twilio's own response if there is one.
 */
export async function withRetries(
  method: string,
  attempt: () => Promise<Result>,
  deadline: Deadline,
  { retries, pause, budget, random, onRetry }: RetryOptions,
): Promise<Result> {
  budget.earn();
  for (let count = 0; ; count++) {
    let outcome: Attempt;
    try {
      // oxlint-disable-next-line no-await-in-loop -- each attempt depends on the previous one
      outcome = { result: await attempt() };
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error;
      outcome = { failure: error };
    }
    const reason = count < retries ? reasonToRetry(method, outcome) : undefined;
    if (reason === undefined) return unwrap(outcome);
    const wait = retryAfterMs(outcome) ?? (0.5 + random() / 2) * Math.min(MAX_PAUSE, pause * 2 ** count);
    if (wait >= deadline.remaining() || !budget.spend()) return unwrap(outcome);
    onRetry(reason, wait);
    // oxlint-disable-next-line no-await-in-loop
    await sleep(wait, deadline);
  }
}

function unwrap(outcome: Attempt): Result {
  if ('failure' in outcome) throw outcome.failure;
  return outcome.result;
}

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * Why a retry is safe and may help; `undefined` when it is not. A request that was answered with 429 or never sent was
 * not carried out. Any other failed request may have been, so only GET and DELETE are repeated (and HEAD).
 */
function reasonToRetry(method: string, outcome: Attempt): string | undefined {
  if ('result' in outcome) {
    const { status } = outcome.result;
    return status === 429 || (REPEATABLE.has(method) && GATEWAY_ERRORS.has(status)) ? String(status) : undefined;
  }
  const { failure } = outcome;
  if (!(failure instanceof UpstreamFailure)) return undefined;
  const isSafe = failure.phase === 'unsent' || (failure.phase === 'interrupted' && REPEATABLE.has(method));
  return isSafe ? failure.name : undefined;
}

/** The value of `Retry-After` (seconds or a date) in milliseconds. */
function retryAfterMs(outcome: Attempt): number | undefined {
  const header = 'result' in outcome ? outcome.result.headers['retry-after'] : undefined;
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function sleep(milliseconds: number, deadline: Deadline): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    deadline.onEnd((reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}

/** Limits retries to a fraction of the calls, so that retries cannot make an outage worse. */
export interface Budget {
  /** Called once per call. */
  earn(): void;
  /** Takes one retry from the budget. Returns false when the budget is used up. */
  spend(): boolean;
}

/** Starts with `reserve` retries, which is also the maximum, and adds `share` of a retry per call. */
export function createBudget(reserve: number, share: number): Budget {
  let left = reserve;
  return {
    earn: () => void (left = Math.min(reserve, left + share)),
    spend: () => {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
