import type { Server } from 'node:http';
import { startUnderstudy } from '../app/start-understudy.js';
import type { Settings } from '../app/settings.js';
import type { Overrides, RunningUnderstudy } from '../app/understudy.js';
import type { OnStartProgress } from '../core/start-progress.js';
import { loadMcpSdk } from '../surfaces/mcp/load-servers.js';
import { whenIdle } from '../util/when-idle.js';
import { formatBanner } from './banner.js';
import { reportFailure } from './failure.js';
import { createStartProgress } from './start-progress.js';
import { styleFor } from './style.js';

type Output = Pick<typeof process.stdout, 'isTTY' | 'hasColors' | 'columns'>;

export interface Servers {
  readonly bannerFor: (output: Output) => string;
  readonly restUrl: string;
  readonly groupPart: RunningUnderstudy['groupPart'];
  /** The server at `restUrl`. */
  readonly http: Server;
  readonly close: () => Promise<void>;
  /** The same after the lame duck time. */
  readonly stop: () => Promise<void>;
}

/** Starts an understudy. Commands load this file on demand, and with it everything that a server needs. */
export async function startServers(
  settings: Settings,
  overrides: Pick<Overrides, 'writeLog' | 'group'> = {},
): Promise<Servers> {
  return withProgress(async (onProgress) => serversOf(await startUnderstudy(settings, { ...overrides, onProgress })));
}

/** The same with a server that is replaced when a file changes. Ends the process if it cannot be started again. */
export async function startWatchedServers(
  settings: Settings,
  overrides: Pick<Overrides, 'writeLog'> = {},
): Promise<Servers> {
  const { startWatched } = await import('./watch.js');
  const { current, unwatch } = await withProgress((onProgress) =>
    startWatched(settings, {
      overrides: { ...overrides, onProgress },
      report: (line) => void process.stderr.write(`understudy: ${line}\n`),
      fail(error) {
        reportFailure(error);
        process.exit(1);
      },
    }),
  );
  const end = (close: (understudy: RunningUnderstudy) => Promise<void>) => (): Promise<void> => {
    unwatch();
    return close(current());
  };
  return { ...serversOf(current()), close: end(({ close }) => close()), stop: end(({ stop }) => stop()) };
}

/** Shows the progress of a long start, and of worlds that are seeded later. */
async function withProgress<T>(start: (onProgress: OnStartProgress) => Promise<T>): Promise<T> {
  const { report, clear } = createStartProgress();
  try {
    return await start(report);
  } finally {
    clear();
  }
}

function serversOf(understudy: RunningUnderstudy): Servers {
  const readyAfter = performance.now();
  // Otherwise the first MCP client waits for it. If it fails, that client's request tries again.
  whenIdle(() => void loadMcpSdk().catch(() => undefined));
  return {
    bannerFor: (output) => formatBanner(understudy, { style: styleFor(output), columns: output.columns, readyAfter }),
    restUrl: understudy.restUrl,
    groupPart: understudy.groupPart,
    http: understudy.http.server,
    close: understudy.close,
    stop: understudy.stop,
  };
}
