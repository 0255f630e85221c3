import type { OnStartProgress, StartProgress } from '../core/start-progress.js';
import { createProgressLine, type ProgressOutput } from './progress-line.js';

/** Shorter work needs no message. In milliseconds. */
const SHORT = 1000;

/** The time between two updates on a terminal, in milliseconds. */
const UPDATE_INTERVAL = 100;

export interface StartProgressLine {
  readonly report: OnStartProgress;
  /** Removes the line of a terminal, before other output. */
  readonly clear: () => void;
}

/** Shows the progress of a long start: on a terminal as a line that is overwritten, elsewhere as one line for each phase. */
export function createStartProgress(
  output: ProgressOutput = process.stderr,
  now = () => performance.now(),
): StartProgressLine {
  const line = createProgressLine(output);
  let phase: string | undefined;
  let began = 0;
  let shown = -Infinity;
  let isStated = false;
  const report = (progress: StartProgress): void => {
    const time = now();
    if (progress.phase !== phase) [phase, began, shown, isStated] = [progress.phase, time, -Infinity, false];
    const isDone = progress.done >= progress.total;
    if (isDone) phase = undefined;
    if (line.isVisible) {
      if (isDone) line.clear();
      else if (time - shown >= UPDATE_INTERVAL) {
        shown = time;
        line.show(textOf(progress));
      }
      return;
    }
    // A seed is read without interruption, and only large ones are reported.
    if (isStated || isDone || (progress.phase !== 'read seed' && time - began < SHORT)) return;
    isStated = true;
    output.write(`understudy: ${textOf(progress)}\n`);
  };
  return { report, clear: () => line.clear() };
}

function textOf({ phase, done, total }: StartProgress): string {
  const [of, all] = [done, total].map((count) => count.toLocaleString('en'));
  const megabytes = `${Math.round(total / 1e6).toLocaleString('en')} MB`;
  if (phase === 'seed') return `seeding: ${of} of ${all} entries`;
  if (phase === 'read seed') return `reading the seed: ${megabytes}`;
  return `reading the data file: ${Math.floor((100 * done) / total)} % of ${megabytes}`;
}
