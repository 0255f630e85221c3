import type { FastifyInstance } from 'fastify';
import { isTwilioHost } from '../../core/twilio-hosts.js';
import { memoize } from '../../util/memoize.js';
import { readHost } from './host-guard.js';
import type { GuardedRequest } from './operation-request.js';

/** Returns the origin that URLs in a response begin with, e.g. `http://127.0.0.1:8080`. */
export type OriginOf = (request: Pick<GuardedRequest, 'headers' | 'socket'>) => string;

/** URLs begin with `publicUrl` if there is one, else with this server as the client addressed it. */
export function createOriginOf(app: FastifyInstance, publicUrl: string | undefined): OriginOf {
  if (publicUrl !== undefined) return () => publicUrl;
  const originFor = memoize((header) => {
    const host = readHost(header) ?? boundHost(app);
    // A program that `register` redirects to this server believes that it talks to Twilio, which serves only https.
    return isTwilioHost(host) ? `https://${host}` : `http://${host.replace(/:80$/, '')}`;
  });
  const secureOriginFor = memoize((header) => `https://${(readHost(header) ?? boundHost(app)).replace(/:443$/, '')}`);
  return ({ headers, socket }) => {
    const host = headers.host ?? boundHost(app);
    return 'encrypted' in socket ? secureOriginFor(host) : originFor(host);
  };
}

/** The origin of this server for callers that send no `Host`: `publicUrl`, else the bound address. */
export function createOwnOrigin(app: FastifyInstance, publicUrl: string | undefined): () => string {
  return () => publicUrl ?? `http://${boundHost(app)}`;
}

/** The origin of `app` for a client of our other server: the host name that the client used, with the port of `app`. */
export function createSiblingOriginOf(app: FastifyInstance, publicUrl: string | undefined): OriginOf {
  if (publicUrl !== undefined) return () => publicUrl;
  const originFor = memoize((host) => {
    const bound = boundHost(app);
    const [port] = /:\d+$/.exec(bound) ?? [''];
    return `http://${(readHost(host) ?? bound).replace(/:\d+$/, '')}${port}`;
  });
  return ({ headers: { host = '' } }) => originFor(host);
}

function boundHost({ server }: FastifyInstance): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return 'localhost';
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
