import { type Command, Option } from 'commander';
import type { Settings } from '../app/settings.js';
import { UnderstudyError } from '../core/errors.js';
import { CONTROL_BASE } from '../surfaces/control/paths.js';
import type { CliCommand } from './command.js';
import { readStateFolder } from './environment.js';
import { unreachable } from './failure.js';
import { readToggle, toggle } from './flags.js';
import { addServeOptions } from './serve.js';
import type { ProgramSettings } from './redirected-program.js';
import { readUnderstudySettings } from './understudy-options.js';
import { urlOption } from './url-option.js';

export interface ExecSettings extends ProgramSettings {
  /** Of a server that runs as long as the program does. Undefined: use the running understudy. */
  readonly server?: Settings | undefined;
}

/** Flags that apply without `--serve`. */
const OWN_FLAGS = ['url', 'serve', 'proxy', 'no-proxy', 'allow-twilio', 'offline'];

/** `understudy exec -- node app.js` */
export const exec: CliCommand<ExecSettings> = {
  name: 'exec',
  description: 'run a program, in any language, that calls an understudy instead of Twilio',
  helpGroup: 'Use a running understudy:',
  examples: ['understudy exec -- node app.js', 'understudy exec --serve -- python3 app.py'],
  configure(command) {
    command
      .argument('<command...>', 'the program and its arguments, after --')
      .addOption(urlOption())
      .addOption(toggle('--serve', 'start a server for the program, with the flags below; ports are free ones'))
      .addOption(toggle('--proxy', 'set HTTPS_PROXY and the like for the program (default)'))
      .addOption(new Option('--no-proxy', 'set no proxy: only Node.js and Python programs call understudy'))
      .passThroughOptions();
    addServeOptions(command);
  },
  readSettings(command) {
    const settings = {
      ...command.opts<Pick<ExecSettings, 'url' | 'allowTwilio'>>(),
      offline: readToggle(command, 'offline', false),
      proxy: readToggle(command, 'proxy', true),
      stateFolder: readStateFolder(),
      command: command.args,
    };
    if (readToggle(command, 'serve', false)) return { ...settings, server: readServer(command) };
    const unused = command.options.find(
      (option) => !OWN_FLAGS.includes(option.name()) && isGiven(command, option.attributeName()),
    );
    if (unused === undefined) return settings;
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${unused.long} is a flag of the server: add --serve`);
  },
  async run({ server, ...settings }) {
    const { localServer, remoteServer, runRedirected } = await import('./redirected-program.js');
    if (server === undefined) {
      await expectUnderstudy(settings.url);
      return runRedirected(settings, remoteServer(settings.url));
    }
    const { startServers } = await import('./start-servers.js');
    const { restUrl, http, close } = await startServers(server);
    process.stderr.write(`understudy: serving at ${restUrl}, inspector at ${restUrl}${CONTROL_BASE}/\n`);
    try {
      return await runRedirected({ ...settings, url: restUrl }, localServer(http));
    } finally {
      await close();
    }
  },
};

const isGiven = (command: Command, key: string): boolean => command.getOptionValueSource(key) === 'cli';

function readServer(command: Command): Settings {
  const settings = readUnderstudySettings(command);
  // The proxy of the program is its own.
  const offline = settings.offline && settings.proxyPort !== undefined;
  return { restPort: 0, mcpPort: 0, ...withoutUndefined({ ...settings, offline }) };
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
