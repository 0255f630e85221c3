import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { UnderstudyError } from '../../core/errors.js';
import { readBasic } from './credentials.js';
import type { GuardedRequest } from './operation-request.js';

/** An `onRequest` hook that throws to refuse a request. */
export type Guard = (request: GuardedRequest, reply: unknown, done: () => void) => void;

const nothing = (): void => undefined;

/** Whether a guard lets a request pass. */
export function passes(guard: Guard, request: GuardedRequest): boolean {
  try {
    guard(request, undefined, nothing);
    return true;
  } catch {
    return false;
  }
}

export interface TokenGuardOptions {
  /** Accept only the header `Understudy-Token`, because `Authorization` is meant for Twilio. */
  readonly headerOnly?: boolean;
}

/**
 * Refuses requests without the token: a bearer token, the header `Understudy-Token`, or the Basic password. Accepts every
 * request if there is no token.
 */
export function createTokenGuard(token: string | undefined, { headerOnly = false }: TokenGuardOptions = {}): Guard {
  if (token === undefined) return (_request, _reply, done) => done();
  const isToken = createSecretCheck([token]);
  return ({ headers }, _reply, done) => {
    const { header, bearer } = sentTokens(headers);
    const candidates = headerOnly ? [header] : [header, bearer, readBasic(headers.authorization)?.password];
    if (!candidates.map(isToken).includes(true)) throw tokenRequired(headerOnly);
    done();
  };
}

/** Tokens that a request sends outside Basic credentials. */
export function sentTokens(headers: IncomingHttpHeaders): { header: string | undefined; bearer: string | undefined } {
  const header = headers['understudy-token'];
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  return { header: typeof header === 'string' ? header : undefined, bearer };
}

/** Checks whether a text is one of the secrets, in a time that does not depend on where they differ. */
export function createSecretCheck(secrets: readonly string[]): (candidate: string | undefined) => boolean {
  const digests = secrets.map(digestOf);
  return (candidate) => {
    if (candidate === undefined || digests.length === 0) return false;
    const digest = digestOf(candidate);
    return digests.map((secret) => timingSafeEqual(secret, digest)).includes(true);
  };
}

function tokenRequired(headerOnly: boolean): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_UNAUTHORIZED',
    headerOnly
      ? 'This server requires a token. Send it as `Understudy-Token: …`.'
      : 'This server requires a token. Send it as `Authorization: Bearer …`, as `Understudy-Token: …`, or as the Basic password.',
  );
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
