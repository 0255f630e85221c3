/**
 * Twilio's access tokens: JWTs that an app signs with the secret of an API key. Only HS256 is accepted, as Twilio's
 * libraries sign.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ACCOUNT_SID, API_KEY_SID } from './sids.js';

/** What a token says. */
export interface AccessToken {
  readonly account: string;
  /** The API key that signed it, SK…. */
  readonly key: string;
  readonly identity: string;
  /** The Conversations service; absent: the account's default service. */
  readonly serviceSid: string | undefined;
  readonly credentialSid: string | undefined;
  /** When it expires, in milliseconds since 1970. */
  readonly expires: number;
}

/** Why a token is refused, as Twilio's clients expect it. */
export interface TokenRefusal {
  readonly status: 401 | 403;
  readonly code: number;
  readonly message: string;
}

export function isRefusal(token: AccessToken | TokenRefusal): token is TokenRefusal {
  return 'status' in token;
}

/** Returns the secret of an API key that signed for an account; undefined if it is unknown. */
export type SecretOf = (key: string, account: string) => string | undefined;

// Code and texts are from the dictionary. Which of them the SDKs get for which fault is inferred.
const refuse = (code: number, message: string): TokenRefusal => ({ status: code === 20104 ? 401 : 403, code, message });

const SERVICE = /^IS[0-9a-fA-F]{32}$/;
const MAX_IDENTITY = 256;
/** As REST, which refuses such identities. */
const USER = /^US[0-9a-fA-F]{32}$/;
const MAX_LENGTH = 16 * 1024;

/** Reads and checks a token. `now` is in milliseconds since 1970. */
export function readAccessToken(text: unknown, secretOf: SecretOf, now: number): AccessToken | TokenRefusal {
  const parts = typeof text === 'string' && text.length <= MAX_LENGTH ? text.split('.') : [];
  const [head = '', body = '', signature = ''] = parts;
  const header = decode(head);
  const claims = decode(body);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    return refuse(20101, 'Invalid Access Token: it is not a JWT');
  }
  if (header['alg'] !== 'HS256') {
    return refuse(20102, 'Invalid Access Token header: only the algorithm HS256 is accepted');
  }
  const { iss: key, sub: account, exp, nbf } = claims;
  if (typeof key !== 'string' || !API_KEY_SID.test(key) || typeof account !== 'string' || !ACCOUNT_SID.test(account)) {
    return refuse(20103, 'Invalid Access Token issuer or subject: an API key SK… and an account AC… are expected');
  }
  const secret = secretOf(key, account);
  if (secret !== undefined && !isSignature(signature, `${head}.${body}`, secret)) {
    return refuse(20107, `Invalid Access Token signature: it was not made with the secret of ${key}`);
  }
  if (typeof exp !== 'number' || exp * 1000 <= now) return refuse(20104, 'Access Token expired');
  if (typeof nbf === 'number' && nbf * 1000 > now) return refuse(20105, 'Access Token not yet valid');
  const grants = objectOf(claims['grants']);
  const chat = objectOf(grants?.['chat']);
  const identity = grants?.['identity'];
  if (chat === undefined || typeof identity !== 'string' || identity === '' || identity.length > MAX_IDENTITY) {
    return refuse(20106, 'Invalid Access Token grants: a chat grant and an identity are expected');
  }
  if (USER.test(identity)) {
    return refuse(20106, 'Invalid Access Token grants: the identity looks like the SID of a user');
  }
  const { service_sid: serviceSid, push_credential_sid: credentialSid } = chat;
  if (serviceSid !== undefined && (typeof serviceSid !== 'string' || !SERVICE.test(serviceSid))) {
    return refuse(20106, 'Invalid Access Token grants: the service of the chat grant is not a SID IS…');
  }
  return {
    account,
    key,
    identity,
    serviceSid,
    credentialSid: typeof credentialSid === 'string' ? credentialSid : undefined,
    expires: exp * 1000,
  };
}

export interface TokenParts extends Pick<AccessToken, 'account' | 'key' | 'identity'> {
  readonly serviceSid?: string | undefined;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** In seconds. */
  readonly ttl: number;
  readonly secret: string;
}

/** Makes a token, as Twilio's server libraries do. */
export function makeAccessToken({ account, key, identity, serviceSid, now, ttl, secret }: TokenParts): string {
  const iat = Math.floor(now / 1000);
  const chat = serviceSid === undefined ? {} : { service_sid: serviceSid };
  const claims = {
    jti: `${key}-${iat}`,
    grants: { identity, chat },
    iat,
    exp: iat + ttl,
    iss: key,
    sub: account,
  };
  const head = encode({ cty: 'twilio-fpa;v=1', typ: 'JWT', alg: 'HS256' });
  const signed = `${head}.${encode(claims)}`;
  return `${signed}.${sign(signed, secret)}`;
}

const sign = (text: string, secret: string): string => createHmac('sha256', secret).update(text).digest('base64url');

function isSignature(given: string, signed: string, secret: string): boolean {
  const expected = Buffer.from(sign(signed, secret));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
