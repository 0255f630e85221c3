import { CircuitState, circuitBreaker, CountBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { UnderstudyError } from '../../core/errors.js';
import type { Result } from '../../core/operation.js';
import { UpstreamFailure } from './failures.js';

export interface BreakerOptions {
  readonly origin: string;
  /** The breaker opens when more than half of the last `window` attempts failed, once `minimum` attempts were made. */
  readonly window: number;
  readonly minimum: number;
  /** How long the breaker stays open before it lets one attempt through, in milliseconds. */
  readonly pause: number;
  readonly onChange: (state: BreakerState) => void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Circuit breaker: while Twilio is down, calls fail immediately instead of waiting for a timeout. */
export interface Breaker {
  /** @throws UnderstudyError immediately while the breaker is open */
  run(attempt: () => Promise<Result>): Promise<Result>;
  /** Whether the next attempt would be refused. False once the pause is over, because an attempt has to test Twilio. */
  isOpen(): boolean;
}

/** Sent by a gateway when the server behind it did not answer. */
export const GATEWAY_ERRORS: ReadonlySet<number> = new Set([502, 503, 504]);

const STATES = new Map<CircuitState, BreakerState>([
  [CircuitState.Closed, 'closed'],
  [CircuitState.HalfOpen, 'half-open'],
]);

export function createBreaker({ origin, window, minimum, pause, onChange }: BreakerOptions): Breaker {
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof UpstreamFailure).orWhenResult((result) =>
      GATEWAY_ERRORS.has((result as Result).status),
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
    run: (attempt) =>
      policy.execute(attempt).catch((error: unknown) => {
        throw isBrokenCircuitError(error) ? breakerOpen(origin, openUntil - Date.now(), error) : error;
      }),
    isOpen: () => openUntil > Date.now(),
  };
}

function breakerOpen(origin: string, waitMs: number, cause: unknown): UnderstudyError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `Most recent requests to ${origin} failed, so nothing was sent. Try again in ${retryAfter} s.`;
  return new UnderstudyError('UNDERSTUDY_UPSTREAM_DOWN', message, { cause, retryAfter });
}
