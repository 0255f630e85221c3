import { UnderstudyError } from '../../../core/errors.js';
import { parseDatetime } from '../../../util/datetime.js';

/** A source of time. Everything in a simulated world uses the world's clock, never the machine's. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * `real` runs like the machine's clock. `manual` stands still until it is moved. `auto` runs, and jumps to the next due
 * event when the world has been idle for 200 ms: no writes, and no webhooks that wait for a response.
 */
export type ClockMode = 'real' | 'manual' | 'auto';

const modes: readonly string[] = ['real', 'manual', 'auto'] satisfies readonly ClockMode[];

/** How a world's clock starts; `start` in milliseconds since 1970, the current time if absent. */
export interface ClockSettings {
  readonly mode: ClockMode;
  readonly start?: number | undefined;
}

/** Parses `real`, `manual`, `auto`, or a time such as `2026-01-01T00:00:00Z`, at which a manual clock starts. */
export function parseClock(text: string): ClockSettings {
  if (modes.includes(text)) return { mode: text as ClockMode };
  const start = parseDatetime(text);
  if (start !== undefined) return { mode: 'manual', start };
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `"${text}" is not a clock: use real, manual, auto, or a time such as 2026-01-01T00:00:00Z`,
  );
}

/** A clock that always shows the same time, for output that must be identical in every run. */
export function fixedClock(iso: string): Clock {
  const time = parseDatetime(iso);
  if (time === undefined) {
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `"${iso}" is not a time: use one such as 2026-01-01T00:00:00Z`);
  }
  return { now: () => time };
}

/** How a clock runs at present: the time of a manual clock; for any other, its offset from the machine's clock. */
export interface ClockState {
  readonly mode: ClockMode;
  readonly time: number;
}

/** The clock of a world. Only `set` can turn it back. */
export class WorldClock implements Clock {
  #mode: ClockMode;
  /** The time of a manual clock; for any other, its offset from the machine's clock. */
  #time: number;
  readonly #initialMode: ClockMode;
  readonly #initialTime: number;

  constructor({ mode, start }: ClockSettings) {
    this.#mode = this.#initialMode = mode;
    this.#time = mode === 'manual' ? (start ?? Date.now()) : start === undefined ? 0 : start - Date.now();
    this.#initialTime = this.#time;
  }

  /** Whether the clock differs from a new one. */
  get wasChanged(): boolean {
    return this.#mode !== this.#initialMode || this.#time !== this.#initialTime;
  }

  get state(): ClockState {
    return { mode: this.#mode, time: this.#time };
  }

  /** Continues as another clock did. */
  resume({ mode, time }: ClockState): void {
    this.#mode = mode;
    this.#time = time;
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  now(): number {
    return this.#mode === 'manual' ? this.#time : Date.now() + this.#time;
  }

  set(time: number): void {
    this.#time = this.#mode === 'manual' ? time : time - Date.now();
  }

  /** Changes the mode; the clock continues from its current time. */
  setMode(mode: ClockMode): void {
    const now = this.now();
    this.#mode = mode;
    this.set(now);
  }
}
