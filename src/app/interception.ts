/** The ports for programs that believe that they call Twilio. Loaded on demand. */
import type { Server } from 'node:net';
import { openAuthority } from '../certificates/authority.js';
import { issuedCertificates, ownCertificate, type ServerCertificates } from '../certificates/server-certificates.js';
import type { Log } from '../core/log.js';
import { createRedirectCheck } from '../core/twilio-hosts.js';
import { createCallerCheck } from '../surfaces/proxy/caller-check.js';
import { createOutside } from '../surfaces/proxy/outside.js';
import { createProxy } from '../surfaces/proxy/proxy.js';
import { createTlsAcceptor } from '../surfaces/proxy/tls-acceptor.js';
import { createTlsServer } from '../surfaces/proxy/tls-server.js';
import type { TwilioServer } from '../surfaces/proxy/twilio-server.js';
import { lazy } from '../util/lazy.js';
import { isLoopback } from '../util/loopback.js';
import { stateFolder } from '../util/state-folder.js';
import { createCloser, listenRaw, originOf, portOf } from './raw-listener.js';
import type { Settings } from './settings.js';

export type InterceptionSettings = Pick<
  Settings,
  'host' | 'proxyPort' | 'tlsPort' | 'tlsCert' | 'tlsKey' | 'offline' | 'allowTwilio' | 'stateFolder' | 'token'
>;

export interface InterceptionParts {
  readonly twilio: TwilioServer;
  /** The other ports that this program listens on. */
  readonly ownPorts: () => readonly number[];
  readonly log: Log;
  /** How long a client may take to send a request, in milliseconds; 30,000 by default. */
  readonly timeoutMs?: number | undefined;
}

export interface Interception {
  readonly proxyUrl: string | undefined;
  readonly tlsUrl: string | undefined;
  /** Stops listening. Connections that are still open after the given time are closed. */
  readonly close: (drainMs: number) => Promise<void>;
}

/** Opens the ports that the settings ask for. @throws UnderstudyError if one is taken, or if a certificate is unusable */
export async function openInterception(
  settings: InterceptionSettings,
  { twilio, ownPorts, log, timeoutMs = 30_000 }: InterceptionParts,
): Promise<Interception> {
  const { host, proxyPort, tlsPort, tlsCert, tlsKey, offline, allowTwilio = [], token } = settings;
  const isExposed = !isLoopback(host);
  const issued = lazy(async () => issuedCertificates(await openAuthority(settings.stateFolder ?? stateFolder({}))));
  const servers: Server[] = [];
  const closers: ((drainMs: number) => Promise<void>)[] = [];

  const createAcceptor = (certificates: ServerCertificates) =>
    createTlsAcceptor({ certificates, timeoutMs, log, deliver: (socket) => twilio.connection(socket) });

  async function openProxy(): Promise<Server> {
    return createProxy({
      twilio,
      acceptTls: createAcceptor(await issued()),
      isRedirected: createRedirectCheck(allowTwilio),
      outside: createOutside({
        offline,
        isExposed,
        ownPorts: () => [...ownPorts(), ...servers.map(portOf)],
        timeoutMs,
      }),
      checkCaller: createCallerCheck({ isExposed, token }),
      timeoutMs,
      log,
    });
  }
  async function openTls(): Promise<Server> {
    const isOwn = tlsCert !== undefined && tlsKey !== undefined;
    return createTlsServer(createAcceptor(isOwn ? ownCertificate(tlsCert, tlsKey) : await issued()), timeoutMs);
  }
  async function open(
    create: () => Promise<Server>,
    port: number | undefined,
    flag: string,
  ): Promise<Server | undefined> {
    if (port === undefined) return undefined;
    const server = await create();
    closers.push(createCloser(server));
    await listenRaw(server, host, port, flag);
    servers.push(server);
    return server;
  }
  async function close(drainMs: number): Promise<void> {
    await Promise.all(closers.map((closeServer) => closeServer(drainMs)));
  }
  try {
    const proxy = await open(openProxy, proxyPort, '--proxy-port');
    const tls = await open(openTls, tlsPort, '--tls-port');
    return {
      proxyUrl: proxy && originOf('http', host, proxy),
      tlsUrl: tls && originOf('https', host, tls),
      close,
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}
