import type { CliCommand } from './command.js';
import { flag } from './flags.js';
import { duration, nonEmpty } from './option-values.js';
import { type Connection, requestJson } from './running-understudy.js';
import { urlOption } from './url-option.js';

export interface TokenSettings extends Connection {
  readonly identity: string;
  /** SID of the service. Undefined: the default service. */
  readonly service?: string | undefined;
  /** In milliseconds. */
  readonly ttl?: number | undefined;
}

/** `understudy token --identity alice` */
export const token: CliCommand<TokenSettings> = {
  name: 'token',
  description: "print an access token for Twilio's client SDKs, made by a running understudy",
  helpGroup: 'Use a running understudy:',
  examples: ['understudy token --identity alice', 'understudy token --identity alice --service IS… --ttl 5m'],
  configure(command) {
    command
      .requiredOption('--identity <text>', 'identity of the user, who is created when the client connects', nonEmpty)
      .option('--service <sid>', 'SID of the service (default: the default service)', nonEmpty)
      .option('--ttl <time>', 'how long the token is valid, e.g. 90s, 5m or 1h (default: 1h)', duration)
      .addOption(urlOption())
      .addOption(flag('--world <sid>', 'account SID of the world (default: the default account)', nonEmpty))
      .addOption(flag('--token <secret>', 'token of the understudy', nonEmpty));
  },
  readSettings: (command) => command.opts<TokenSettings>(),
  async run({ identity, service, ttl, ...connection }) {
    const form = new URLSearchParams({ identity });
    if (service !== undefined) form.set('service', service);
    if (ttl !== undefined) form.set('ttl', String(Math.ceil(ttl / 1000)));
    const { token: made } = await requestJson(connection, '/clients/token', { form });
    process.stdout.write(`${made as string}\n`);
    return undefined;
  },
};
