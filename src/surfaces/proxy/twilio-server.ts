import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';
import { UnderstudyError } from '../../core/errors.js';
import { forward } from './forward.js';
import { rawError, sendError } from './proxy-error.js';
import { relay } from './relay.js';
import { connectTls } from './tls-client.js';

/** The server that plays the hosts of Twilio. */
export interface TwilioServer {
  /** Takes over a connection whose bytes are HTTP. */
  connection(socket: Socket): void;
  /** Answers a request whose target is a path. */
  request(request: IncomingMessage, response: ServerResponse): void;
}

/** A server in this process. To it, the connection looks as if a client had made it. */
export function localServer(server: Server): TwilioServer {
  return {
    connection(socket) {
      server.emit('connection', socket);
      // It was paused to look at its first byte.
      socket.resume();
    },
    request: (request, response) => void server.emit('request', request, response),
  };
}

/** An understudy that runs in another process. */
export function remoteServer(origin: string): TwilioServer {
  const { protocol, hostname, port } = new URL(origin);
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const address = { host, port: Number(port === '' ? (isSecure ? 443 : 80) : port), allowHalfOpen: true };
  const connect = (): Socket => (isSecure ? connectTls(host, address) : net.connect(address));
  const unreachable = ({ message }: Error) =>
    new UnderstudyError('UNDERSTUDY_TUNNEL_FAILED', `the understudy at ${origin} does not answer: ${message}`);
  return {
    connection(socket) {
      const upstream = connect();
      const refuse = (error: Error) => void socket.end(rawError(unreachable(error)));
      upstream.once('error', refuse);
      upstream.once(isSecure ? 'secureConnect' : 'connect', () => {
        upstream.off('error', refuse);
        if (socket.destroyed) upstream.destroy();
        else relay(socket, upstream);
      });
    },
    request(request, response) {
      const failed = (error: Error) => sendError(response, unreachable(error));
      forward(request, response, connect(), { path: request.url ?? '/', failed });
    },
  };
}
