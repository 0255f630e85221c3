import type { Control } from '../../../core/control.js';
import type { JsonObject } from '../../../core/body.js';
import type { ClockMode } from '../kernel/clock.js';
import { addDuration, parseDatetime } from '../../../util/datetime.js';
import { badInput, defineControl, string, type Session, type SessionOf } from './define-control.js';

/** Ends `run-to-idle` in a world where something is always due. */
const MAX_IDLE_RUN_MS = 366 * 24 * 3600 * 1000;

/**
 * Controls of a world's clock. Everything that becomes due takes effect at its own time, in order, and a control returns
 * once the webhooks have been delivered.
 */
export function clockControls(sessionOf: SessionOf): readonly Control[] {
  return [
    defineControl({
      name: 'clock.show',
      description: 'Shows the clock of the world: its mode, its time, and when the next timer or receipt is due.',
      changes: false,
      input: { properties: {} },
      run: (account) => showClock(sessionOf(account)),
    }),
    defineControl<{ mode?: ClockMode; now?: string }>({
      name: 'clock.set',
      description:
        'Sets the mode of the clock, its time, or both. Modes: real (runs like a normal clock), manual (moves only when ' +
        'you move it), auto (runs, and jumps to the next due timer or receipt when the world is idle). Moving forward, ' +
        'timers and receipts take effect on the way; moving backward undoes nothing.',
      changes: true,
      input: {
        properties: {
          mode: string('The new mode; unchanged if absent.', { enum: ['real', 'manual', 'auto'] }),
          now: string('The new time as an ISO 8601 datetime, e.g. 2026-01-01T00:00:00Z; unchanged if absent.'),
        },
      },
      run(account, { mode, now }) {
        const time = now === undefined ? undefined : parseDatetime(now);
        if (now !== undefined && time === undefined) {
          throw badInput(`\`now\` must be an ISO 8601 datetime such as 2026-01-01T00:00:00Z, not "${now}".`);
        }
        return moveClock(sessionOf(account), ({ clock, timeline }) => {
          if (mode !== undefined) clock.setMode(mode);
          if (time !== undefined && time <= clock.now()) clock.set(time);
          timeline.advanceTo(time ?? clock.now());
        });
      },
    }),
    defineControl<{ by: string }>({
      name: 'clock.advance',
      description: 'Moves the clock forward. Timers and delivery receipts that become due take effect on the way.',
      changes: true,
      input: {
        properties: { by: string('How far to move, as an ISO 8601 duration, e.g. PT90S, PT1H or P1D.') },
        required: ['by'],
      },
      run(account, { by }) {
        const session = sessionOf(account);
        const end = addDuration(session.clock.now(), by);
        if (end === undefined) throw badInput(`\`by\` must be an ISO 8601 duration such as PT1H, not "${by}".`);
        return moveClock(session, ({ timeline }) => timeline.advanceTo(end));
      },
    }),
    defineControl({
      name: 'clock.run-to-idle',
      description: 'Moves the clock forward until no timer or receipt is due, at most 366 days.',
      changes: true,
      input: { properties: {} },
      run: (account) =>
        moveClock(sessionOf(account), ({ clock, timeline }) => timeline.runToIdle(clock.now() + MAX_IDLE_RUN_MS)),
    }),
  ];
}

async function moveClock(session: Session, move: (session: Session) => void): Promise<JsonObject> {
  move(session);
  await session.webhooks.idle();
  return showClock(session);
}

function showClock({ clock, timeline }: Session): JsonObject {
  const due = timeline.next();
  return {
    mode: clock.mode,
    now: new Date(clock.now()).toISOString(),
    next_due: due === undefined ? null : new Date(due.at).toISOString(),
  };
}
