/**
 * For `node --require twilio-understudy/register`: redirects requests for `*.twilio.com` to an understudy, with any HTTP
 * client. It patches Node's sockets, which all clients use, so the program sees only Twilio's host names. The understudy
 * refuses what it does not play, so nothing reaches Twilio unless UNDERSTUDY_ALLOW_TWILIO names its host. Requests to other
 * hosts are not affected.
 */
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { createRedirectCheck } from './core/twilio-hosts.js';

// This code runs in the user's program, where the environment is the only way to configure it.
const understudy = new URL(process.env['UNDERSTUDY_URL'] ?? 'http://127.0.0.1:8080');
const isSecure = understudy.protocol === 'https:';
const host = understudy.hostname.replace(/^\[(.*)\]$/, '$1');
const port = Number(understudy.port === '' ? (isSecure ? 443 : 80) : understudy.port);

const isRedirected = createRedirectCheck((process.env['UNDERSTUDY_ALLOW_TWILIO'] ?? '').split(/[\s,]+/));

interface Target {
  host?: string | undefined;
  servername?: string | undefined;
  socket?: { destroy(): unknown } | undefined;
}

const { connect: connectTls } = tls;
// oxlint-disable-next-line typescript/unbound-method -- it is always applied to a socket
const connect = net.Socket.prototype.connect;

tls.connect = function redirectedTls(this: unknown, ...args: unknown[]) {
  const options = optionsOf(args);
  if (!isRedirected(options.host ?? options.servername ?? ''))
    return Reflect.apply(connectTls, this, args) as tls.TLSSocket;
  const done = args.find((arg): arg is () => void => typeof arg === 'function');
  // A tunnel through a proxy would lead to Twilio.
  options.socket?.destroy();
  if (isSecure)
    return connectTls({ ...options, socket: undefined, host, port, servername: host } as tls.ConnectionOptions, done);
  return imitateTls(net.connect({ host, port }), done);
} as typeof tls.connect;

/** Makes a plain socket look like a TLS socket to clients: they wait for its event and check its properties. */
function imitateTls(socket: net.Socket, done: (() => void) | undefined): net.Socket {
  if (done !== undefined) socket.once('secureConnect', done);
  socket.once('connect', () => socket.emit('secureConnect'));
  return Object.assign(socket, {
    encrypted: true,
    authorized: true,
    alpnProtocol: false,
    getPeerCertificate: () => ({}),
  });
}

/** Redirects plain HTTP to Twilio as well. */
net.Socket.prototype.connect = function redirected(this: net.Socket, ...args: unknown[]) {
  const options = optionsOf(args);
  if (this instanceof tls.TLSSocket || isSecure || !isRedirected(options.host ?? ''))
    return Reflect.apply(connect, this, args) as net.Socket;
  const done = args.flat().find((arg): arg is () => void => typeof arg === 'function');
  return Reflect.apply(connect, this, [{ ...options, host, port }, done]) as net.Socket;
};

/** Finds the options among arguments: `(options)`, `(port, host, options)`, or Node's internal `([options, callback])`. */
function optionsOf(args: readonly unknown[]): Target {
  const [first, second] = args.flat();
  if (typeof first === 'object' && first !== null) return first;
  const options = args.find((arg): arg is Target => typeof arg === 'object' && arg !== null) ?? {};
  return typeof second === 'string' ? { ...options, host: second } : options;
}

syncBuiltinESMExports();

// `exec` sets NODE_USE_ENV_PROXY, and Node.js 22 warns that this is experimental. The program did not ask for it.
const warn = process.listeners('warning');
process.removeAllListeners('warning').on('warning', (warning) => {
  if ((warning as { code?: unknown }).code === 'UNDICI-EHPA') return;
  for (const listener of warn) Reflect.apply(listener, process, [warning]);
});
