import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { flag } from './flags.js';
import { nonEmpty, seconds } from './option-values.js';
import { defaultPidFile, isAlive, readPid } from './pid-file.js';
import { probe } from './probe.js';
import { urlOption } from './url-option.js';

interface StopSettings {
  readonly url: string;
  readonly pidFile?: string | undefined;
  /** In milliseconds. */
  readonly timeout: number;
}

/** In milliseconds. */
const PAUSE = 50;

/** `understudy stop` */
export const stop: CliCommand<StopSettings> = {
  name: 'stop',
  description: 'stop a server that was started with --detach or --pid-file',
  helpGroup: 'Use a running understudy:',
  examples: ['understudy stop', 'understudy stop --url http://127.0.0.1:8081'],
  configure(command) {
    command
      .addOption(urlOption())
      .addOption(
        flag('--pid-file <file>', 'file with the process to stop (default: that of the port of --url)', nonEmpty),
      )
      .addOption(
        new Option('--timeout <seconds>', 'how long requests in flight may delay the end')
          .argParser(seconds)
          .default(30_000, '30'),
      );
  },
  readSettings: (command) => command.opts<StopSettings>(),
  async run({ url, pidFile, timeout }) {
    const file = pidFile ?? defaultPidFile(url);
    const pid = readPid(file);
    const where = pidFile ?? url;
    if (pid === undefined || !isAlive(pid)) {
      if (pidFile === undefined && (await probe(url)).answers) throw notInBackground(url);
      if (pid !== undefined) rmSync(file, { force: true });
      process.stdout.write(`understudy: no server is running for ${where}\n`);
      return 0;
    }
    // The id in an old file may have become that of another program.
    const { answers, problem = '' } = pidFile === undefined ? await probe(url) : { answers: true };
    if (!answers) throw noAnswer(url, pid, problem);
    process.kill(pid, 'SIGTERM');
    const end = performance.now() + timeout;
    // A process that has ended may still be listed, but it has removed its file.
    while (isAlive(pid) && existsSync(file)) {
      if (performance.now() > end) throw stillRunning(pid, timeout);
      // oxlint-disable-next-line no-await-in-loop -- waits for another process
      await sleep(PAUSE);
    }
    process.stdout.write(`understudy: stopped process ${pid}\n`);
    return 0;
  },
};

function notInBackground(url: string): UnderstudyError {
  return badRequest(
    `the server at ${url} was not started with --detach: stop it where it was started, or name its file with --pid-file`,
  );
}

function noAnswer(url: string, pid: number, reason: string): UnderstudyError {
  return badRequest(
    `process ${pid} was started for ${url}, but ${reason}. If it is an understudy, stop it with \`kill ${pid}\``,
  );
}

function stillRunning(pid: number, timeout: number): UnderstudyError {
  return badRequest(
    `process ${pid} did not end within ${timeout / 1000} s: raise --timeout, or end it with \`kill ${pid}\``,
  );
}

function badRequest(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
}
