import { isIP } from 'node:net';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';

/** Connects to a host with TLS. An IP address cannot be the name of a handshake (RFC 6066). */
export function connectTls(host: string, options: ConnectionOptions): TLSSocket {
  return tls.connect({ host, ...options, ...(isIP(host) === 0 ? { servername: host } : {}) });
}
