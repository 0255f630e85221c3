import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { brokenRequest, rawRefusal } from '../http/refusal.js';
import type { createCallerCheck } from './caller-check.js';
import { onFirstByte } from './first-byte.js';
import { endToEndHeaders, forward } from './forward.js';
import type { Address, Outside } from './outside.js';
import { rawError, sendError } from './proxy-error.js';
import { relay } from './relay.js';
import type { TwilioServer } from './twilio-server.js';

export interface ProxyOptions {
  readonly twilio: TwilioServer;
  /** Performs the TLS handshake of a connection to a host of Twilio, and hands it to `twilio`. */
  readonly acceptTls: (socket: Socket) => void;
  /** Whether requests for a host are answered here. */
  readonly isRedirected: (host: string) => boolean;
  readonly outside: Outside;
  readonly checkCaller: ReturnType<typeof createCallerCheck>;
  /** How long a client may take to send a request, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/** Connections at one time. A program that needs more waits. */
export const MAX_CONNECTIONS = 1000;

/** An HTTP proxy that answers for the hosts of Twilio and connects to all other hosts. It does not listen yet. */
export function createProxy(options: ProxyOptions): Server {
  const { timeoutMs } = options;
  const server = createServer({
    requestTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    connectionsCheckingInterval: Math.min(timeoutMs, 5000),
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => void handleRequest(request, response, options));
  server.on('connect', (request, socket: Socket, head: Buffer) => void handleConnect(request, socket, head, options));
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (socket.writable && code !== 'ECONNRESET') socket.end(rawRefusal(brokenRequest(code)));
    else socket.destroy();
  });
  return server;
}

async function handleConnect(request: IncomingMessage, socket: Socket, head: Buffer, options: ProxyOptions) {
  const { twilio, acceptTls, isRedirected, outside, checkCaller, timeoutMs, log } = options;
  socket.on('error', () => undefined);
  try {
    checkCaller(request);
    const address = readAddress(request.url ?? '');
    if (head.length > 0) socket.unshift(head);
    if (isRedirected(address.host)) {
      socket.write(ESTABLISHED);
      onFirstByte(socket, timeoutMs, (isTls) => (isTls ? acceptTls(socket) : twilio.connection(socket)));
      return;
    }
    const upstream = await outside.tunnel(address);
    if (socket.destroyed) {
      upstream.destroy();
      return;
    }
    socket.write(ESTABLISHED);
    relay(socket, upstream);
  } catch (error) {
    log.info({}, `CONNECT ${request.url} refused: ${(error as Error).message}`);
    socket.end(rawError(error));
  }
}

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/** Reads `host:port`. An IPv6 address is in brackets. */
function readAddress(target: string): Address {
  const [, host = '', port] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253}):(\d{1,5})$/i.exec(target) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw badRequest(
      `CONNECT needs a host and a port, such as example.com:443, not ${JSON.stringify(target.slice(0, 100))}`,
    );
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

async function handleRequest(request: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> {
  const { twilio, isRedirected, outside, checkCaller, log } = options;
  try {
    checkCaller(request);
    const url = readUrl(request.url ?? '');
    if (isRedirected(url.hostname)) {
      toOriginForm(request, url);
      return twilio.request(request, response);
    }
    const { connection, path, headers } = await outside.route(url);
    const failed = ({ message }: Error) =>
      sendError(response, new UnderstudyError('UNDERSTUDY_TUNNEL_FAILED', `${url.host} does not answer: ${message}`));
    forward(request, response, { over: connection, path, extra: headers, failed });
  } catch (error) {
    log.info({}, `${request.method} through the proxy refused: ${(error as Error).message}`);
    sendError(response, error);
  }
}

/** Reads the URL of a request to a proxy. Some clients send those with https as well, instead of CONNECT. */
function readUrl(target: string): URL {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw badRequest('this port is an HTTP proxy: name it in HTTPS_PROXY and HTTP_PROXY, and call the hosts themselves');
}

/** Makes a request to a proxy look like one to the host itself. */
function toOriginForm(request: IncomingMessage, { host, pathname, search }: URL): void {
  request.url = pathname + search;
  const others = endToEndHeaders(request.rawHeaders);
  request.rawHeaders = ['Host', host];
  for (let at = 0; at < others.length; at += 2) {
    const [name = '', value = ''] = others.slice(at, at + 2);
    if (name.toLowerCase() !== 'host') request.rawHeaders.push(name, value);
  }
  request.headers.host = host;
  delete request.headers['proxy-authorization'];
  delete request.headers['proxy-connection' as 'connection'];
}

function badRequest(problem: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `${problem}.`);
}
