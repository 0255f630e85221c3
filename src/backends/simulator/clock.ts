import { UnderstudyError } from '../../errors.js';

/** Where time comes from. Everything in a simulated world asks its clock and never the machine. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still, so that a run can be repeated byte for byte. `iso` is a moment such as `2026-01-01T00:00:00Z`. */
export function fixedClock(iso: string): Clock {
  const moment = Date.parse(iso);
  if (Number.isNaN(moment)) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `"${iso}" is not a moment in time: write one like 2026-01-01T00:00:00Z`,
    );
  }
  return { now: () => moment };
}
