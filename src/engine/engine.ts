import { didYouMean } from '../capability/closest.js';
import { UnderstudyError } from '../errors.js';
import { bodyOf } from '../operation.js';
import type {
  Backend,
  Body,
  Call,
  Caller,
  Engine,
  Input,
  Operation,
  Outcome,
  Result,
  Violation,
} from '../operation.js';
import type { Shapes } from '../capability/shapes.js';
import type { Log } from '../log.js';
import { type Binder, createBinder, type FormFields, formFieldsOf, suggestion } from './input.js';
import type { Journal } from './journal.js';

export interface EngineOptions {
  readonly operations: readonly Operation[];
  /** What is published of each operation: the names of its form fields are asked here. */
  readonly shapes: Pick<Shapes, 'operations'>;
  readonly backend: Backend;
  readonly journal: Journal;
  readonly log: Log;
  readonly clock: { now(): number };
  /** Compares an answer with the published shape; absent: answers are not checked. */
  readonly check?: ((operation: string, result: Result) => readonly Violation[]) | undefined;
  /** Refuse fields and parameters that the operation does not know, where Twilio ignores them. */
  readonly strict?: boolean | undefined;
}

/** An engine that was started and can be stopped. */
export interface RunningEngine extends Engine {
  /** Resolves when every answer given so far has been checked. */
  settled(): Promise<void>;
}

interface Entry {
  readonly operation: Operation;
  readonly fields: FormFields;
  readonly bind: Binder;
}

/** Builds the one door that every surface calls: find the operation, bind the input, let the backend answer, note it. */
export function createEngine(options: EngineOptions): RunningEngine {
  const { operations, shapes, backend, journal, log, clock, strict = false } = options;
  const entries = new Map(operations.map((operation) => [operation.name, entryOf(operation, shapes)]));
  const checks = createChecks(options);

  async function call(name: string, input: Input, caller: Caller): Promise<Outcome> {
    const entry = entries.get(name) ?? unknownOperation(name, entries.keys());
    const { call: bound, ignored } = entry.bind(input, caller);
    if (ignored[0] !== undefined) {
      if (strict) unknownField(entry, ignored[0]);
      log.warn(
        { operation: name, ignored },
        `\`${name}\` does not know ${ignored.join(', ')}: ignored, as Twilio does`,
      );
    }
    const started = clock.now();
    const note = (status: number, body: Body | null) =>
      journal.add({
        time: new Date(started).toISOString(),
        surface: caller.surface,
        account: caller.account ?? null,
        operation: name,
        call: bound,
        status,
        body,
        milliseconds: clock.now() - started,
        ignored,
      });
    let result: Result;
    try {
      result = await answerOf(backend, bound);
    } catch (error) {
      const failure = ours(error, name, log);
      note(failure.status, bodyOf(failure.body));
      throw failure;
    }
    checks.add(note(result.status, result.body), name, result);
    return { result, ignored };
  }

  return { operations, call, settled: checks.settled };
}

function entryOf(operation: Operation, shapes: EngineOptions['shapes']): Entry {
  const fields = formFieldsOf(shapes.operations.get(operation.name)?.form);
  return { operation, fields, bind: createBinder(operation, fields) };
}

/** A backend that fails at once must fail like one that fails later. */
async function answerOf(backend: Backend, call: Call): Promise<Result> {
  return backend.answer(call);
}

function unknownOperation(name: string, known: Iterable<string>): never {
  const given = name.slice(0, 100);
  throw new UnderstudyError(
    'UNDERSTUDY_UNKNOWN_OPERATION',
    `There is no operation \`${given}\`.${didYouMean(given, known)}`,
  );
}

function unknownField({ operation, fields }: Entry, field: string): never {
  throw new UnderstudyError(
    'UNDERSTUDY_UNKNOWN_FIELD',
    `\`${operation.name}\` does not know \`${field}\`.${suggestion(operation, fields, field)}`,
  );
}

/** What went wrong inside is for the log; the caller learns only that it was not their doing. */
function ours(error: unknown, operation: string, log: Log): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  log.error({ err: error, operation }, `\`${operation}\` failed`);
  return new UnderstudyError('UNDERSTUDY_INTERNAL', `\`${operation}\` failed inside understudy; its log says why.`, {
    cause: error,
  });
}

/** Checks answers in order, after they were given: never in the caller's way, and never in the caller's answer. */
function createChecks({ check, journal, log }: EngineOptions) {
  const waiting: { id: number; operation: string; result: Result }[] = [];
  let turn: Promise<void> = Promise.resolve();

  function run(id: number, operation: string, result: Result): void {
    try {
      const violations = check?.(operation, result) ?? [];
      if (violations.length === 0) return;
      journal.addViolations(id, violations);
      log.warn({ operation, exchange: id, violations }, `\`${operation}\` answered against its shape`);
    } catch (error) {
      log.error({ err: error, operation }, 'an answer could not be checked');
    }
  }

  function runAll(done: () => void): void {
    for (const { id, operation, result } of waiting.splice(0)) run(id, operation, result);
    done();
  }

  return {
    add(id: number, operation: string, result: Result): void {
      if (check === undefined) return;
      waiting.push({ id, operation, result });
      if (waiting.length === 1) turn = new Promise((resolve) => setImmediate(runAll, resolve));
    },
    settled: () => turn,
  };
}
