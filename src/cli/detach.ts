/** `serve --detach`: a server that outlives the command that starts it. */
import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith, variable } from './environment.js';
import { backgroundFolder } from './pid-file.js';
import { serverFlags } from './server-flags.js';

/** Tells the new process that it is in the background, and where its log is. */
const LOG_VARIABLE = 'UNDERSTUDY_BACKGROUND_LOG';

/** What the new process tells the old one, once its ports are open. */
interface Ready {
  readonly banner: string;
}

/** In bytes. A full log starts again. */
const MAX_LOG = 10 * 1024 * 1024;
/** How many logs are kept, with that of the new process. */
const MAX_LOGS = 20;
/** How much of the log of a failed start is shown, in characters. */
const MAX_SHOWN = 4000;

/**
 * Starts this program again, in the background, and waits until it serves.
 * @returns the exit code. On failure, prints what the new process has logged.
 */
export async function startInBackground(args: readonly string[]): Promise<number> {
  const folder = backgroundFolder();
  const log = join(folder, `${Date.now()}-${process.pid}.log`);
  const descriptor = openSync(log, 'ax', 0o600);
  removeOldLogs(folder);
  // The server would stop when npx ends if it knew that npx has started it.
  const env = environmentWith({ [LOG_VARIABLE]: log, UNDERSTUDY_DETACH: 'false', npm_lifecycle_script: undefined });
  const [, main = ''] = process.argv;
  const child = spawn(process.execPath, [...serverFlags(), main, ...args.filter((arg) => arg !== '--detach')], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', descriptor, descriptor, 'ipc'],
    env,
  });
  closeSync(descriptor);
  const stop = (): void => void child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (message) => {
      const { banner } = message as Ready;
      process.stdout.write(`${banner}  process ${child.pid}, log ${log}\n\n`);
      child.disconnect();
      child.unref();
      resolve(0);
    });
    child.once('exit', (code) => {
      process.stderr.write(readFileSync(log, 'utf8').slice(-MAX_SHOWN));
      resolve(code === null || code === 0 ? 1 : code);
    });
  });
}

function removeOldLogs(folder: string): void {
  // Their names begin with the time, so the oldest are first.
  const logs = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort();
  for (const name of logs.slice(0, -MAX_LOGS)) {
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // Windows removes no file that a running server writes to.
    }
  }
}

/** The other end of `startInBackground`. */
export interface Background {
  /** Writes a line to the log. */
  readonly writeLog: (line: string) => void;
  readonly ready: (banner: string) => void;
}

/** Undefined if this process is not in the background. */
export function thisBackground(): Background | undefined {
  if (process.send === undefined || variable(LOG_VARIABLE) === undefined) return undefined;
  let length = 0;
  return {
    writeLog(line) {
      length += Buffer.byteLength(line);
      // stderr is the log, opened for appending.
      if (length > MAX_LOG) {
        ftruncateSync(process.stderr.fd);
        length = Buffer.byteLength(line);
      }
      writeSync(process.stderr.fd, line);
    },
    ready(banner) {
      process.send?.({ banner } satisfies Ready);
    },
  };
}
