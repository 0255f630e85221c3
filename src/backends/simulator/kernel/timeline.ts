import type { WorldClock } from './clock.js';

/** An event that time alone causes, such as a timer. */
export interface Due {
  /** The time of the world's clock, in milliseconds since 1970. */
  readonly at: number;
  run(): void;
}

/** The longest delay of a Node timer, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;
/** How long a world must be idle before an automatic clock jumps, in milliseconds. */
const IDLE_TIME = 200;
/** Guards against an event that makes itself due again at the same time. */
const MAX_EVENTS = 1_000_000;

/**
 * Runs due events in order while the clock moves. The next event is read from the records each time and not stored here,
 * so a snapshot or a restart loses none.
 */
export class Timeline {
  #timer: NodeJS.Timeout | undefined;
  #armedFor: number | undefined;

  constructor(
    readonly clock: WorldClock,
    readonly next: () => Due | undefined,
    /** Called after events have run, e.g. to save their changes. */
    readonly onRun: () => void,
    /** Whether webhooks are being delivered. An automatic clock does not jump then. */
    readonly isBusy: () => boolean = () => false,
  ) {}

  /** Runs the events that are due by `time`, each at its own time, and leaves the clock at `time`. */
  advanceTo(time: number): void {
    let count = 0;
    for (let due = this.next(); due !== undefined && due.at <= time; due = this.next()) {
      // An overdue event runs now. The clock is not turned back.
      if (due.at > this.clock.now()) this.clock.set(due.at);
      due.run();
      count += 1;
      if (count > MAX_EVENTS) {
        throw new Error(`More than ${MAX_EVENTS} events are due by ${new Date(time).toISOString()}`);
      }
    }
    if (this.clock.mode === 'manual' || time > this.clock.now()) this.clock.set(Math.max(time, this.clock.now()));
    if (count > 0) this.onRun();
    // The clock may have moved, which changes the delay until the next event.
    this.disarm();
    this.arm();
  }

  /** Runs all events that are due by `limit`, and leaves the clock at the last one. */
  runToIdle(limit: number): void {
    for (let due = this.next(); due !== undefined && due.at <= limit; due = this.next()) this.advanceTo(due.at);
  }

  /** Schedules the next event, unless the clock is manual. Must be called after every change of the world. */
  arm(): void {
    const next = this.next();
    // A manual clock does not move on its own, but what is due now happens now.
    const isAhead = this.clock.mode === 'manual' && next !== undefined && next.at > this.clock.now();
    const due = isAhead ? undefined : next;
    const isAuto = this.clock.mode === 'auto';
    // For an automatic clock, every change restarts the idle time.
    if (due?.at === this.#armedFor && !isAuto) return;
    this.disarm();
    if (due === undefined) return;
    this.#armedFor = due.at;
    const left = Math.max(0, due.at - this.clock.now());
    const delay = isAuto ? Math.min(left, IDLE_TIME) : left;
    this.#timer = setTimeout(
      () => {
        this.#armedFor = undefined;
        if (isAuto && due.at > this.clock.now() && this.isBusy()) this.arm();
        else this.advanceTo(isAuto ? due.at : this.clock.now());
      },
      Math.min(delay, MAX_DELAY),
    ).unref();
  }

  /** Runs what is due by now but waits for its timer, so that a call finds it done. */
  catchUp(): void {
    const now = this.clock.now();
    if (this.#armedFor !== undefined && this.#armedFor <= now) this.advanceTo(now);
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#armedFor = undefined;
  }
}
