import { type Command, Option } from 'commander';
import { defaultSettings, type Settings } from '../app/settings.js';
import type { CliCommand } from './command.js';
import { flag, group, readToggle, toggle } from './flags.js';
import { host, list, nonEmpty, port, secret } from './option-values.js';
import type { Background } from './detach.js';
import { closeOnSignal } from './signals.js';
import { readUnderstudySettings, understudyOptions } from './understudy-options.js';
import { checkWorkers, isWorker, startWorkers, workerCount } from './workers/workers.js';

export interface ServeSettings extends Settings {
  /** Serve in a process of its own, and return when it is ready. */
  readonly detach: boolean;
  /** Start again when the seed or a capability file changes. */
  readonly watch: boolean;
  /** The number of processes that serve. */
  readonly workers: number;
  /** Holds the process id while the server runs. */
  readonly pidFile?: string | undefined;
}

/** `understudy serve` */
export const serve: CliCommand<ServeSettings> = {
  name: 'serve',
  description: 'serve REST, Twilio and MCP callers (default command)',
  helpGroup: 'Serve:',
  isDefault: true,
  examples: [
    'understudy serve --seed support-desk',
    'understudy serve --clock manual --data world.json',
    'understudy serve --rest-port 0 --mcp-port 0     # free ports; the banner shows them',
    'understudy serve --detach && npm test; understudy stop',
  ],
  configure(command) {
    addServeOptions(command);
    for (const option of group('Process:', processOptions())) command.addOption(option);
  },
  readSettings(command) {
    const settings = {
      ...readUnderstudySettings(command),
      workers: command.getOptionValue('workers') as number,
      pidFile: command.getOptionValue('pidFile') as string | undefined,
      detach: readToggle(command, 'detach', false),
      watch: readToggle(command, 'watch', false),
    };
    checkWorkers(settings);
    return settings;
  },
  async run({ detach, watch, pidFile, workers, ...settings }) {
    if (detach) {
      const { startInBackground } = await import('./detach.js');
      return startInBackground(process.argv.slice(2));
    }
    const background = process.send && (await import('./detach.js')).thisBackground();
    if (await isWorker()) {
      const { runWorker } = await import('./workers/worker.js');
      await runWorker(settings, workers, background);
      return undefined;
    }
    const { claimPidFile, defaultPidFile } = await import('./pid-file.js');
    if (pidFile !== undefined) claimPidFile(pidFile);
    const started = await (workers > 1 ? startWorkers(workers, background) : startHere(settings, watch, background));
    if (started === undefined) return 1;
    const { banner, restUrl } = started;
    if (background === undefined) process.stdout.write(banner);
    else {
      if (pidFile === undefined) claimPidFile(defaultPidFile(restUrl));
      background.ready(banner);
    }
    return undefined;
  },
};

/** Serves in this process. */
async function startHere(settings: Settings, watch: boolean, background: Background | undefined) {
  const { startServers, startWatchedServers } = await import('./start-servers.js');
  const { bannerFor, restUrl, stop } = await (watch ? startWatchedServers : startServers)(settings, background);
  closeOnSignal(stop);
  return { banner: bannerFor(process.stdout), restUrl };
}

function processOptions() {
  return [
    toggle('--detach', 'serve in the background, and return when the server is ready'),
    new Option('--no-detach', 'serve in this process (default)'),
    toggle('--watch', 'read the seed and capability files again when they change'),
    flag('--workers <n|auto>', 'live: processes that serve; auto: one for each core', workerCount).default(1),
    flag('--pid-file <file>', 'file that holds the process id while the server runs', nonEmpty),
  ];
}

/** Declares the flags of a server. */
export function addServeOptions(command: Command): void {
  const options = [
    ...group('Network:', networkOptions()),
    ...group('Interception:', interceptionOptions()),
    ...understudyOptions(),
  ];
  for (const option of options) command.addOption(option);
}

function networkOptions() {
  return [
    flag('--host <address>', 'address to listen on', host).default(defaultSettings.host),
    flag('--rest-port <port>', 'port for REST and Twilio callers; 0 picks a free one (default: 8080)', port),
    flag('--mcp-port <port>', 'port for MCP callers; 0 picks a free one (default: 9090)', port),
    flag(
      '--token <secret>',
      'token that callers must send; required unless --host is a loopback address',
      secret('token'),
    ),
  ];
}

/** Flags for programs that call Twilio's own hosts. `exec` has those of the proxy as well. */
function interceptionOptions() {
  return [
    flag('--proxy-port <port>', 'port of an HTTP proxy that answers for *.twilio.com; 0 picks a free one', port),
    toggle('--offline', 'let the proxy connect to no other host'),
    flag('--allow-twilio <hosts>', 'other hosts of Twilio to let out, e.g. api.twilio.com (default: none)', list),
    flag('--tls-port <port>', 'port for HTTPS to *.twilio.com, for hosts files; 0 picks a free one', port),
    flag('--tls-cert <file>', 'certificate for --tls-port, in PEM (default: issued by the local CA)', nonEmpty),
    flag('--tls-key <file>', 'private key for --tls-cert, in PEM', nonEmpty),
  ];
}
