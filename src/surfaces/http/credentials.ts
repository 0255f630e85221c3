import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { memoize } from '../../util/memoize.js';

const ACCOUNT = /^AC[0-9a-fA-F]{32}$/;

export interface Basic {
  readonly user: string;
  readonly password: string;
  /** The user, where it is an account SID. */
  readonly account?: string | undefined;
}

const BASIC = /^basic +([a-z0-9+/_-]+=*) *$/i;

const decoded = memoize((header): Basic | null => {
  const encoded = BASIC.exec(header)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const user = text.slice(0, colon);
  return { user, password: text.slice(colon + 1), account: ACCOUNT.test(user) ? user : undefined };
});

/** The user and password of a Basic `Authorization` header; nothing when it is absent or malformed. */
export function readBasic(header: string | undefined): Basic | undefined {
  return header === undefined ? undefined : (decoded(header) ?? undefined);
}

/** Whether a text is one of the secrets. Takes as long whether the first or the last character differs. */
export function createSecretCheck(secrets: readonly string[]): (given: string | undefined) => boolean {
  const digests = secrets.map(digestOf);
  return (given) => {
    if (given === undefined) return false;
    const digest = digestOf(given);
    return digests.map((secret) => timingSafeEqual(secret, digest)).includes(true);
  };
}

/**
 * Refuses callers without the token, when one is set: as a bearer, as a header of ours, or as a Basic password. By
 * `header` alone where `Authorization` is meant for Twilio.
 */
export function createTokenGuard(
  token: string | undefined,
  where: 'anywhere' | 'header' = 'anywhere',
): (request: FastifyRequest) => void {
  if (token === undefined) return () => undefined;
  const isToken = createSecretCheck([token]);
  return ({ headers }) => {
    const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    const own = headers['understudy-token'];
    const given = [typeof own === 'string' ? own : undefined];
    if (where === 'anywhere') given.push(bearer, readBasic(headers.authorization)?.password);
    if (given.map(isToken).includes(true)) return;
    if (where === 'header') {
      throw new UnderstudyError(
        'UNDERSTUDY_UNAUTHORIZED',
        'This understudy wants its token: send `Understudy-Token: …`.',
      );
    }
    throw new UnderstudyError(
      'UNDERSTUDY_UNAUTHORIZED',
      'This understudy wants its token: send `Authorization: Bearer …`, `Understudy-Token: …`, or it as the Basic password.',
    );
  };
}

/** The world that a caller means: by `Understudy-World`, else by a Basic user `AC…`, else the default one. */
export function accountOf({ headers }: FastifyRequest, basic: Basic | undefined): string | undefined {
  const named = headers['understudy-world'];
  if (named !== undefined) {
    if (typeof named === 'string' && ACCOUNT.test(named)) return named;
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_REQUEST',
      'The header Understudy-World must be an account SID: AC and 32 hexadecimal digits.',
    );
  }
  return basic?.account;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
