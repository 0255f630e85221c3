import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { UnderstudyError } from '../../core/errors.js';
import { checkServerName } from '../http/host-guard.js';
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

/** An understudy that runs in another process. Each connection to the proxy has one to it. */
export function remoteServer(origin: string): TwilioServer {
  const { protocol, hostname, port } = new URL(origin);
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const address = { host, port: Number(port === '' ? (isSecure ? 443 : 80) : port), allowHalfOpen: true };
  const connect = (): Socket => (isSecure ? connectTls(host, address) : net.connect(address));
  const unreachable = ({ message }: Error) =>
    new UnderstudyError('UNDERSTUDY_TUNNEL_FAILED', `the understudy at ${origin} does not answer: ${message}`);

  const agents = new WeakMap<Socket, Agent>();
  function agentFor(client: Socket): Agent {
    const known = agents.get(client);
    if (known !== undefined) return known;
    const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
      createConnection: () => connect().once('close', () => client.end()),
    });
    agents.set(client, agent);
    client.once('close', () => agent.destroy());
    return agent;
  }
  function request(message: IncomingMessage, response: ServerResponse): void {
    try {
      checkServerName(message.socket, message.headers.host ?? '');
      const failed = (error: Error) => sendError(response, unreachable(error));
      forward(message, response, { over: agentFor(message.socket), path: message.url ?? '/', failed });
    } catch (error) {
      sendError(response, error);
    }
  }
  function upgrade({ method, url, rawHeaders, headers, socket }: IncomingMessage, _socket: Duplex, head: Buffer): void {
    try {
      checkServerName(socket, headers.host ?? '');
    } catch (error) {
      return void socket.end(rawError(error));
    }
    const upstream = connect();
    const refuse = (error: Error) => void socket.end(rawError(unreachable(error)));
    upstream.once('error', refuse);
    upstream.once(isSecure ? 'secureConnect' : 'connect', () => {
      upstream.off('error', refuse);
      if (socket.destroyed) return upstream.destroy();
      upstream.write(`${method} ${url} HTTP/1.1\r\n${headerLines(rawHeaders)}\r\n`, 'latin1');
      upstream.write(head);
      return relay(socket, upstream);
    });
  }

  const server = createServer({ requireHostHeader: false, requestTimeout: 0, keepAliveTimeout: 0 });
  server.on('request', request);
  server.on('upgrade', upgrade);
  return { ...localServer(server), request };
}

function headerLines(rawHeaders: readonly string[]): string {
  return rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}
