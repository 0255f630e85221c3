import { readBasic } from '../http/credentials.js';
import { RefusalError, unauthenticated } from '../http/refusal.js';
import { createSecretCheck, createTokenGuard, type Guard } from '../http/token-guard.js';
import type { SurfaceParts } from '../surface.js';

/**
 * With `passCredentials`, Twilio checks the password, and the token is read from its header. Otherwise the token and the
 * auth token are accepted as passwords; if neither is set, any password but an empty one is.
 */
export function guardsFor({ passCredentials, token, authToken }: SurfaceParts): Guard[] {
  if (passCredentials) return [createBasicGuard([]), createTokenGuard(token, { headerOnly: true })];
  return [createBasicGuard([token, authToken].filter((secret) => secret !== undefined))];
}

const USER = /^(?:AC|SK)[0-9a-fA-F]{32}$/;

function createBasicGuard(passwords: readonly string[]): Guard {
  const isPassword = passwords.length === 0 ? (password: string) => password !== '' : createSecretCheck(passwords);
  return (request, _reply, done) => {
    const basic = readBasic(request.headers.authorization);
    if (basic === undefined || !USER.test(basic.user) || !isPassword(basic.password)) {
      throw new RefusalError(unauthenticated());
    }
    done();
  };
}
