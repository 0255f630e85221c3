import { Pool } from 'undici';
import type { LiveLimits } from './limits.js';

type PoolLimits = Pick<LiveLimits, 'connections' | 'connectTimeout' | 'answerTimeout'>;

/**
 * A pool of keep-alive connections. TLS certificates are always verified, whatever the environment says.
 * @param maxResponseSize in bytes; undefined: unlimited
 */
export function createPool(
  origin: string,
  { connections, connectTimeout, answerTimeout }: PoolLimits,
  maxResponseSize?: number,
): Pool {
  return new Pool(origin, {
    connections,
    // No request waits behind a slow response on the same connection.
    pipelining: 1,
    connect: { timeout: connectTimeout, rejectUnauthorized: true },
    headersTimeout: answerTimeout,
    bodyTimeout: answerTimeout,
    ...(maxResponseSize !== undefined && { maxResponseSize }),
  });
}
