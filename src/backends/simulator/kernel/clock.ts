import { UnderstudyError } from '../../../core/errors.js';
import { parseDatetime } from '../../../util/datetime.js';

/** Where time comes from. Everything in a simulated world asks its clock and never the machine. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * `real` runs as the machine's does. `manual` stands still until it is told to move. `auto` runs, and jumps to the next
 * thing that is due once nothing else has gone on for a moment: no write, and no webhook that waits for its answer.
 */
export type ClockMode = 'real' | 'manual' | 'auto';

const modes: readonly string[] = ['real', 'manual', 'auto'] satisfies readonly ClockMode[];

/** How a world's clock begins; `start` in milliseconds, now if absent. */
export interface ClockSettings {
  readonly mode: ClockMode;
  readonly start?: number | undefined;
}

/** Reads `real`, `manual`, `auto`, or a moment such as `2026-01-01T00:00:00Z`, which a manual clock begins at. */
export function parseClock(text: string): ClockSettings {
  if (modes.includes(text)) return { mode: text as ClockMode };
  const start = parseDatetime(text);
  if (start !== undefined) return { mode: 'manual', start };
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `"${text}" is no clock: say real, manual, auto, or a moment such as 2026-01-01T00:00:00Z`,
  );
}

/** A clock that stands still, for what must repeat byte for byte. */
export function fixedClock(iso: string): Clock {
  const moment = parseDatetime(iso);
  if (moment === undefined) {
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `"${iso}" is no moment: write one like 2026-01-01T00:00:00Z`);
  }
  return { now: () => moment };
}

/** A world's own clock. It never runs backward by itself; `set` may turn it back. */
export class WorldClock implements Clock {
  #mode: ClockMode;
  /** The moment of a manual clock; how far any other runs ahead of the machine's. */
  #moment: number;

  constructor({ mode, start }: ClockSettings) {
    this.#mode = mode;
    this.#moment = mode === 'manual' ? (start ?? Date.now()) : start === undefined ? 0 : start - Date.now();
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  now(): number {
    return this.#mode === 'manual' ? this.#moment : Date.now() + this.#moment;
  }

  set(moment: number): void {
    this.#moment = this.#mode === 'manual' ? moment : moment - Date.now();
  }

  /** Changes how it runs; it goes on from the moment that it shows. */
  setMode(mode: ClockMode): void {
    const now = this.now();
    this.#mode = mode;
    this.set(now);
  }
}
