import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { urlOption } from './url-option.js';

export interface ExecSettings {
  /** Origin of the running understudy. */
  readonly url: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** `understudy exec -- node app.js` */
export const exec: CliCommand<ExecSettings> = {
  name: 'exec',
  description: 'run a program whose Node.js processes call a running understudy instead of Twilio',
  helpGroup: 'Use a running understudy:',
  configure(command) {
    command
      .argument('<command...>', 'the program and its arguments, after --')
      .addOption(urlOption())
      .passThroughOptions();
  },
  readSettings: (command) => ({ ...command.opts<Pick<ExecSettings, 'url'>>(), command: command.args }),
  run: runProgram,
};

/**
 * Runs a program with `register` preloaded into each of its Node.js processes.
 * @returns the program's exit code, or 128 plus the number of the signal that ended it
 * @throws UnderstudyError if the program cannot be started
 */
function runProgram({ url, command }: ExecSettings): Promise<number> {
  const [program = '', ...args] = command;
  // `--import` would make Node load the program with its loader for ES modules, which breaks hooks such as ts-node.
  const register = JSON.stringify(fileURLToPath(new URL('register.cjs', import.meta.url)));
  const nodeOptions = `${process.env['NODE_OPTIONS'] ?? ''} --require=${register}`.trim();
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, UNDERSTUDY_URL: url, NODE_OPTIONS: nodeOptions },
  });
  // A terminal sends SIGINT to the whole process group, so the child has already received it.
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new UnderstudyError('UNDERSTUDY_BAD_OPTION', `cannot start ${program}: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
