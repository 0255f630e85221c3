import type { FastifyInstance, FastifyRequest } from 'fastify';
import { memoize } from '../../util/memoize.js';
import { isTwilioHost } from '../../core/twilio-hosts.js';
import { readHost } from './access.js';

type OriginOf = (request: FastifyRequest) => string;

/** Makes the origin that the URLs in an answer begin with: this server as the client named it. */
export function createOriginOf(app: FastifyInstance, publicUrl: string | undefined): OriginOf {
  if (publicUrl !== undefined) return () => publicUrl;
  const originAt = memoize((header) => {
    const host = readHost(header) ?? ownHost(app);
    // A program that was sent here by `register` believes that it speaks to Twilio, which has no other scheme.
    return isTwilioHost(host) ? `https://${host}` : `http://${host.replace(/:80$/, '')}`;
  });
  return ({ headers }) => originAt(headers.host ?? ownHost(app));
}

/** The origin of this server itself, for whoever names none. */
export function createOwnOrigin(app: FastifyInstance, publicUrl: string | undefined): () => string {
  return () => publicUrl ?? `http://${ownHost(app)}`;
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
