import type { Call, Result, Violation } from '../core/operation.js';
import type { EngineOptions } from './engine.js';

const { eventLoopUtilization } = performance;

/** An answer that was given and is still to be compared with its shape. */
interface Waiting {
  readonly id: number;
  readonly call: Call;
  readonly result: Result;
}

/** How many answers may wait, and how large they may be together. Under a load that leaves no time, what comes beyond goes unchecked. */
const MOST_WAITING = 1000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Checks take at most about this share of the time that is left over, and this one where none is. */
const SHARE_OF_REST = 0.5;
const LEAST_SHARE = 0.01;
/** Nobody waits so long for a pause in the work, in milliseconds. */
const LONGEST_PAUSE = 250;

const MOST_TOLD = 1000;

/** Compares answers with their shape after they were given: never in the caller's way, and never in the caller's answer. */
export interface Checks {
  readonly add: (id: number, call: Call, result: Result) => void;
  /** Checks at once all that is waiting. */
  readonly settled: () => Promise<void>;
}

export function createChecks({ check, journal, log, observer }: EngineOptions): Checks {
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let characters = 0;
  let unchecked = 0;
  let loop = eventLoopUtilization();
  const told = new Set<string>();

  /** A field that Twilio adds is in every answer, and would fill the log: what was told once is told. */
  function isNew(text: string): boolean {
    if (told.has(text) || told.size >= MOST_TOLD) return false;
    told.add(text);
    return true;
  }

  function run({ id, call, result }: Waiting): void {
    characters -= sizeOf(result);
    const operation = call.operation.name;
    let violations: readonly Violation[];
    try {
      violations = check?.(operation, result) ?? [];
    } catch (error) {
      log.error({ err: error, operation }, 'an answer could not be checked');
      return;
    }
    if (violations.length === 0) return;
    journal.addViolations(id, violations);
    observer?.violated(operation, call.caller.surface, violations.length);
    const level = isNew(`${operation} ${JSON.stringify(violations)}`) ? 'warn' : 'debug';
    log[level]({ operation, exchange: id, violations }, `\`${operation}\` answered against its shape`);
  }

  /** One check, then a pause in proportion to what it took and to how busy we are: requests come first. */
  function work(): void {
    timer = undefined;
    const next = waiting.shift();
    if (next === undefined) return;
    const { utilization } = eventLoopUtilization(loop);
    loop = eventLoopUtilization();
    const started = performance.now();
    run(next);
    if (waiting.length === 0) note();
    const share = Math.max(LEAST_SHARE, (1 - utilization) * SHARE_OF_REST);
    schedule(Math.min(LONGEST_PAUSE, (performance.now() - started) / share));
  }

  function schedule(pause: number): void {
    if (timer !== undefined || waiting.length === 0) return;
    timer = setTimeout(work, pause).unref();
  }

  function note(): void {
    if (unchecked === 0) return;
    log.info({ unchecked }, 'answers went unchecked, as there was no time for it');
    unchecked = 0;
  }

  return {
    add(id, call, result) {
      if (check === undefined) return;
      const size = sizeOf(result);
      if (waiting.length >= MOST_WAITING || characters + size > MOST_CHARACTERS) unchecked += 1;
      else {
        characters += size;
        waiting.push({ id, call, result });
      }
      schedule(0);
    },
    settled() {
      clearTimeout(timer);
      timer = undefined;
      for (const each of waiting.splice(0)) run(each);
      note();
      return Promise.resolve();
    },
  };
}

const sizeOf = ({ body }: Result): number => body?.length ?? 0;
