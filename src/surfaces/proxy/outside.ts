import http from 'node:http';
import net, { type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { getProxyForUrl } from 'proxy-from-env';
import { UnderstudyError } from '../../core/errors.js';
import { isLoopback } from '../../util/loopback.js';
import { connectTls } from './tls-client.js';

export interface OutsideOptions {
  /** Connect to nothing. */
  readonly offline: boolean;
  /** Whether other machines can reach the proxy. They must not reach what listens on this machine alone. */
  readonly isExposed: boolean;
  /** The ports that this program listens on. */
  readonly ownPorts: () => readonly number[];
  readonly timeoutMs: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection for plain HTTP, and the target and headers that its other end expects. */
interface HttpRoute {
  readonly connection: Socket;
  readonly path: string;
  readonly headers: readonly string[];
}

/** Connections to hosts that are not Twilio's, through the proxy of the environment if there is one. */
export interface Outside {
  /** @throws UnderstudyError if the address is refused, or does not answer */
  tunnel(address: Address): Promise<Socket>;
  /** Connects for a request with this URL. @throws UnderstudyError as `tunnel` does */
  route(url: URL): Promise<HttpRoute>;
}

export function createOutside({ offline, isExposed, ownPorts, timeoutMs }: OutsideOptions): Outside {
  async function connect({ host, port }: Address): Promise<Socket> {
    if (offline) throw refused(`${host} is not a host of Twilio, and --offline refuses all others`);
    const socket = net.connect({ host, port, allowHalfOpen: true });
    await connected(socket, 'connect', { host, port }, timeoutMs);
    const problem = problemWith(socket.remoteAddress ?? '', socket.remotePort ?? port);
    if (problem === undefined) return socket;
    socket.destroy();
    throw refused(`${host}:${port} ${problem}`);
  }

  // After the connection is made, so that no name can lead elsewhere in between.
  function problemWith(address: string, port: number): string | undefined {
    if (!isThisMachine(address)) return undefined;
    if (ownPorts().includes(port)) return 'is a port of understudy itself: call it without the proxy';
    return isExposed ? 'is on the machine of the proxy, which callers from other machines may not reach' : undefined;
  }

  async function connectTo(proxy: URL): Promise<Socket> {
    if (!/^https?:$/.test(proxy.protocol)) {
      throw failed(`the environment names ${proxy.protocol}//${proxy.host}, but only HTTP proxies are supported`);
    }
    const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port);
    const socket = await connect({ host, port });
    if (proxy.protocol !== 'https:') return socket;
    const secure = connectTls(host, { socket });
    await connected(secure, 'secureConnect', { host, port }, timeoutMs);
    return secure;
  }

  async function tunnel({ host, port }: Address): Promise<Socket> {
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const proxy = proxyFor(`https://${authority}`);
    if (proxy === undefined) return connect({ host, port });
    return askForTunnel(await connectTo(proxy), authority, proxy, timeoutMs);
  }

  return {
    tunnel,
    async route(url) {
      const path = url.pathname + url.search;
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      if (url.protocol === 'https:') {
        const port = Number(url.port === '' ? 443 : url.port);
        const connection = connectTls(host, { socket: await tunnel({ host, port }) });
        await connected(connection, 'secureConnect', { host, port }, timeoutMs);
        return { connection, path, headers: [] };
      }
      const proxy = proxyFor(url.href);
      if (proxy === undefined) {
        const port = Number(url.port === '' ? 80 : url.port);
        return { connection: await connect({ host, port }), path, headers: [] };
      }
      return { connection: await connectTo(proxy), path: url.href, headers: credentialsOf(proxy) };
    },
  };
}

/** The proxy that the environment of this process names for a URL. */
function proxyFor(url: string): URL | undefined {
  const text = getProxyForUrl(url);
  return text !== '' && URL.canParse(text) ? new URL(text) : undefined;
}

function credentialsOf({ username, password }: URL): string[] {
  if (username === '') return [];
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return ['Proxy-Authorization', `Basic ${basic}`];
}

/** Asks another proxy for a tunnel. */
function askForTunnel(connection: Socket, authority: string, proxy: URL, timeoutMs: number): Promise<Socket> {
  const headers = ['Host', authority, ...credentialsOf(proxy)];
  const request = http.request({ method: 'CONNECT', path: authority, headers, createConnection: () => connection });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      connection.destroy();
      reject(failed(`the proxy ${proxy.host} does not connect to ${authority}: ${reason}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} seconds`), timeoutMs);
    request.once('close', () => clearTimeout(timer));
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      clearTimeout(timer);
      if (statusCode < 200 || statusCode > 299) return fail(`it responded with ${statusCode}`);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', ({ statusCode }) => fail(`it responded with ${statusCode}`));
    request.once('error', ({ message }) => fail(message));
    request.end();
  });
}

function connected(socket: Socket, event: string, { host, port }: Address, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      socket.destroy();
      reject(failed(`cannot connect to ${host}:${port}: ${reason}`));
    };
    const onError = ({ message }: Error) => fail(message);
    const onTimeout = () => fail(`no answer within ${timeoutMs / 1000} seconds`);
    socket.setTimeout(timeoutMs, onTimeout);
    socket.once('error', onError);
    socket.once(event, () => {
      socket.setTimeout(0, onTimeout);
      socket.off('error', onError);
      // Whoever uses the socket next learns of later errors as well.
      socket.on('error', () => undefined);
      resolve();
    });
  });
}

function isThisMachine(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  if (isLoopback(plain)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((each) => each.address === plain));
}

function refused(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_NOT_TUNNELLED', message);
}

function failed(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_TUNNEL_FAILED', message);
}
