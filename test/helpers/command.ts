import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const main = `${root}dist/main.js`;

/** In place of the user's own. */
const stateFolder = mkdtempSync(join(tmpdir(), 'understudy-state-'));
process.once('exit', () => rmSync(stateFolder, { recursive: true, force: true }));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** Resolves with all stdout so far once it contains the text. */
  readonly printed: (text: string) => Promise<string>;
}

/**
 * Starts the command without `UNDERSTUDY_…` and `TWILIO_…` variables; killed when the test ends.
 * @param fileBlocks limits the size of files that it writes, in blocks of 512 bytes; to a program, like a full disk
 */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  fileBlocks?: number,
): Started {
  const started = launch(args, env, fileBlocks);
  onTestFinished(() => void started.process.kill('SIGKILL'));
  return started;
}

function launch(args: readonly string[], env: Readonly<Record<string, string>>, fileBlocks?: number): Started {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(UNDERSTUDY|TWILIO)_/.test(name));
  const command = [process.execPath, main, ...args];
  const limited =
    fileBlocks === undefined ? command : ['sh', '-c', `ulimit -f ${fileBlocks}; exec "$@"`, 'sh', ...command];
  const [file = '', ...rest] = limited;
  const child = spawn(file, rest, {
    cwd: root,
    env: { ...Object.fromEntries(inherited), UNDERSTUDY_STATE_DIR: stateFolder, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  async function printed(text: string): Promise<string> {
    while (!stdout.includes(text)) {
      const ended = await Promise.race([once(child.stdout, 'data').then(() => undefined), finished]);
      if (ended !== undefined && !stdout.includes(text)) throw new Error(`exited without printing ${text}: ${stderr}`);
    }
    return stdout;
  }
  return { process: child, finished, printed };
}

/** Runs the command until it exits. */
export function run(...args: string[]): Promise<Finished> {
  return start(args).finished;
}

export interface Served extends Started {
  readonly banner: string;
  readonly restUrl: string;
  readonly mcpUrl: string;
}

export const anyPorts = ['--rest-port', '0', '--mcp-port', '0'] as const;

/** Starts `serve` on free ports and reads their URLs from the banner. */
export function serve(args: readonly string[] = [], fileBlocks?: number): Promise<Served> {
  return served(start(['serve', ...anyPorts, ...args], {}, fileBlocks));
}

/** Starts `serve` for several tests, from `beforeAll`. The caller kills the process. */
export function serveForFile(args: readonly string[] = []): Promise<Served> {
  return served(launch(['serve', ...anyPorts, ...args], {}));
}

async function served(command: Started): Promise<Served> {
  const banner = await command.printed('const client');
  const url = (name: string) => new RegExp(`^  ${name} +(http://[^\\s/]+)`, 'm').exec(banner)?.[1] ?? '';
  return { ...command, banner, restUrl: url('rest'), mcpUrl: url('mcp') };
}
