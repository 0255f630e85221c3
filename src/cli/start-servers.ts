import { startUnderstudy } from '../app/start-understudy.js';
import type { Settings } from '../app/settings.js';
import { formatBanner } from './banner.js';

export interface Servers {
  readonly banner: string;
  readonly restUrl: string;
  readonly close: () => Promise<void>;
}

/** Starts an understudy. Commands load this file on demand, and with it everything that a server needs. */
export async function startServers(settings: Settings): Promise<Servers> {
  const understudy = await startUnderstudy(settings);
  return { banner: formatBanner(understudy), restUrl: understudy.restUrl, close: understudy.close };
}
