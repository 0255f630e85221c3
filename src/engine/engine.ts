import { UnderstudyError } from '../core/errors.js';
import { bodyOf, type Body } from '../core/body.js';
import type { Backend, Caller, Engine, Input, Outcome, Result, SurfaceName, Violation } from '../core/operation.js';
import type { MaybePromise } from '../core/maybe-promise.js';
import type { Log } from '../core/log.js';
import type { Binding } from './binding.js';
import { createChecks } from './deferred-checks.js';
import type { Journal } from './journal.js';

export interface EngineOptions {
  readonly binding: Binding;
  readonly backend: Backend;
  readonly journal: Journal;
  readonly log: Log;
  readonly clock: { now(): number };
  /** Compares an answer with the published shape; absent: answers are not checked. */
  readonly check?: ((operation: string, result: Result) => readonly Violation[]) | undefined;
  /** Refuse fields and parameters that the operation does not know, where Twilio ignores them. */
  readonly strict?: boolean | undefined;
  readonly observer?: EngineObserver | undefined;
}

/** Told of every exchange, to count it. */
export interface EngineObserver {
  answered(operation: string, surface: SurfaceName, status: number, seconds: number): void;
  violated(operation: string, surface: SurfaceName, count: number): void;
}

/** An engine that was started and can be stopped. */
export interface RunningEngine extends Engine {
  /** Resolves when every answer given so far has been checked. */
  readonly settled: () => Promise<void>;
}

/** Builds the one door that every surface calls: find the operation, bind the input, let the backend answer, note it. */
export function createEngine(options: EngineOptions): RunningEngine {
  const { binding, backend, journal, log, clock, observer, strict = false } = options;
  const checks = createChecks(options);

  /** Refuses in strict mode, where Twilio would ignore. */
  function say(name: string, ignored: readonly [string, ...string[]]): void {
    if (strict) throw binding.unknownField(name, ignored[0]);
    log.warn({ operation: name, ignored }, `\`${name}\` does not know ${ignored.join(', ')}: ignored, as Twilio does`);
  }

  function call(name: string, input: Input, caller: Caller): MaybePromise<Outcome> {
    const { call: bound, ignored } = binding.bind(name, input, caller);
    if (isSome(ignored)) say(name, ignored);
    const time = clock.now();
    // Time as it passes: the clock may be one that stands still.
    const began = performance.now();

    const note = (status: number, body: Body | null): number => {
      observer?.answered(name, caller.surface, status, (performance.now() - began) / 1000);
      return journal.add({ time, call: bound, status, body, milliseconds: clock.now() - time, ignored });
    };
    const answered = (result: Result): Outcome => {
      checks.add(note(result.status, result.body), bound, result);
      return { result, ignored };
    };
    const failed = (error: unknown): never => {
      const failure = ours(error, name, log);
      note(failure.status, bodyOf(failure.body));
      throw failure;
    };

    let soon: MaybePromise<Result>;
    try {
      soon = backend.answer(bound);
    } catch (error) {
      return failed(error);
    }
    return soon instanceof Promise ? soon.then(answered, failed) : answered(soon);
  }

  return { operations: binding.operations, call, settled: checks.settled };
}

function isSome<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

/** What went wrong inside is for the log; the caller learns only that it was not their doing. */
function ours(error: unknown, operation: string, log: Log): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  log.error({ err: error, operation }, `\`${operation}\` failed`);
  return new UnderstudyError('UNDERSTUDY_INTERNAL', `\`${operation}\` failed inside understudy; its log says why.`, {
    cause: error,
  });
}
