import { UnderstudyError } from '../../core/errors.js';
import { isLoopback } from '../../util/loopback.js';

export interface UpstreamOptions {
  /** Origin to use instead of Twilio's, e.g. a test server. */
  readonly upstream?: string | undefined;
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
}

/** The region that Twilio's own clients use when only an edge is given. */
const DEFAULT_REGION = 'us1';
const NAME = /^[a-z0-9-]{1,40}$/;

/**
 * The origin to send requests to: `conversations.{edge}.{region}.twilio.com`, as far as these are given, or, for media,
 * `mcs.{region}.twilio.com` (inferred).
 * @throws UnderstudyError when a name is invalid, or credentials would travel unencrypted
 */
export function upstreamOrigin(baseUri: string, { upstream, edge, region }: UpstreamOptions): string {
  const { protocol, hostname, origin } = new URL(upstream ?? twilioUrl(baseUri, edge, region));
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return origin;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `--upstream ${origin} would send credentials in the clear. Use https; http is accepted only for this machine.`,
  );
}

function twilioUrl(baseUri: string, edge: string | undefined, region: string | undefined): string {
  for (const [variable, name] of [
    ['TWILIO_EDGE', edge],
    ['TWILIO_REGION', region],
  ]) {
    if (name === undefined || NAME.test(name)) continue;
    const example = variable === 'TWILIO_EDGE' ? 'dublin' : 'ie1';
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_OPTION',
      `${variable} is "${name}". Set it to a name such as ${example}.`,
    );
  }
  const url = new URL(baseUri);
  const [product = '', ...domain] = url.hostname.split('.');
  if (domain.length > 2) {
    // The name of a media host has a region of its own, and no edge (inferred).
    if (region !== undefined) domain[0] = region;
    url.hostname = [product, ...domain].join('.');
    return url.href;
  }
  const names = [edge, region ?? (edge === undefined ? undefined : DEFAULT_REGION)].filter(
    (name) => name !== undefined,
  );
  url.hostname = [product, ...names, ...domain].join('.');
  return url.href;
}
