import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readHost } from './guard.js';

type OriginOf = (request: FastifyRequest) => string;

/** Makes the origin that the URLs in an answer begin with: this server as the client named it. */
export function createOriginOf(app: FastifyInstance, publicUrl: string | undefined): OriginOf {
  return ({ headers }) => publicUrl ?? `http://${(readHost(headers.host) ?? ownHost(app)).replace(/:80$/, '')}`;
}

/** The same for a client of another server of ours: the name that it calls, and the port of `app`. */
export function createOriginBeside(app: FastifyInstance, publicUrl: string | undefined): OriginOf {
  return ({ headers }) => {
    const [ownPort] = /:\d+$/.exec(ownHost(app)) ?? [''];
    return publicUrl ?? `http://${(readHost(headers.host) ?? ownHost(app)).replace(/:\d+$/, '')}${ownPort}`;
  };
}

function ownHost({ server }: FastifyInstance): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return 'localhost';
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
