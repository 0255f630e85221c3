import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecSettings } from './client-options.js';
import { UnderstudyError } from '../core/errors.js';

/**
 * Runs a program with `register` loaded into each of its Node.js processes, and gives the code that it ends with.
 * @throws UnderstudyError when it cannot be started
 */
export function runExec({ url, command }: ExecSettings, env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...args] = command;
  const register = new URL('register.js', import.meta.url).href;
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...env, UNDERSTUDY_URL: url, NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import=${register}`.trim() },
  });
  // A terminal tells both of SIGINT; any other sender means the program.
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${program} cannot be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
