import type { Body } from '../core/body.js';
import type { Log } from '../core/log.js';
import type { Operation, SurfaceName, Violation } from '../core/operation.js';
import type { Conformance } from './conformance.js';
import type { Journal } from './journal.js';

const { eventLoopUtilization } = performance;

/** Responses that may wait for their check. Under a load that leaves no idle time, further ones are not checked. */
const MAX_WAITING = 1000;
const MAX_WAITING_CHARACTERS = 16 * 1024 * 1024;
/**
 * The share of the event loop's idle time that checks may use, and the share they get when there is no idle time. Enough for
 * some hundred checks per second; more would only check the same answers more often.
 */
const SHARE_OF_IDLE = 0.03;
const MIN_SHARE = 0.01;
/** Milliseconds. */
const MAX_PAUSE = 250;
/** Distinct violations that are logged as warnings. */
const MAX_WARNINGS = 1000;

export interface CheckOptions {
  /** Compares a result with the published schema; absent: results are not checked. */
  readonly check?: Conformance | undefined;
  readonly journal: Pick<Journal, 'addViolations'>;
  readonly log: Log;
  readonly observer?: ViolationObserver | undefined;
}

export interface ViolationObserver {
  violated(operation: string, surface: SurfaceName, count: number): void;
}

/** A result that the caller has received and that is not yet checked. */
interface PendingCheck {
  /** Of the exchange in the journal. */
  readonly id: number;
  /** The shortest name of the operation. */
  readonly name: string;
  readonly operation: Operation;
  readonly surface: SurfaceName;
  readonly status: number;
  readonly body: Body | null;
}

/** Checks results after they are sent, so that checks neither delay nor change a response. */
export interface Checks {
  /**
   * Whether a result can be added: not if too many wait, which is counted, and not if its body has been checked before. To be
   * asked before there is an object for `add`. The first ones stay in memory for long, so V8 would allocate all of them among the objects that stay,
   * and with each of them the response, which filled twice the memory of the records.
   */
  readonly admits: (operation: Operation, body: Body | null) => boolean;
  readonly add: (pending: PendingCheck) => void;
  /** Checks everything that waits. */
  readonly settled: () => Promise<void>;
}

export function createChecks({ check, journal, log, observer }: CheckOptions): Checks {
  const waiting: PendingCheck[] = [];
  let timer: NodeJS.Timeout | undefined;
  let characters = 0;
  let skipped = 0;
  let loop = eventLoopUtilization();
  const logged = new Set<string>();
  /** Which operation each body conforms to. The simulator sends a body again while its records do not change. */
  const conforming = new WeakMap<Body, Operation>();

  /** A field that Twilio adds appears in every response; warn once per distinct violation. */
  function isNew(text: string): boolean {
    if (logged.has(text) || logged.size >= MAX_WARNINGS) return false;
    logged.add(text);
    return true;
  }

  function run({ id, name, operation, surface, status, body }: PendingCheck): void {
    characters -= sizeOf(body);
    let violations: readonly Violation[];
    try {
      violations = check?.(operation, { status, body }) ?? [];
    } catch (error) {
      log.error({ err: error, operation: name }, `\`${name}\`: checking the response failed`);
      return;
    }
    if (violations.length === 0) return void (body && conforming.set(body, operation));
    journal.addViolations(id, violations);
    observer?.violated(name, surface, violations.length);
    const level = isNew(`${name} ${JSON.stringify(violations)}`) ? 'warn' : 'debug';
    log[level]({ operation: name, exchange: id, violations }, `\`${name}\`: response violates the published schema`);
  }

  /** Runs one check, then pauses in proportion to its duration and to how busy the event loop is. */
  function work(): void {
    timer = undefined;
    const next = waiting.shift();
    if (next === undefined) return;
    const { utilization } = eventLoopUtilization(loop);
    loop = eventLoopUtilization();
    const started = performance.now();
    run(next);
    if (waiting.length === 0) logSkipped();
    const share = Math.max(MIN_SHARE, (1 - utilization) * SHARE_OF_IDLE);
    schedule(Math.min(MAX_PAUSE, (performance.now() - started) / share));
  }

  function schedule(pause: number): void {
    if (timer !== undefined || waiting.length === 0) return;
    timer = setTimeout(work, pause).unref();
  }

  function logSkipped(): void {
    if (skipped === 0) return;
    log.info({ unchecked: skipped }, `${skipped} responses were not checked: too many were waiting`);
    skipped = 0;
  }

  return {
    admits(operation, body) {
      if (check === undefined || (body && conforming.get(body) === operation)) return false;
      const hasRoom = waiting.length < MAX_WAITING && characters + sizeOf(body) <= MAX_WAITING_CHARACTERS;
      if (!hasRoom) skipped += 1;
      return hasRoom;
    },
    add(pending) {
      characters += sizeOf(pending.body);
      waiting.push(pending);
      schedule(0);
    },
    settled() {
      clearTimeout(timer);
      timer = undefined;
      for (const pending of waiting.splice(0)) run(pending);
      logSkipped();
      return Promise.resolve();
    },
  };
}

const sizeOf = (body: Body | null): number => body?.length ?? 0;
