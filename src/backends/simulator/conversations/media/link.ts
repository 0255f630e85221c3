/** Temporary links: they need no credentials, because they are signed, and end by the world's clock. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { linkBase } from '../../../../core/media.js';
import type { Context, View } from '../../kernel/context.js';
import type { World } from '../../kernel/world.js';
import { refuse } from '../refusals.js';

/** In seconds. The client SDKs speak of several minutes; the number is inferred. */
const VALIDITY = 300;

/** The link to a file's bytes: absolute, unlike every other link to media (recorded). */
export const temporaryLink = ({ world, origin }: View, sid: string): string =>
  linkBase(origin) + temporaryPath(world, sid);

/** The path and query of a temporary link. */
export function temporaryPath(world: World, sid: string): string {
  const expires = String(Math.floor(world.now() / 1000) + VALIDITY);
  const query = new URLSearchParams({
    Expires: expires,
    Signature: signatureOf(world, sid, expires),
    // The recorded link names a key here. A request without credentials names its world by it.
    'Key-Pair-Id': world.account,
  });
  return `/${sid}?${query.toString()}`;
}

/** @throws TwilioError 403 if the link is expired, or was not made by this world */
export function checkLink(ctx: Context): void {
  const expires = ctx.query('Expires') ?? '';
  const given = Buffer.from(ctx.query('Signature') ?? '');
  const expected = Buffer.from(signatureOf(ctx.world, ctx.path('Sid'), expires));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refuse(20403, 'Access denied: the signature of this link is wrong');
  }
  if (ctx.world.now() >= Number(expires) * 1000) {
    throw refuse(20403, 'Access denied: this link has expired. Fetch the media again for a new one');
  }
}

/** With `--rng-seed`, SIDs and so their key can be computed. Only the secret that callers need prevents forged links then. */
function signatureOf({ sids, account, secret }: World, sid: string, expires: string): string {
  return createHmac('sha256', `temporary links of ${sids.key} ${secret}`)
    .update(`${account} ${sid} ${expires}`)
    .digest('base64url');
}
