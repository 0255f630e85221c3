import { createHash, randomBytes } from 'node:crypto';
import { type AccessToken, makeAccessToken, readAccessToken, type TokenRefusal } from '../../core/access-token.js';
import type { Log } from '../../core/log.js';
import type { ApiKey } from '../http/api-keys.js';

/** Checks and makes access tokens. */
export interface Tokens {
  check(text: unknown): AccessToken | TokenRefusal;
  issue(parts: IssuedToken): string;
}

interface IssuedToken {
  readonly account: string;
  readonly identity: string;
  readonly serviceSid?: string | undefined;
  /** In seconds. */
  readonly ttl: number;
}

export interface TokenOptions {
  readonly keys: ReadonlyMap<string, ApiKey>;
  /** Accept only tokens whose signature can be checked. */
  readonly requiresSignature: boolean;
  /** With which other servers sign as well, whose tokens are then accepted here. Absent: there are none. */
  readonly sharedSecret?: string | undefined;
  readonly log: Log;
}

/**
 * The signature of a token is checked if the secret of its API key is known. If not, the token is accepted: an app that runs
 * offline signs with a secret that only it needs to know.
 */
export function createTokens({ keys, requiresSignature, sharedSecret, log }: TokenOptions): Tokens {
  const own = sharedSecret ?? randomBytes(32).toString('hex');
  const ownKeys = new Set<string>();
  let hasWarned = false;
  // Another server may have issued a token that this one has not seen.
  const isOwn = (key: string, account: string): boolean =>
    sharedSecret === undefined ? ownKeys.has(key) : key === ownKeyOf(account);
  const secretOf = (key: string, account: string): string | undefined =>
    keys.get(key)?.secret ?? (isOwn(key, account) ? own : undefined);

  function warnOnce(key: string): void {
    if (hasWarned) return;
    hasWarned = true;
    const remedy =
      'To check signatures, set UNDERSTUDY_API_KEY_SECRETS, or name the secrets in the file of --api-keys.';
    log.warn({ key }, `access tokens of ${key} are accepted although their signature cannot be checked. ${remedy}`);
  }

  return {
    check(text) {
      // By the machine's clock, as apps make them, whatever the time in a world.
      const token = readAccessToken(text, secretOf, Date.now());
      if ('status' in token) return token;
      const { key, account } = token;
      const owner = keys.get(key)?.account;
      if (owner !== undefined && owner !== account) {
        return refuse(20103, `Invalid Access Token issuer or subject: ${key} is not a key of ${account}`);
      }
      if (secretOf(key, account) !== undefined) return token;
      if (requiresSignature) {
        const remedy = 'Set UNDERSTUDY_API_KEY_SECRETS, because this server requires a token.';
        return refuse(20107, `Invalid Access Token signature: the secret of ${key} is not known here. ${remedy}`);
      }
      warnOnce(key);
      return token;
    },

    // Never signed with the secret of a key that is known here: Twilio would accept such a token.
    issue({ account, identity, serviceSid, ttl }) {
      const key = ownKeyOf(account);
      ownKeys.add(key);
      return makeAccessToken({ account, key, identity, serviceSid, now: Date.now(), ttl, secret: own });
    },
  };
}

/** The key with which this server signs for an account. Its secret is that of the process. */
const ownKeyOf = (account: string): string =>
  `SK${createHash('sha256').update(`access tokens of ${account}`).digest('hex').slice(0, 32)}`;

const refuse = (code: number, message: string): TokenRefusal => ({ status: 403, code, message });
