import type { WorldClock } from './clock.js';

/** Something that happens by itself at a moment of its world's clock. */
export interface Due {
  /** Milliseconds since 1970. */
  readonly at: number;
  run(): void;
}

/** Node's timers cannot wait longer. */
const LONGEST_WAIT = 2 ** 31 - 1;
/** How long an automatic clock waits for more to happen, in milliseconds, before it jumps. */
const QUIET = 200;
/** A thing that is due again and again at one moment would never let a clock move on. */
const MOST_AT_ONCE = 1_000_000;

/**
 * Lets what is due in a world happen, in order, whatever makes its clock move. What is due is asked of the records each
 * time and never kept here, so a snapshot or a restart forgets nothing.
 */
export class Timeline {
  #timer: NodeJS.Timeout | undefined;
  #armedFor: number | undefined;

  constructor(
    readonly clock: WorldClock,
    readonly next: () => Due | undefined,
    /** Called after something has happened, e.g. to write it to disk. */
    readonly happened: () => void,
    /** Whether somebody is being told or asked at this moment; an automatic clock does not jump then. */
    readonly isBusy: () => boolean = () => false,
  ) {}

  /** Runs what is due until `moment`, each at its own moment, and leaves the clock there. */
  advanceTo(moment: number): void {
    let count = 0;
    for (let due = this.next(); due !== undefined && due.at <= moment; due = this.next()) {
      // What is overdue happens now: a clock is not turned back for it.
      if (due.at > this.clock.now()) this.clock.set(due.at);
      due.run();
      count += 1;
      if (count > MOST_AT_ONCE) throw new Error('the same thing is due again and again');
    }
    if (this.clock.mode === 'manual' || moment > this.clock.now()) this.clock.set(Math.max(moment, this.clock.now()));
    if (count > 0) this.happened();
    // The clock may have moved, so that the wait for the same thing is another.
    this.disarm();
    this.arm();
  }

  /** Runs everything that is due at all, one after the other, up to `limit`. */
  runToIdle(limit: number): void {
    for (let due = this.next(); due !== undefined && due.at <= limit; due = this.next()) this.advanceTo(due.at);
  }

  /** Waits for the next thing that is due, unless the clock only moves when told. To be called after every change. */
  arm(): void {
    const due = this.clock.mode === 'manual' ? undefined : this.next();
    const isAuto = this.clock.mode === 'auto';
    // Whatever happens, an automatic clock waits anew.
    if (due?.at === this.#armedFor && !isAuto) return;
    this.disarm();
    if (due === undefined) return;
    this.#armedFor = due.at;
    const left = Math.max(0, due.at - this.clock.now());
    const wait = isAuto ? Math.min(left, QUIET) : left;
    this.#timer = setTimeout(
      () => {
        this.#armedFor = undefined;
        if (isAuto && due.at > this.clock.now() && this.isBusy()) this.arm();
        else this.advanceTo(isAuto ? due.at : this.clock.now());
      },
      Math.min(wait, LONGEST_WAIT),
    ).unref();
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#armedFor = undefined;
  }
}
