import { UnderstudyError } from '../../core/errors.js';
import { isLoopback } from '../../util/loopback.js';

/** Where Twilio is asked, and by which way in. */
export interface UpstreamPlace {
  /** Another address than Twilio's, for tests. */
  readonly upstream?: string | undefined;
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
}

/** An edge alone means this region, as in Twilio's own clients. */
const USUAL_REGION = 'us1';
const NAME = /^[a-z0-9-]{1,40}$/;

/**
 * The origin to ask: `conversations.{edge}.{region}.twilio.com` where these are named.
 * @throws UnderstudyError when a name is none, or credentials would travel in the clear.
 */
export function upstreamOrigin(baseUri: string, { upstream, edge, region }: UpstreamPlace): string {
  const { protocol, hostname, origin } = new URL(upstream ?? routed(baseUri, edge, region));
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return origin;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `--upstream ${origin} would send credentials in the clear: use https (http is for this machine alone)`,
  );
}

function routed(baseUri: string, edge: string | undefined, region: string | undefined): string {
  for (const [variable, name] of [
    ['TWILIO_EDGE', edge],
    ['TWILIO_REGION', region],
  ]) {
    if (name === undefined || NAME.test(name)) continue;
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `${variable} must be a name such as dublin or ie1`);
  }
  const url = new URL(baseUri);
  const [product = '', ...domain] = url.hostname.split('.');
  const names = [edge, region ?? (edge === undefined ? undefined : USUAL_REGION)].filter((name) => name !== undefined);
  url.hostname = [product, ...names, ...domain].join('.');
  return url.href;
}
