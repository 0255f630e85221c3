import { startUnderstudy } from '../app/start-understudy.js';
import type { Settings } from '../app/settings.js';
import { formatBanner } from './banner.js';

/** Starts an understudy. `serve` loads this file on demand, and with it everything that a server needs. */
export async function startServers(settings: Settings): Promise<{ banner: string; close: () => Promise<void> }> {
  const understudy = await startUnderstudy(settings);
  return { banner: formatBanner(understudy), close: understudy.close };
}
