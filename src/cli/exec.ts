import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Settings } from '../app/settings.js';
import { UnderstudyError } from '../core/errors.js';
import { CONTROL_BASE } from '../surfaces/control/paths.js';
import type { CliCommand } from './command.js';
import { flag, readToggle, toggle } from './flags.js';
import { list } from './option-values.js';
import { unreachable } from './failure.js';
import { addServeOptions } from './serve.js';
import { readUnderstudySettings } from './understudy-options.js';
import { urlOption } from './url-option.js';

export interface ExecSettings {
  /** Origin of the running understudy. */
  readonly url: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Hosts of Twilio that the program may reach, of those that understudy does not play. */
  readonly allowTwilio?: readonly string[] | undefined;
  /** Of a server that runs as long as the program does. Undefined: use the running understudy. */
  readonly server?: Settings | undefined;
}

/** `understudy exec -- node app.js` */
export const exec: CliCommand<ExecSettings> = {
  name: 'exec',
  description: 'run a program whose Node.js processes call an understudy instead of Twilio',
  helpGroup: 'Use a running understudy:',
  examples: ['understudy exec -- node app.js', 'understudy exec --url http://127.0.0.1:9000 -- npm test'],
  configure(command) {
    command
      .argument('<command...>', 'the program and its arguments, after --')
      .addOption(urlOption())
      .addOption(
        flag('--allow-twilio <hosts>', 'other hosts of Twilio to let out, e.g. api.twilio.com (default: none)', list),
      )
      .addOption(toggle('--serve', 'start a server for the program, with the flags below; ports are free ones'))
      .passThroughOptions();
    addServeOptions(command);
  },
  readSettings(command) {
    const settings = { ...command.opts<Pick<ExecSettings, 'url' | 'allowTwilio'>>(), command: command.args };
    if (readToggle(command, 'serve', false)) return { ...settings, server: readServer(command) };
    const unused = command.options.find(
      (option) => !['url', 'serve', 'allow-twilio'].includes(option.name()) && isGiven(command, option.attributeName()),
    );
    if (unused === undefined) return settings;
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${unused.long} is a flag of the server: add --serve`);
  },
  async run({ server, ...settings }) {
    if (server === undefined) {
      await expectUnderstudy(settings.url);
      return runProgram(settings);
    }
    const { startServers } = await import('./start-servers.js');
    const { restUrl, close } = await startServers(server);
    process.stderr.write(`understudy: serving at ${restUrl}, inspector at ${restUrl}${CONTROL_BASE}/\n`);
    try {
      return await runProgram({ ...settings, url: restUrl });
    } finally {
      await close();
    }
  },
};

const isGiven = (command: Command, key: string): boolean => command.getOptionValueSource(key) === 'cli';

function readServer(command: Command): Settings {
  return { restPort: 0, mcpPort: 0, ...withoutUndefined(readUnderstudySettings(command)) };
}

function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** @throws UnderstudyError if no understudy answers at the URL: the program would fail in a way that is hard to read */
async function expectUnderstudy(url: string): Promise<void> {
  const response = await fetch(`${url}${CONTROL_BASE}/health`).catch((cause: unknown) => {
    throw unreachable(url, 'let exec start one: `understudy exec --serve -- COMMAND`', cause);
  });
  await response.body?.cancel();
}

/**
 * Runs a program with `register` preloaded into each of its Node.js processes.
 * @returns the program's exit code, or 128 plus the number of the signal that ended it
 * @throws UnderstudyError if the program cannot be started
 */
function runProgram({ url, command, allowTwilio = [] }: ExecSettings): Promise<number> {
  const [program = '', ...args] = command;
  // `--import` would make Node load the program with its loader for ES modules, which breaks hooks such as ts-node.
  const register = JSON.stringify(fileURLToPath(new URL('register.cjs', import.meta.url)));
  const nodeOptions = `${process.env['NODE_OPTIONS'] ?? ''} --require=${register}`.trim();
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      UNDERSTUDY_URL: url,
      UNDERSTUDY_ALLOW_TWILIO: allowTwilio.join(),
      NODE_OPTIONS: nodeOptions,
    },
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
