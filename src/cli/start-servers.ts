import { startUnderstudy } from '../app/start-understudy.js';
import type { Settings } from '../app/settings.js';
import type { Overrides } from '../app/understudy.js';
import { loadMcpSdk } from '../surfaces/mcp/load-servers.js';
import { whenIdle } from '../util/when-idle.js';
import { formatBanner } from './banner.js';
import { styleFor } from './style.js';

type Output = Pick<typeof process.stdout, 'isTTY' | 'hasColors' | 'columns'>;

export interface Servers {
  readonly bannerFor: (output: Output) => string;
  readonly restUrl: string;
  readonly close: () => Promise<void>;
  /** The same after the lame duck time. */
  readonly stop: () => Promise<void>;
}

/** Starts an understudy. Commands load this file on demand, and with it everything that a server needs. */
export async function startServers(settings: Settings, overrides: Pick<Overrides, 'writeLog'> = {}): Promise<Servers> {
  const understudy = await startUnderstudy(settings, overrides);
  const readyAfter = performance.now();
  // Otherwise the first MCP client waits for it. If it fails, that client's request tries again.
  whenIdle(() => void loadMcpSdk().catch(() => undefined));
  return {
    bannerFor: (output) => formatBanner(understudy, { style: styleFor(output), columns: output.columns, readyAfter }),
    restUrl: understudy.restUrl,
    close: understudy.close,
    stop: understudy.stop,
  };
}
