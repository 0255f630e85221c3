import { basename } from 'node:path';
import { variable } from './environment.js';
import { reportFailure } from './failure.js';

const SIGNALS = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** On the first signal, closes and exits with 0. On the second, exits at once with 128 plus the signal's number. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  const stop = (number: number): void => {
    if (closing) process.exit(128 + number);
    closing = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        reportFailure(error);
        process.exit(1);
      },
    );
  };
  for (const [signal, number] of SIGNALS) process.on(signal, () => stop(number));
  onNpmExit(() => {
    if (!closing) stop(0);
  });
}

/** In milliseconds. */
const PARENT_CHECK_INTERVAL = 500;

/**
 * Runs `ended` when npm or npx, which started this process, has ended. On SIGTERM they end without passing it on, so
 * `kill` of a server in the background would leave the server running.
 */
function onNpmExit(ended: () => void): void {
  if (!isForeground(variable('npm_lifecycle_script'), process.argv[1])) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ended();
  }, PARENT_CHECK_INTERVAL);
  timer.unref();
}

/**
 * Whether a script of npm runs this program itself and waits for it. A server that a script starts in the background, or
 * from another program, may outlive the script: `understudy serve & wait-on …`.
 */
export function isForeground(script = '', program = ''): boolean {
  const isNamed = /\bunderstudy\b/.test(script) || (program !== '' && script.includes(basename(program)));
  return isNamed && !BACKGROUND.test(script);
}

/** A single `&` that belongs to no redirection such as `2>&1`. */
const BACKGROUND = /(?<![&>])&(?![&>])/;

/** Aborts on the first signal, so that the run can clean up. On the second, exits at once with the given code. */
export function abortOnSignal(exitCode: number): AbortSignal {
  const controller = new AbortController();
  for (const [signal] of SIGNALS) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(new Error('interrupted'));
    });
  }
  return controller.signal;
}
