import type { Socket } from 'node:net';
import tls, { type SecureContext, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../../certificates/issue.js';
import type { ServerCertificates } from '../../certificates/server-certificates.js';
import type { Log } from '../../core/log.js';

export interface TlsAcceptorOptions {
  readonly certificates: ServerCertificates;
  /** How long a handshake may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Receives each connection once its handshake is complete. */
  readonly deliver: (socket: TLSSocket) => void;
}

const MIN_VERSION = 'TLSv1.2';

/**
 * How the handshake of a client that does not trust us ends: with an alert, or, if the client is Node.js, without one. What
 * connects without TLS, such as a health check, does not get here.
 */
const UNTRUSTED = /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)$|^ECONNRESET$/;
const TOO_OLD = /(?:UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION)$/;

/** Returns a function that performs TLS handshakes on connections, as the server. It opens no port. */
export function createTlsAcceptor(options: TlsAcceptorOptions): (socket: Socket) => void {
  const { certificates, timeoutMs, log, deliver } = options;
  const isFirst = createOnce();
  const server = tls.createServer({
    ALPNProtocols: ['http/1.1'],
    minVersion: MIN_VERSION,
    handshakeTimeout: timeoutMs,
    SNICallback: (name, done) => {
      const context = certificates.contextFor(name.toLowerCase());
      if (context === undefined) done(null);
      else void answer(context, done);
    },
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    deliver(socket);
    // With TLS 1.2, Node.js completes the handshake before it checks the certificate.
    socket.once('close', () => socket.bytesRead === 0 && reportUntrusted());
  });
  server.on('tlsClientError', ({ code = '', message }: NodeJS.ErrnoException) => {
    if (UNTRUSTED.test(code)) reportUntrusted();
    else if (TOO_OLD.test(code) && isFirst('old')) {
      log.warn({ code }, 'refused a client that supports no TLS version from 1.2 on: update its TLS library');
    } else log.debug({ code }, `TLS handshake failed: ${message}`);
  });

  function reportUntrusted(): void {
    if (isFirst('untrusted')) log.warn({}, `a client does not seem to trust our certificate. ${certificates.remedy}`);
  }
  let fallback: KeyPair | undefined;
  async function prepare(): Promise<void> {
    const pair = await certificates.fallback();
    if (pair === fallback) return;
    server.setSecureContext({ cert: pair.certificate, key: pair.key, minVersion: MIN_VERSION });
    fallback = pair;
  }
  return (socket) => {
    // A client that gives up closes only its side.
    socket.allowHalfOpen = false;
    prepare().then(
      () => server.emit('connection', socket),
      (error: unknown) => {
        log.error({ err: error }, 'cannot make a certificate');
        socket.destroy();
      },
    );
  };
}

async function answer(context: Promise<SecureContext>, done: Parameters<SniCallback>[1]): Promise<void> {
  try {
    done(null, await context);
  } catch (error) {
    done(error as Error);
  }
}

type SniCallback = NonNullable<tls.TlsOptions['SNICallback']>;

/** Whether something happens for the first time. */
function createOnce(): (event: string) => boolean {
  const seen = new Set<string>();
  return (event) => seen.size !== seen.add(event).size;
}
