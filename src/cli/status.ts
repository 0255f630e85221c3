import { isLoopback } from '../util/loopback.js';
import type { CliCommand } from './command.js';
import { flag } from './flags.js';
import { nonEmpty } from './option-values.js';
import { defaultPidFile, isAlive, readPid } from './pid-file.js';
import { requestJson } from './running-understudy.js';
import { urlOption } from './url-option.js';

interface StatusSettings {
  readonly url: string;
  readonly token?: string | undefined;
  readonly json: boolean;
}

interface Health {
  readonly version: string;
  readonly mode: string;
  /** In seconds. */
  readonly uptime: number;
  readonly ready: boolean;
}

/** `understudy status`. Exits with 1 if the server is not ready. */
export const status: CliCommand<StatusSettings> = {
  name: 'status',
  description: 'show whether an understudy runs, and in which mode',
  helpGroup: 'Use a running understudy:',
  examples: ['understudy status', 'understudy status --json | jq .mode'],
  configure(command) {
    command
      .addOption(urlOption())
      .addOption(flag('--token <secret>', 'token of the understudy', nonEmpty))
      .option('--json', 'print JSON');
  },
  readSettings(command) {
    const { json = false, ...rest } = command.opts<Omit<StatusSettings, 'json'> & { readonly json?: boolean }>();
    return { ...rest, json };
  },
  async run({ json, ...connection }) {
    const { url } = connection;
    const { version, mode, uptime, ready } = (await requestJson(connection, '/health')) as unknown as Health;
    const pid = backgroundPid(url);
    process.stdout.write(
      json
        ? `${JSON.stringify({ url, version, mode, uptime, ready, pid: pid ?? null })}\n`
        : `understudy ${version} at ${url}: mode ${mode}, ${ready ? 'ready' : 'not ready'}, up ${formatUptime(uptime)}` +
            `${pid === undefined ? '' : `, in the background as process ${pid}`}\n`,
    );
    return ready ? 0 : 1;
  },
};

/** The process of a server that `serve --detach` has started on this machine. */
function backgroundPid(url: string): number | undefined {
  const pid = isLoopback(new URL(url).hostname) ? readPid(defaultPidFile(url)) : undefined;
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}

function formatUptime(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
