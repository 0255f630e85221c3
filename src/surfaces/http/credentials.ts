import type { FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { memoize } from '../../util/memoize.js';

const ACCOUNT_SID = /^AC[0-9a-fA-F]{32}$/;
const BASIC = /^basic +([a-z0-9+/_-]+=*) *$/i;

/** The user and password of Basic auth. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
  /** The user, if it is an account SID. */
  readonly account?: string | undefined;
}

const decodeBasic = memoize((header): BasicCredentials | null => {
  const encoded = BASIC.exec(header)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const user = text.slice(0, colon);
  return { user, password: text.slice(colon + 1), account: ACCOUNT_SID.test(user) ? user : undefined };
});

/** Parses a Basic `Authorization` header; undefined if it is absent or malformed. */
export function readBasic(header: string | undefined): BasicCredentials | undefined {
  return header === undefined ? undefined : (decodeBasic(header) ?? undefined);
}

/**
 * The account SID of the world that a request selects: the header `Understudy-World`, else a Basic user `AC…`, else
 * undefined for the default world.
 * @throws UnderstudyError if the header is not an account SID
 */
export function readWorld({ headers }: FastifyRequest, basic: BasicCredentials | undefined): string | undefined {
  const world = headers['understudy-world'];
  if (world === undefined) return basic?.account;
  if (typeof world === 'string' && ACCOUNT_SID.test(world)) return world;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    'The header Understudy-World must be an account SID: AC followed by 32 hexadecimal digits.',
  );
}
