import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend, Call, Credentials, Result } from '../../core/operation.js';
import { type BreakerState, createBreaker } from './breaker.js';
import { createDeadline, type Deadline } from './deadline.js';
import { encode, type WireRequest } from './encode.js';
import { doubt, UpstreamFailure } from './failures.js';
import { type LiveLimits, defaultLimits } from './limits.js';
import { attempting, createBudget } from './retry.js';
import { createSender } from './send.js';

/** Told what happens between here and Twilio. */
export interface LiveObserver {
  /** `status` is Twilio's, or the name of the failure. */
  attempted(operation: string, status: string, seconds: number): void;
  retried(operation: string, reason: string): void;
  breaker(state: BreakerState): void;
}

export interface LiveOptions {
  /** See upstreamOrigin. */
  readonly origin: string;
  readonly credentials: Credentials | undefined;
  /** Send the credentials of Twilio surface callers in place of ours. */
  readonly passCredentials: boolean;
  readonly userAgent: string;
  readonly log: Log;
  readonly limits?: Partial<LiveLimits> | undefined;
  readonly observer?: LiveObserver | undefined;
  readonly random?: () => number;
}

/** Twilio itself, as a backend. */
export interface LiveBackend extends Backend {
  /** Why this process should get no traffic now; nothing when it may. */
  notReadyReason(): string | undefined;
  /** Requests to Twilio that are under way or wait for a connection. */
  inFlight(): number;
  close(): Promise<void>;
}

/** Asks Twilio: over kept connections, within deadlines, again where that is safe, and not at all while it is down. */
export function createLive(options: LiveOptions): LiveBackend {
  const { origin, credentials, passCredentials, log, observer, random = Math.random } = options;
  const limits: LiveLimits = { ...defaultLimits, ...options.limits };
  const { connections, queue, timeout, retries, retryPause } = limits;
  const sender = createSender({ ...limits, origin, userAgent: options.userAgent });
  const budget = createBudget(limits.retryReserve, limits.retryShare);
  const ours = credentials && basic(credentials);
  let inFlight = 0;

  const breaker = createBreaker({
    origin,
    window: limits.breakerWindow,
    minimum: limits.breakerMinimum,
    pause: limits.breakerPause,
    onChange(state) {
      observer?.breaker(state);
      if (state === 'open') log.error({ origin }, `${origin} fails too often: not asked for ${limits.breakerPause} ms`);
      else log.warn({ origin }, state === 'closed' ? `${origin} answers again` : `${origin} is tried again`);
    },
  });

  async function answer(call: Call): Promise<Result> {
    const request = encode(call);
    const theirs = passCredentials ? call.caller.credentials : undefined;
    const authorization = theirs === undefined ? ours : basic(theirs);
    if (authorization === undefined) throw noCredentials();
    const deadline = createDeadline({
      milliseconds: timeout,
      caller: call.caller.signal,
      late: () => late(origin, timeout, request),
      gone: () => gone(request),
    });
    const retry = {
      retries,
      pause: retryPause,
      budget,
      random,
      onRetry(reason: string, wait: number) {
        observer?.retried(request.operation, reason);
        log.warn({ ...named(call), reason, wait: Math.round(wait) }, `\`${request.operation}\` is tried again`);
      },
    };
    try {
      const attempt = () => breaker.run(() => send(call, request, authorization, deadline));
      return await attempting(request.method, attempt, deadline, retry);
    } finally {
      deadline.clear();
    }
  }

  async function send(call: Call, request: WireRequest, authorization: string, deadline: Deadline): Promise<Result> {
    if (inFlight >= connections + queue) throw busy(connections, queue);
    const started = performance.now();
    const tell = (status: string, twilioRequestId?: string) => {
      const seconds = (performance.now() - started) / 1000;
      observer?.attempted(request.operation, status, seconds);
      const message = `${origin} ${request.method} ${request.operation} ${status}`;
      log.info({ twilioRequestId, seconds, ...named(call) }, message);
    };
    inFlight += 1;
    try {
      const result = await sender.send(request, authorization, deadline);
      tell(String(result.status), result.headers['twilio-request-id']);
      return result;
    } catch (error) {
      tell(error instanceof UnderstudyError ? error.name : 'failed');
      throw error;
    } finally {
      inFlight -= 1;
    }
  }

  return {
    answer,
    notReadyReason: () => (breaker.isOpen() ? `${origin} fails too often` : undefined),
    inFlight: () => inFlight,
    close: () => sender.close(),
  };
}

function named({ operation, caller }: Call) {
  return { operation: operation.name, surface: caller.surface, requestId: caller.requestId };
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function noCredentials(): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NO_CREDENTIALS',
    'There are no credentials for Twilio, and nothing was sent: set TWILIO_USER and TWILIO_PASS where understudy runs.',
  );
}

function late(origin: string, timeout: number, request: WireRequest): UnderstudyError {
  const message = `${origin} gave no answer within ${timeout} ms.${doubt(request)}`;
  return new UpstreamFailure('UNDERSTUDY_UPSTREAM_TIMEOUT', 'late', message);
}

function gone(request: WireRequest): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_CANCELLED', `The caller went away before Twilio answered.${doubt(request)}`);
}

function busy(connections: number, queue: number): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BUSY',
    `${connections} requests to Twilio are under way and ${queue} wait: nothing was sent, try again soon.`,
    { retryAfter: 1 },
  );
}
