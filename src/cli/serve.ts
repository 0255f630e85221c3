/** The two commands that run an understudy. */
import { bannerOf } from './banner.js';
import type { Settings } from '../app/settings.js';
import { createUnderstudy, startUnderstudy } from '../app/create-understudy.js';
import { packageVersion } from '../util/version.js';

/** Told how to close what was started. */
type Started = (close: () => Promise<void>) => void;

export async function serve(settings: Settings, started: Started): Promise<void> {
  const understudy = await startUnderstudy(settings);
  started(() => understudy.close());
  process.stdout.write(bannerOf(understudy, packageVersion()));
}

/** Nothing but the protocol goes to stdout. The end of stdin is the end. */
export async function speakMcp(settings: Settings, started: Started): Promise<void> {
  const { loadMcpServers, capability, http, ...understudy } = await createUnderstudy(settings);
  const [{ serverFor }, { serveMcpStdio }] = await Promise.all([loadMcpServers(), import('../surfaces/mcp/stdio.js')]);
  const origin = settings.publicUrl ?? capability.baseUri;
  const stdio = serveMcpStdio({ serverFor, origin, log: http.log });
  const close = async () => {
    await stdio.close();
    await understudy.close();
  };
  started(close);
  await stdio.closed;
  await close();
}
