import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readHost } from './guard.js';

/** Makes the origin that the URLs in an answer begin with: this server as the client named it. */
export function createOriginOf(
  app: FastifyInstance,
  publicUrl: string | undefined,
): (request: FastifyRequest) => string {
  const fixed = publicUrl?.replace(/\/+$/, '');
  return ({ headers }) => fixed ?? `http://${(readHost(headers.host) ?? ownHost(app)).replace(/:80$/, '')}`;
}

function ownHost({ server }: FastifyInstance): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return 'localhost';
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
