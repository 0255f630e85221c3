/**
 * Loaded by `node --import twilio-understudy/register`: sends what a program asks of `conversations*.twilio.com` to an
 * understudy, whatever HTTP client it uses. It works where all of them meet, at Node's sockets, so a program sees
 * nothing but Twilio's own host names. Everything else goes where it always went.
 */
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { isTwilioHost } from './core/twilio-hosts.js';

// This runs in the user's program, which has no other way to tell it.
const understudy = new URL(process.env['UNDERSTUDY_URL'] ?? 'http://127.0.0.1:8080');
const isSecure = understudy.protocol === 'https:';
const host = understudy.hostname.replace(/^\[(.*)\]$/, '$1');
const port = Number(understudy.port === '' ? (isSecure ? 443 : 80) : understudy.port);

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
  if (!isTwilioHost(options.host ?? options.servername ?? ''))
    return Reflect.apply(connectTls, this, args) as tls.TLSSocket;
  const done = args.find((arg): arg is () => void => typeof arg === 'function');
  // A proxy's tunnel leads to Twilio: it is not used.
  options.socket?.destroy();
  if (isSecure)
    return connectTls({ ...options, socket: undefined, host, port, servername: host } as tls.ConnectionOptions, done);
  return inPlaceOfTls(net.connect({ host, port }), done);
} as typeof tls.connect;

/** A connection to this machine needs no encryption; clients wait for its event and look at its marks all the same. */
function inPlaceOfTls(socket: net.Socket, done: (() => void) | undefined): net.Socket {
  if (done !== undefined) socket.once('secureConnect', done);
  socket.once('connect', () => socket.emit('secureConnect'));
  return Object.assign(socket, {
    encrypted: true,
    authorized: true,
    alpnProtocol: false,
    getPeerCertificate: () => ({}),
  });
}

/** Plain HTTP to Twilio must not leave the machine either. */
net.Socket.prototype.connect = function redirected(this: net.Socket, ...args: unknown[]) {
  const options = optionsOf(args);
  if (this instanceof tls.TLSSocket || isSecure || !isTwilioHost(options.host ?? ''))
    return Reflect.apply(connect, this, args) as net.Socket;
  const done = args.flat().find((arg): arg is () => void => typeof arg === 'function');
  return Reflect.apply(connect, this, [{ ...options, host, port }, done]) as net.Socket;
};

/** The options among arguments: `(options)`, `(port, host, options)`, or Node's own `([options, callback])`. */
function optionsOf(args: readonly unknown[]): Target {
  const [first, second] = args.flat();
  if (typeof first === 'object' && first !== null) return first;
  const options = args.find((arg): arg is Target => typeof arg === 'object' && arg !== null) ?? {};
  return typeof second === 'string' ? { ...options, host: second } : options;
}

syncBuiltinESMExports();
