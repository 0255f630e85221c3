import { UnderstudyError } from '../core/errors.js';
import { isLoopback } from '../util/loopback.js';
import { modes } from './modes/index.js';
import type { Settings } from './settings.js';

/**
 * Requires a token if other machines can reach the server. A proxy with a public URL may have access control of its own,
 * so behind one the token is required only if calls reach Twilio.
 * @throws UnderstudyError if the token is missing
 */
export function requireToken({ host, token, publicUrl, mode }: Settings): void {
  if (token !== undefined) return;
  if (!isLoopback(host)) {
    throw noToken(`other machines can reach --host ${host}: set --token (or UNDERSTUDY_TOKEN), or use 127.0.0.1`);
  }
  const isPublic = publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname);
  if (isPublic && modes[mode].callsTwilio) {
    throw noToken(
      `anyone who can reach --public-url ${publicUrl} could use your Twilio account: set --token (or UNDERSTUDY_TOKEN)`,
    );
  }
}

function noToken(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_NO_TOKEN', message);
}
