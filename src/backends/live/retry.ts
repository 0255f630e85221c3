import { UnderstudyError } from '../../core/errors.js';
import type { HttpMethod, Result } from '../../core/operation.js';
import { OUTAGES } from './breaker.js';
import type { Deadline } from './deadline.js';
import { UpstreamFailure } from './failures.js';

export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds before the first retry, at the most; each further one may wait twice as long. */
  readonly pause: number;
  readonly budget: Budget;
  readonly random: () => number;
  readonly onRetry: (reason: string, wait: number) => void;
}

/** What came of one attempt. */
export type Attempt = { readonly result: Result } | { readonly failure: UnderstudyError };

const LONGEST_PAUSE = 5000;

/**
 * Attempts until there is an answer that another attempt would not better, or none is left, or the time does not
 * suffice for one. The last attempt's outcome is what the caller gets: Twilio's own words, when there are any.
 */
export async function attempting(
  method: HttpMethod,
  attempt: () => Promise<Result>,
  deadline: Deadline,
  { retries, pause, budget, random, onRetry }: RetryOptions,
): Promise<Result> {
  budget.earn();
  for (let count = 0; ; count++) {
    // oxlint-disable-next-line no-await-in-loop -- each attempt depends on the one before
    const outcome = await settle(attempt);
    const reason = count < retries ? reasonToRetry(method, outcome) : undefined;
    if (reason === undefined) return giveBack(outcome);
    const wait = waitAfter(outcome) ?? (0.5 + random() / 2) * Math.min(LONGEST_PAUSE, pause * 2 ** count);
    if (wait >= deadline.remaining() || !budget.spend()) return giveBack(outcome);
    onRetry(reason, wait);
    // oxlint-disable-next-line no-await-in-loop
    await pauseFor(wait, deadline);
  }
}

async function settle(attempt: () => Promise<Result>): Promise<Attempt> {
  try {
    return { result: await attempt() };
  } catch (error) {
    if (error instanceof UnderstudyError) return { failure: error };
    throw error;
  }
}

function giveBack(outcome: Attempt): Result {
  if ('failure' in outcome) throw outcome.failure;
  return outcome.result;
}

/**
 * Why a further attempt is safe and promises more; nothing where it is not. A 429 was not carried out, and neither was
 * what never left. All else may have been, and only reading and deleting may be done twice.
 */
export function reasonToRetry(method: HttpMethod, outcome: Attempt): string | undefined {
  if ('result' in outcome) {
    const { status } = outcome.result;
    return status === 429 || (method !== 'POST' && OUTAGES.has(status)) ? String(status) : undefined;
  }
  const { failure } = outcome;
  if (!(failure instanceof UpstreamFailure)) return undefined;
  return failure.stage === 'unsent' || (failure.stage === 'broken' && method !== 'POST') ? failure.name : undefined;
}

/** Milliseconds that `Retry-After` asks for, as seconds or as a date. */
function waitAfter(outcome: Attempt): number | undefined {
  const header = 'result' in outcome ? outcome.result.headers['retry-after'] : undefined;
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function pauseFor(wait: number, deadline: Deadline): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, wait);
    deadline.onEnd((why) => {
      clearTimeout(timer);
      reject(why);
    });
  });
}

/** Keeps retries to a part of the calls, so that they cannot make an outage worse. */
export interface Budget {
  /** Each call adds its part. */
  earn(): void;
  /** Takes one retry, when there is one. */
  spend(): boolean;
}

/** `reserve` retries at the start and at the most, and `share` of one for each call. */
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
