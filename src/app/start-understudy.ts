import { UnderstudyError } from '../core/errors.js';
import { createUnderstudy } from './create-understudy.js';
import { listen } from './listen.js';
import { modes } from './modes/index.js';
import { portOf } from './raw-listener.js';
import { requireToken } from './require-token.js';
import { defaultSettings, type Settings } from './settings.js';
import type { Overrides, RunningUnderstudy } from './understudy.js';

/** Creates an understudy and opens its ports. @throws UnderstudyError if a port is taken or a token is required */
export async function startUnderstudy(
  given: Partial<Settings> = {},
  overrides: Overrides = {},
): Promise<RunningUnderstudy> {
  checkSettings({ ...defaultSettings, ...given });
  const understudy = await createUnderstudy(given, overrides);
  const { settings, capability, http, mcp } = understudy;
  const { host, restPort = capability.ports.rest, mcpPort = capability.ports.mcp } = settings;
  try {
    const restUrl = await listen(http, host, restPort, '--rest-port');
    const mcpUrl = await listen(mcp, host, mcpPort, '--mcp-port');
    const running = { ...understudy, restUrl, mcpUrl };
    const intercepts = settings.proxyPort !== undefined || settings.tlsPort !== undefined;
    return intercepts ? await withInterception(running, overrides) : disposable(running);
  } catch (error) {
    await understudy.close();
    throw error;
  }
}

/** @throws UnderstudyError for settings that contradict each other */
function checkSettings(settings: Settings): void {
  requireToken(settings);
  const { proxyPort, tlsPort, tlsCert, tlsKey, offline } = settings;
  if (tlsCert !== undefined && tlsKey === undefined) throw missing('--tls-cert', '--tls-key');
  if (tlsKey !== undefined && tlsCert === undefined) throw missing('--tls-key', '--tls-cert');
  if (tlsCert !== undefined && tlsPort === undefined) throw missing('--tls-cert', '--tls-port');
  if (offline && proxyPort === undefined) throw missing('--offline', '--proxy-port');
}

function missing(flag: string, needed: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${flag} has no effect without ${needed}: add it`);
}

type Listening = Omit<RunningUnderstudy, typeof Symbol.asyncDispose>;

async function withInterception(understudy: Listening, { timeoutMs }: Overrides): Promise<RunningUnderstudy> {
  const { settings, http, mcp } = understudy;
  const [{ openInterception }, { localServer }] = await Promise.all([
    import('./interception.js'),
    import('../surfaces/proxy/twilio-server.js'),
  ]);
  const ownPorts = [http, mcp].map(({ server }) => portOf(server));
  const twilio = localServer(http.server);
  const { proxyUrl, tlsUrl, close } = await openInterception(settings, { twilio, ownPorts, log: http.log, timeoutMs });
  return disposable({
    ...understudy,
    proxyUrl,
    tlsUrl,
    async close() {
      await Promise.all([close(settings.drain ?? modes[settings.mode].drainMs), understudy.close()]);
    },
    async stop() {
      await understudy.stop();
      await close(0);
    },
  });
}

function disposable(understudy: Listening): RunningUnderstudy {
  return { ...understudy, [Symbol.asyncDispose]: understudy.close };
}
