import { CircuitState, circuitBreaker, CountBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { UnderstudyError } from '../../core/errors.js';
import type { Result } from '../../core/operation.js';
import { UpstreamFailure } from './failures.js';

export interface BreakerOptions {
  readonly origin: string;
  /** It opens when more than half of the last `window` attempts failed, and at least `minimum` were made. */
  readonly window: number;
  readonly minimum: number;
  /** Milliseconds until one attempt may try again. */
  readonly pause: number;
  readonly onChange: (state: BreakerState) => void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Stops asking Twilio for a while when it does not answer, so that callers need not wait to learn it. */
export interface Breaker {
  /** @throws UnderstudyError at once while open. */
  run(attempt: () => Promise<Result>): Promise<Result>;
  /** Whether an attempt would be refused now. An open breaker whose pause is over is not: somebody has to try. */
  isOpen(): boolean;
}

/** Answers of a gateway in front of Twilio: whoever was meant did not answer. */
export const OUTAGES: ReadonlySet<number> = new Set([502, 503, 504]);

const STATES = new Map<CircuitState, BreakerState>([
  [CircuitState.Closed, 'closed'],
  [CircuitState.HalfOpen, 'half-open'],
]);

export function createBreaker({ origin, window, minimum, pause, onChange }: BreakerOptions): Breaker {
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof UpstreamFailure).orWhenResult((result) =>
      OUTAGES.has((result as Result).status),
    ),
    {
      halfOpenAfter: pause,
      breaker: new CountBreaker({ threshold: 0.5, size: window, minimumNumberOfCalls: minimum }),
    },
  );
  let openUntil = 0;
  policy.onStateChange((state) => {
    openUntil = state === CircuitState.Open ? Date.now() + pause : 0;
    onChange(STATES.get(state) ?? 'open');
  });

  return {
    async run(attempt) {
      try {
        return await policy.execute(attempt);
      } catch (error) {
        throw isBrokenCircuitError(error) ? down(origin, openUntil - Date.now(), error) : error;
      }
    },
    isOpen: () => openUntil > Date.now(),
  };
}

function down(origin: string, wait: number, cause: unknown): UnderstudyError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  const message = `${origin} has failed too often of late: nothing was sent, try again in ${retryAfter} s.`;
  return new UnderstudyError('UNDERSTUDY_UPSTREAM_DOWN', message, { cause, retryAfter });
}
