import type { Command } from 'commander';
import { defaultSettings, type Settings } from '../app/settings.js';
import type { CliCommand } from './command.js';
import { flag, group } from './flags.js';
import { host, port, secret } from './option-values.js';
import { closeOnSignal } from './signals.js';
import { readUnderstudySettings, understudyOptions } from './understudy-options.js';

/** `understudy serve` */
export const serve: CliCommand<Settings> = {
  name: 'serve',
  description: 'serve REST, Twilio and MCP callers (default command)',
  helpGroup: 'Serve:',
  isDefault: true,
  examples: [
    'understudy serve --seed support-desk',
    'understudy serve --clock manual --data world.json',
    'understudy serve --rest-port 0 --mcp-port 0     # free ports; the banner shows them',
  ],
  configure: addServeOptions,
  readSettings: readUnderstudySettings,
  async run(settings) {
    const { startServers } = await import('./start-servers.js');
    const { bannerFor, stop } = await startServers(settings);
    closeOnSignal(stop);
    process.stdout.write(bannerFor(process.stdout));
    return undefined;
  },
};

/** Declares the flags of a server. */
export function addServeOptions(command: Command): void {
  for (const option of [...group('Network:', networkOptions()), ...understudyOptions()]) command.addOption(option);
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
