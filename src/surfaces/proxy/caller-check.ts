import type { IncomingMessage } from 'node:http';
import { UnderstudyError } from '../../core/errors.js';
import { isLoopback } from '../../util/loopback.js';
import { readBasic } from '../http/credentials.js';
import { createSecretCheck, sentTokens } from '../http/token-guard.js';

export interface CallerOptions {
  /** Whether other machines can reach the proxy. */
  readonly isExposed: boolean;
  readonly token?: string | undefined;
}

/**
 * Returns a check that throws unless a caller may use the proxy: callers on this machine, or with the token if other
 * machines can reach it.
 */
export function createCallerCheck({ isExposed, token }: CallerOptions): (request: IncomingMessage) => void {
  const isToken = createSecretCheck(token === undefined ? [] : [token]);
  return ({ headers, socket }) => {
    if (isExposed) {
      const header = headers['proxy-authorization'];
      const { bearer } = sentTokens({ authorization: header });
      if (isToken(bearer) || isToken(readBasic(header)?.password)) return;
      throw new UnderstudyError(
        'UNDERSTUDY_PROXY_UNAUTHORIZED',
        'This proxy requires the token of the server: use http://understudy:TOKEN@HOST:PORT as the URL of the proxy.',
      );
    }
    const caller = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (isLoopback(caller)) return;
    throw new UnderstudyError('UNDERSTUDY_NOT_TUNNELLED', `This proxy serves only its own machine, not ${caller}.`);
  };
}
