import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import type { Mode, Settings } from '../../app/settings.js';
import { badOption } from '../../core/errors.js';
import type { Background } from '../detach.js';
import { closeOnSignal } from '../signals.js';

const MAX_WORKERS = 256;

/** Parses the number of worker processes. */
export function workerCount(text: string): number {
  if (text === 'auto') return Math.min(availableParallelism(), MAX_WORKERS);
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_WORKERS) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_WORKERS}, or auto: one for each core.`);
}

/** Why a mode must run in one process. */
const REASONS: Readonly<Record<Exclude<Mode, 'live'>, string>> = {
  simulate:
    'its worlds are in the memory of one process, and calls that depend on each other must reach the same worlds',
  record: 'one process writes the cassette, in the order of the calls',
  replay: 'the responses depend on which calls came before, so all calls must reach the same process',
};

/** @throws UnderstudyError if a server with these settings cannot have several workers */
export function checkWorkers({ mode, workers, watch }: Pick<Settings, 'mode'> & WorkerSettings): void {
  if (workers === 1) return;
  if (mode !== 'live') {
    throw badOption(
      `--workers ${workers} needs --mode live. In mode ${mode} there can be one process: ${REASONS[mode]}`,
    );
  }
  if (watch) throw badOption('--watch needs --workers 1: with several workers, SIGHUP restarts them');
}

interface WorkerSettings {
  readonly workers: number;
  readonly watch: boolean;
}

/** Whether this process is one of the workers. */
export async function isWorker(): Promise<boolean> {
  return process.send !== undefined && (await import('node:cluster')).default.isWorker;
}

/** Starts workers, and restarts them on SIGHUP. @returns undefined if they did not start; they have printed the reason */
export async function startWorkers(
  count: number,
  background: Background | undefined,
): Promise<{ readonly banner: string; readonly restUrl: string } | undefined> {
  const { WorkerPool } = await import('./pool.js');
  const writeLog = background?.writeLog ?? ((line: string) => void process.stderr.write(line));
  const pool = new WorkerPool(count, (line) => writeLog(`understudy: ${line}\n`));
  closeOnSignal(() => pool.stop());
  const ready = await pool.start().catch(() => undefined);
  if (ready === undefined) return undefined;
  process.on('SIGHUP', () => void pool.restart());
  const hint = process.platform === 'win32' ? '' : `; \`kill -HUP ${process.pid}\` restarts them one by one`;
  return { restUrl: ready.restUrl, banner: `${ready.banner}  ${count} workers${hint}\n\n` };
}
