import type { FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { bareHost, isLoopback } from '../../util/loopback.js';
import { memoize } from '../../util/memoize.js';
import { isTwilioHost } from '../../core/twilio-hosts.js';

const NAME = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i;

/** A `Host` header that is well-formed and of a sane length, else nothing. */
export function readHost(header: string | undefined): string | undefined {
  return header !== undefined && NAME.test(header) && URL.canParse(`http://${header}`) ? header : undefined;
}

/**
 * Refuses what only a browser on a foreign page would send. On a loopback bind: a Host that is not this machine's
 * (DNS rebinding). Everywhere: an Origin of another site, whose form posts need no permission of ours.
 */
export function createHostGuard({ boundHost, publicUrl }: { boundHost: string; publicUrl?: string | undefined }) {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;

  const isOpen = !isLoopback(boundHost);

  function isOurs(host: string): boolean {
    const name = bareHost(withoutPort(host));
    return (
      isLoopback(name) ||
      name === bareHost(boundHost) ||
      isTwilioHost(name) ||
      name === bareHost(publicHost ?? boundHost)
    );
  }

  /** What speaks against a Host; nothing when nothing does. */
  const faultOf = memoize((host) => {
    if (readHost(host) === undefined) return `the Host header ${quote(host)} is not a host name`;
    if (isOpen || isOurs(host)) return '';
    return `Host ${quote(host)} is not this machine: set --public-url when a proxy in front uses that name`;
  });

  return (request: FastifyRequest): void => {
    const { host, origin } = request.headers;
    const fault = faultOf(host ?? '');
    if (host === undefined || fault !== '') forbid(fault);
    if (origin !== undefined && !isFriendly(origin, host)) {
      forbid(`Origin ${quote(origin)} is another site`);
    }
  };

  function isFriendly(origin: string, host: string): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return (
      url.host === host.toLowerCase() ||
      isLoopback(url.hostname) ||
      (publicHost !== undefined && bareHost(url.hostname) === bareHost(publicHost))
    );
  }
}

function forbid(why: string): never {
  throw new UnderstudyError('UNDERSTUDY_FORBIDDEN_HOST', `Refused, as a web page elsewhere may have sent it: ${why}.`);
}

function quote(header: string): string {
  return header === '' ? '(none)' : JSON.stringify(header.slice(0, 100));
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
