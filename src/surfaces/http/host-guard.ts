import type { Socket } from 'node:net';
import { UnderstudyError } from '../../core/errors.js';
import { isOtherTwilioHost, isTwilioHost } from '../../core/twilio-hosts.js';
import { bareHost, isLoopback } from '../../util/loopback.js';
import { memoize } from '../../util/memoize.js';
import type { Guard } from './token-guard.js';

const HOST = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i;

/** Returns a `Host` header if it is well-formed, else undefined. */
export function readHost(header: string | undefined): string | undefined {
  return header !== undefined && HOST.test(header) && URL.canParse(`http://${header}`) ? header : undefined;
}

export interface HostGuardOptions {
  readonly boundHost: string;
  readonly publicUrl?: string | undefined;
  /** Accept the names of Twilio's hosts, for programs that `register` redirects. Those that it does not play are refused later. */
  readonly acceptsTwilioHosts?: boolean;
  /** Origins of web pages that may connect besides those of this machine. */
  readonly origins?: readonly string[] | undefined;
  /** What the paths of their requests must begin with. */
  readonly path?: string;
}

/**
 * Refuses requests that only a browser on another site would send. On a loopback address: a `Host` that is not this
 * machine (DNS rebinding). On every address: an `Origin` of another site, because its form posts need no CORS preflight.
 */
export function createHostGuard({
  boundHost,
  publicUrl,
  acceptsTwilioHosts = false,
  origins = [],
  path = '',
}: HostGuardOptions): Guard {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  const isExposed = !isLoopback(boundHost);

  function isOurs(host: string): boolean {
    const name = hostName(host);
    return (
      isLoopback(name) ||
      name === bareHost(boundHost) ||
      (acceptsTwilioHosts && (isTwilioHost(name) || isOtherTwilioHost(name))) ||
      name === bareHost(publicHost ?? boundHost)
    );
  }

  /** Why a `Host` is refused; empty if it is accepted. */
  const hostProblem = memoize((host) => {
    if (readHost(host) === undefined) return `the Host header ${quote(host)} is not a host name`;
    if (isExposed || isOurs(host)) return '';
    return `the Host ${quote(host)} is not this machine. If a proxy in front uses that name, set --public-url`;
  });

  function isTrustedOrigin(origin: string, host: string, target: string): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return (
      url.host === host.toLowerCase() ||
      (target.startsWith(path) && origins.includes(url.origin)) ||
      isLoopback(url.hostname) ||
      (publicHost !== undefined && bareHost(url.hostname) === bareHost(publicHost))
    );
  }

  return ({ url, headers: { host, origin }, socket }, _reply, done) => {
    const problem = hostProblem(host ?? '');
    if (host === undefined || problem !== '') throw forbidden(problem);
    checkServerName(socket, host);
    if (origin !== undefined && !isTrustedOrigin(origin, host, url)) {
      throw forbidden(`the Origin ${quote(origin)} is another site`);
    }
    done();
  };
}

/** @throws UnderstudyError if a request names another host than its client did in the TLS handshake, if there was one */
export function checkServerName(socket: Socket, host: string): void {
  const { servername } = socket as { servername?: string | false | null };
  if (typeof servername !== 'string' || servername === host || hostName(host) === bareHost(servername)) return;
  throw new UnderstudyError(
    'UNDERSTUDY_MISDIRECTED',
    `The Host ${quote(host)} is not the name of the TLS handshake, ${quote(servername)}. Open a connection for each host.`,
  );
}

function forbidden(reason: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_FORBIDDEN_HOST',
    `Refused, because a web page on another site may have sent this request: ${reason}.`,
  );
}

function quote(header: string): string {
  return header === '' ? '(none)' : JSON.stringify(header.slice(0, 100));
}

/** The name in a `Host` header, in lower case. */
export function hostName(host: string): string {
  return bareHost(host.replace(/:\d+$/, ''));
}
