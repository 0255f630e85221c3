import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend, Call, Credentials, Result } from '../../core/operation.js';
import { type BreakerState, createBreaker } from './breaker.js';
import { createDeadline } from './deadline.js';
import { encode, type WireRequest } from './encode.js';
import { UpstreamFailure, writeWarning } from './failures.js';
import { type LiveLimits, defaultLimits } from './limits.js';
import { createBudget, withRetries } from './retry.js';
import { createSender } from './send.js';
import { createStreams, isStreamed } from './streams.js';

/** Receives metrics about the traffic to Twilio. */
export interface LiveObserver {
  /** `status` is Twilio's HTTP status or the name of the failure. */
  attempted(operation: string, status: string, seconds: number): void;
  retried(operation: string, reason: string): void;
  breaker(state: BreakerState): void;
}

export interface LiveOptions {
  /** See upstreamOrigin. */
  readonly origin: string;
  /** What paths begin with there; empty by default. */
  readonly prefix?: string | undefined;
  readonly credentials: Credentials | undefined;
  /** Send the credentials of Twilio surface callers instead of ours. */
  readonly passCredentials: boolean;
  readonly userAgent: string;
  readonly log: Log;
  readonly limits?: Partial<LiveLimits> | undefined;
  readonly observer?: LiveObserver | undefined;
  readonly random?: () => number;
}

/** The backend that forwards calls to Twilio. */
export interface LiveBackend extends Backend {
  /** Why this process should receive no traffic now; `undefined` when it is ready. */
  notReadyReason(): string | undefined;
  /** Requests to Twilio that are in flight or waiting for a connection. */
  inFlight(): number;
  close(): Promise<void>;
}

/** Forwards calls to Twilio with keep-alive connections, deadlines, safe retries and a circuit breaker. */
export function createLive(options: LiveOptions): LiveBackend {
  const { origin, prefix = '', credentials, passCredentials, log, observer, random = Math.random } = options;
  const limits: LiveLimits = { ...defaultLimits, ...options.limits };
  const { connections, queue, timeout, retries, retryPause } = limits;
  const { userAgent } = options;
  const sender = createSender({ ...limits, origin, prefix, userAgent });
  const streams = createStreams({ origin, prefix, userAgent, limits });
  const budget = createBudget(limits.retryReserve, limits.retryShare);
  const ownAuthorization = credentials && basic(credentials);
  let inFlight = 0;

  const breaker = createBreaker({
    origin,
    window: limits.breakerWindow,
    minimum: limits.breakerMinimum,
    pause: limits.breakerPause,
    onChange(state) {
      observer?.breaker(state);
      if (state === 'open') {
        log.error(
          { origin },
          `Circuit breaker open: most requests to ${origin} fail. Pausing ${limits.breakerPause} ms`,
        );
      } else if (state === 'closed') {
        log.warn({ origin }, `Circuit breaker closed: ${origin} responds again`);
      } else {
        log.warn({ origin }, `Circuit breaker half-open: testing ${origin} with one request`);
      }
    },
  });

  async function answer(call: Call): Promise<Result> {
    const request = encode(call);
    const callersCredentials = passCredentials ? call.caller.credentials : undefined;
    const authorization = callersCredentials === undefined ? ownAuthorization : basic(callersCredentials);
    if (authorization === undefined && call.operation.isPublic !== true) throw noCredentials();
    const tracked = (run: () => Promise<Result>) => breaker.run(() => track(call, request, run));
    if (isStreamed(call)) return tracked(() => streams.answer(call, authorization));
    const deadline = createDeadline({
      milliseconds: timeout,
      caller: call.caller.signal,
      timeoutError: () => timedOut(origin, timeout, request),
      disconnectError: () => callerDisconnected(request),
    });
    const retry = {
      retries,
      pause: retryPause,
      budget,
      random,
      onRetry(reason: string, waitMs: number) {
        observer?.retried(call.operation.name, reason);
        const wait = Math.round(waitMs);
        log.warn({ ...logFields(call), reason, wait }, `Retrying \`${request.operation}\` in ${wait} ms: ${reason}`);
      },
    };
    try {
      const attempt = () => tracked(() => sender.send(request, authorization, deadline));
      return await withRetries(request.method, attempt, deadline, retry);
    } finally {
      deadline.clear();
    }
  }

  /** Limits, counts and logs one attempt. */
  function track(call: Call, request: WireRequest, run: () => Promise<Result>): Promise<Result> {
    if (inFlight >= connections + queue) throw busy(connections, queue);
    const started = performance.now();
    const end = (status: string, twilioRequestId?: string): void => {
      inFlight -= 1;
      const { operation, caller } = call;
      const seconds = (performance.now() - started) / 1000;
      observer?.attempted(operation.name, status, seconds);
      const what = call.raw === undefined ? `${request.method} ${request.operation}` : request.operation;
      const { surface, requestId } = caller;
      log.info(
        { twilioRequestId, seconds, operation: operation.name, surface, requestId },
        `${origin} ${what} ${status}`,
      );
    };
    inFlight += 1;
    return run().then(
      (result) => {
        end(String(result.status), result.headers['twilio-request-id']);
        return result;
      },
      (error: unknown) => {
        end(error instanceof UnderstudyError ? error.name : 'failed');
        throw error;
      },
    );
  }

  return {
    answer,
    notReadyReason: () => (breaker.isOpen() ? `most recent requests to ${origin} failed` : undefined),
    inFlight: () => inFlight,
    async close() {
      await Promise.all([sender.close(), streams.close()]);
    },
  };
}

function logFields({ operation, caller }: Call) {
  return { operation: operation.name, surface: caller.surface, requestId: caller.requestId };
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function noCredentials(): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NO_CREDENTIALS',
    'No credentials for Twilio are configured, so nothing was sent. Set TWILIO_USER and TWILIO_PASS in the environment ' +
      'of understudy.',
  );
}

function timedOut(origin: string, timeout: number, request: WireRequest): UnderstudyError {
  const message = `${origin} did not respond within ${timeout} ms.${writeWarning(request)}`;
  return new UpstreamFailure('UNDERSTUDY_UPSTREAM_TIMEOUT', 'timed-out', message);
}

function callerDisconnected(request: WireRequest): UnderstudyError {
  const message = `The caller disconnected before Twilio responded.${writeWarning(request)}`;
  return new UnderstudyError('UNDERSTUDY_CANCELLED', message);
}

function busy(connections: number, queue: number): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BUSY',
    `${connections} requests to Twilio are in flight and ${queue} are waiting, so nothing was sent. Try again in 1 s, ` +
      'or raise --connections or --queue.',
    { retryAfter: 1 },
  );
}
