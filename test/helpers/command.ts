import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = `${root}dist/main.js`;

/** Builds the command, so that what is tested is what is there. */
export function build(): void {
  try {
    execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}src`]);
  } catch (error) {
    // Type errors are for `npm run typecheck` to report; the code is written all the same.
    if (!existsSync(main)) throw error;
  }
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** Resolves with all of stdout so far, once it contains the text. */
  readonly printed: (text: string) => Promise<string>;
}

/** Starts the command in an environment without settings of ours; ended with the test. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const own = Object.entries(process.env).filter(([name]) => !/^(UNDERSTUDY|TWILIO)_/.test(name));
  const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...Object.fromEntries(own), ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  async function printed(text: string): Promise<string> {
    while (!stdout.includes(text)) {
      const ended = await Promise.race([once(child.stdout, 'data').then(() => undefined), finished]);
      if (ended !== undefined && !stdout.includes(text)) throw new Error(`ended without ${text}: ${stderr}`);
    }
    return stdout;
  }
  return { process: child, finished, printed };
}

/** Runs the command to its end. */
export function run(...args: string[]): Promise<Finished> {
  return start(args).finished;
}
