import type { IncomingHttpHeaders } from 'node:http';
import { UnderstudyError } from '../../core/errors.js';
import { ACCOUNT_SID, API_KEY_SID } from '../../core/sids.js';
import { memoize } from '../../util/memoize.js';
import type { ApiKeys } from './api-keys.js';

const BASIC = /^basic +([a-z0-9+/_-]+=*) *$/i;

/** The user and password of Basic auth. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
  /** The user, if it is an account SID. */
  readonly account?: string | undefined;
  /** The user, if it is the SID of an API key. */
  readonly key?: string | undefined;
}

const decodeBasic = memoize((header): BasicCredentials | null => {
  const encoded = BASIC.exec(header)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const user = text.slice(0, colon);
  return {
    user,
    password: text.slice(colon + 1),
    account: ACCOUNT_SID.test(user) ? user : undefined,
    key: API_KEY_SID.test(user) ? user : undefined,
  };
});

/** Parses a Basic `Authorization` header; undefined if it is absent or malformed. */
export function readBasic(header: string | undefined): BasicCredentials | undefined {
  return header === undefined ? undefined : (decodeBasic(header) ?? undefined);
}

/**
 * Returns the account SID of the world that a request selects: the header `Understudy-World`, else a Basic user `AC…`, else
 * the account of an API key `SK…`, else undefined for the default world.
 * @throws UnderstudyError if the header is not an account SID
 */
export type ReadWorld = (
  request: { readonly headers: IncomingHttpHeaders },
  basic?: BasicCredentials,
) => string | undefined;

export function createWorldReader(apiKeys: ApiKeys): ReadWorld {
  return ({ headers }, basic = readBasic(headers.authorization)) => {
    const named = readWorldHeader(headers['understudy-world']);
    if (basic?.account !== undefined) apiKeys.accountUsed(basic.account);
    const account = basic?.key === undefined ? basic?.account : apiKeys.accountOf(basic.key, named);
    return named ?? account;
  };
}

function readWorldHeader(world: string | string[] | undefined): string | undefined {
  if (world === undefined || (typeof world === 'string' && ACCOUNT_SID.test(world))) return world;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    'The header Understudy-World must be an account SID: AC followed by 32 hexadecimal digits.',
  );
}
