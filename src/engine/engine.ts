import { type Body, bodyOf } from '../core/body.js';
import { UnderstudyError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { MaybePromise } from '../core/maybe-promise.js';
import type {
  Backend,
  Call,
  Caller,
  Engine,
  Input,
  Operation,
  Outcome,
  RawRequest,
  Result,
  SurfaceName,
} from '../core/operation.js';
import type { Binding } from './binding.js';
import { type CheckOptions, createChecks, type ViolationObserver } from './deferred-checks.js';
import type { Journal } from './journal.js';
import { passthroughCall } from './passthrough.js';

export interface EngineOptions extends CheckOptions {
  readonly binding: Binding;
  readonly backend: Backend;
  readonly journal: Journal;
  readonly clock: { now(): number };
  /** Refuse fields and parameters that the operation does not declare. Twilio ignores them. Default: false. */
  readonly strict?: boolean | undefined;
  readonly observer?: EngineObserver | undefined;
}

/** Counts exchanges. */
export interface EngineObserver extends ViolationObserver {
  answered(operation: string, surface: SurfaceName, status: number, seconds: number): void;
}

/** A call that has no result yet. */
interface BegunCall {
  readonly bound: Call;
  readonly ignored: readonly string[];
  readonly name: string;
  /** In milliseconds since 1970, and by `performance.now()`. */
  readonly time: number;
  readonly started: number;
}

export interface RunningEngine extends Engine {
  /** Answers a request that no operation describes. @throws UnderstudyError if it cannot be answered */
  readonly passThrough: (request: RawRequest, baseUri: string, caller: Caller) => MaybePromise<Outcome>;
  /** Resolves when every response sent so far has been checked. */
  readonly settled: () => Promise<void>;
}

/** Creates the entry point of all surfaces: bind the input, let the backend answer, add the exchange to the journal. */
export function createEngine(options: EngineOptions): RunningEngine {
  const { binding, backend, journal, log, clock, observer, strict = false } = options;
  const checks = createChecks(options);

  function reportIgnored(operation: Operation, ignored: readonly [string, ...string[]]): void {
    if (strict) throw binding.unknownField(operation, ignored[0]);
    const name = binding.nameOf(operation);
    log.warn(
      { operation: name, ignored },
      `\`${name}\`: ignored ${ignored.join(', ')}, which the operation does not declare`,
    );
  }

  function call(nameOrId: string, input: Input, caller: Caller): MaybePromise<Outcome> {
    const { call: bound, ignored } = binding.bind(nameOrId, input, caller);
    if (isNonEmpty(ignored)) reportIgnored(bound.operation, ignored);
    return run(bound, ignored);
  }

  /** Calls the backend. The rest is made of functions that need no closures, unless the backend returns a promise. */
  function run(bound: Call, ignored: readonly string[]): MaybePromise<Outcome> {
    // Durations use real time: `clock` may stand still.
    const begun = {
      bound,
      ignored,
      name: binding.nameOf(bound.operation),
      time: clock.now(),
      started: performance.now(),
    };
    let result: MaybePromise<Result>;
    try {
      result = backend.answer(bound);
    } catch (error) {
      return fail(begun, error);
    }
    if (!(result instanceof Promise)) return succeed(begun, result);
    return result.then(
      (value) => succeed(begun, value),
      (error: unknown) => fail(begun, error),
    );
  }

  function succeed(begun: BegunCall, result: Result): Outcome {
    const { bound, name, ignored } = begun;
    const { operation, caller } = bound;
    const { status, body } = result;
    const id = record(begun, status, body, result.headers);
    if (operation.isUnpublished !== true && checks.admits(operation, body)) {
      checks.add({ id, name, operation, surface: caller.surface, status, body });
    }
    return { result, ignored };
  }

  function fail(begun: BegunCall, error: unknown): never {
    const failure = toUnderstudyError(error, begun.name, log);
    record(begun, failure.status, bodyOf(failure.body), noHeaders);
    throw failure;
  }

  /** @returns the id of the exchange in the journal */
  function record(
    { bound, ignored, name, time, started }: BegunCall,
    status: number,
    body: Body | null,
    headers: Result['headers'],
  ): number {
    const milliseconds = performance.now() - started;
    observer?.answered(name, bound.caller.surface, status, milliseconds / 1000);
    // Anyone can send these, and would push the calls of others out of the journal.
    if (bound.operation.isPublic === true && status >= 400) return NOT_RECORDED;
    // The journal lives longer than the call, and must not keep a file and its connection.
    const isLarge = bound.upload !== undefined || bound.raw !== undefined;
    const kept = isLarge ? { ...bound, upload: undefined, raw: undefined } : bound;
    const id = journal.add({ time, started, name, call: kept, status, body, headers, milliseconds, ignored });
    bound.notes.exchange = id;
    return id;
  }

  return {
    operations: binding.operations,
    call,
    passThrough: (request, baseUri, caller) => run(passthroughCall(request, baseUri, caller), noNames),
    settled: checks.settled,
  };
}

/** In place of an id. Ids begin with 1. */
const NOT_RECORDED = 0;

const noHeaders: Result['headers'] = {};
const noNames: readonly string[] = [];

function isNonEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

/** Logs an unexpected error and hides its details from the caller. */
function toUnderstudyError(error: unknown, operation: string, log: Log): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  log.error({ err: error, operation }, `\`${operation}\` failed`);
  return new UnderstudyError(
    'UNDERSTUDY_INTERNAL',
    `\`${operation}\` failed inside understudy. The log has the details.`,
    { cause: error },
  );
}
