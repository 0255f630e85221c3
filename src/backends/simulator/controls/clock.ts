import type { Control } from '../../../core/control.js';
import type { JsonObject } from '../../../core/body.js';
import type { ClockMode } from '../kernel/clock.js';
import { nextDue } from '../conversations/due.js';
import { addDuration, parseDatetime } from '../../../util/datetime.js';
import type { Stage } from '../kernel/world-session.js';
import { badInput, control, string, type StageOf } from './parts.js';

/** However far a clock is sent, it does not go on for ever. */
const FARTHEST_IDLE = 366 * 24 * 3600 * 1000;

/** The clock of a world. What is due happens on the way, each at its own moment; at the end its webhooks have been answered. */
export function clockControls(stageOf: StageOf): readonly Control[] {
  return [
    control({
      name: 'clock.show',
      description: "Shows the world's clock: how it runs, what it shows, and when something is due next.",
      changes: false,
      input: { properties: {} },
      run: (account) => shown(stageOf(account)),
    }),
    control<{ mode?: ClockMode; now?: string }>({
      name: 'clock.set',
      description:
        'Sets how the clock runs (real; manual: moves only when told; auto: jumps to what is due), or its moment. ' +
        'Forward, what is due happens on the way; backward, nothing is undone.',
      changes: true,
      input: {
        properties: {
          mode: string('How it runs from now on.', { enum: ['real', 'manual', 'auto'] }),
          now: string('A moment such as 2026-01-01T00:00:00Z.'),
        },
      },
      run(account, { mode, now }) {
        const moment = now === undefined ? undefined : parseDatetime(now);
        if (now !== undefined && moment === undefined)
          throw badInput('`now` must be a moment such as 2026-01-01T00:00:00Z.');
        return move(stageOf(account), ({ clock, timeline }) => {
          if (mode !== undefined) clock.setMode(mode);
          if (moment !== undefined && moment <= clock.now()) clock.set(moment);
          timeline.advanceTo(moment ?? clock.now());
        });
      },
    }),
    control<{ by: string }>({
      name: 'clock.advance',
      description: 'Moves the clock forward by an ISO 8601 duration. Timers fire and receipts go on.',
      changes: true,
      input: { properties: { by: string('A duration such as PT90S, PT1H or P1D.') }, required: ['by'] },
      run(account, { by }) {
        const stage = stageOf(account);
        const to = addDuration(stage.clock.now(), by);
        if (to === undefined) throw badInput('`by` must be an ISO 8601 duration such as PT1H.');
        return move(stage, ({ timeline }) => timeline.advanceTo(to));
      },
    }),
    control({
      name: 'clock.run-to-idle',
      description: 'Moves the clock until nothing is due any more, at most a year, and no further than that.',
      changes: true,
      input: { properties: {} },
      run: (account) =>
        move(stageOf(account), ({ clock, timeline }) => timeline.runToIdle(clock.now() + FARTHEST_IDLE)),
    }),
  ];
}

async function move(stage: Stage, run: (stage: Stage) => void): Promise<JsonObject> {
  run(stage);
  await stage.webhooks.idle();
  return shown(stage);
}

function shown({ clock, world }: Stage): JsonObject {
  const due = nextDue(world);
  return {
    mode: clock.mode,
    now: new Date(clock.now()).toISOString(),
    next_due: due === undefined ? null : new Date(due.at).toISOString(),
  };
}
