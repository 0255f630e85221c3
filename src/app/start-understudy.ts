import { createUnderstudy } from './create-understudy.js';
import { listen } from './listen.js';
import { requireToken } from './require-token.js';
import { defaultSettings, type Settings } from './settings.js';
import type { Overrides, RunningUnderstudy } from './understudy.js';

/** Creates an understudy and opens its ports. @throws UnderstudyError if a port is taken or a token is required */
export async function startUnderstudy(
  given: Partial<Settings> = {},
  overrides: Overrides = {},
): Promise<RunningUnderstudy> {
  requireToken({ ...defaultSettings, ...given });
  const understudy = await createUnderstudy(given, overrides);
  const { settings, capability, http, mcp } = understudy;
  const { host, restPort = capability.ports.rest, mcpPort = capability.ports.mcp } = settings;
  try {
    const restUrl = await listen(http, host, restPort, '--rest-port');
    const mcpUrl = await listen(mcp, host, mcpPort, '--mcp-port');
    return { ...understudy, restUrl, mcpUrl, [Symbol.asyncDispose]: understudy.close };
  } catch (error) {
    await understudy.close();
    throw error;
  }
}
