import { UnderstudyError } from '../core/errors.js';
import { createUnderstudy } from './create-understudy.js';
import { listen } from './listen.js';
import { portOf } from './raw-listener.js';
import { requireToken } from './require-token.js';
import { defaultSettings, type Settings } from './settings.js';
import { stopTimes } from './stop-times.js';
import type { Overrides, RunningUnderstudy, Understudy } from './understudy.js';

/** Creates an understudy and opens its ports. @throws UnderstudyError if a port is taken or a token is required */
export async function startUnderstudy(
  given: Partial<Settings> = {},
  overrides: Overrides = {},
): Promise<RunningUnderstudy> {
  checkSettings({ ...defaultSettings, ...given });
  const created = await createUnderstudy(given, overrides);
  const { settings, capability, http, mcp } = created;
  const { host, restPort = capability.ports.rest, mcpPort = capability.ports.mcp } = settings;
  const intercepts = settings.proxyPort !== undefined || settings.tlsPort !== undefined;
  // First, so that a server that answers on its other ports is ready.
  const understudy = intercepts ? await withInterception(created, overrides) : created;
  try {
    const restUrl = await listen(http, host, restPort, '--rest-port');
    const mcpUrl = await listen(mcp, host, mcpPort, '--mcp-port');
    if (understudy.announce !== undefined) {
      const { addressFor } = await import('./replicas.js');
      await understudy.announce(addressFor(settings.storeAddress, { rest: restUrl, mcp: mcpUrl }));
    }
    return { ...understudy, restUrl, mcpUrl, [Symbol.asyncDispose]: understudy.close };
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

/** Opens the ports for programs that call Twilio's own hosts. They are closed with the understudy. */
async function withInterception(understudy: Understudy, { timeoutMs }: Overrides) {
  const { settings, http, mcp } = understudy;
  const [{ openInterception }, { localServer }] = await Promise.all([
    import('./interception.js'),
    import('../surfaces/proxy/twilio-server.js'),
  ]);
  const ownPorts = () => [http, mcp].map(({ server }) => portOf(server));
  const parts = { twilio: localServer(http.server), ownPorts, log: http.log, timeoutMs };
  const interception = await openInterception(settings, parts).catch(async (error: unknown) => {
    await understudy.close();
    throw error;
  });
  const { proxyUrl, tlsUrl, close } = interception;
  return {
    ...understudy,
    proxyUrl,
    tlsUrl,
    async close() {
      await Promise.all([close(stopTimes(settings).drainMs), understudy.close()]);
    },
    async stop() {
      await understudy.stop();
      await close(0);
    },
  };
}
