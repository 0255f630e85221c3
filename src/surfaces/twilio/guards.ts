import { type BasicCredentials, readBasic } from '../http/credentials.js';
import type { GuardedRequest } from '../http/operation-request.js';
import { RefusalError, unauthenticated } from '../http/refusal.js';
import { createSecretCheck, createTokenGuard, type Guard, sentTokens } from '../http/token-guard.js';
import type { SurfaceParts } from '../surface.js';

/** With `passCredentials`, Twilio checks the password, and the token is read from its header. */
export function guardsFor(parts: SurfaceParts): Guard[] {
  if (!parts.passCredentials) return [createCallerGuard(parts)];
  const guard = refuseUnless(({ headers }) => {
    const basic = readBasic(headers.authorization);
    return basic !== undefined && isPlausible(basic);
  });
  return [guard, createTokenGuard(parts.token, { headerOnly: true })];
}

/**
 * A caller sends Basic credentials as at Twilio, and the token, if there is one, in any of its three ways. The secret of the
 * account or of the API key is as good as the token. Who sends the token needs no Basic credentials.
 */
function createCallerGuard({ token, authToken, apiKeys }: SurfaceParts): Guard {
  const isToken = createSecretCheck(token === undefined ? [] : [token]);
  const isAuthToken = authToken === undefined ? undefined : createSecretCheck([authToken]);
  const isSecretOf = new Map([...apiKeys.secrets].map(([key, secret]) => [key, createSecretCheck([secret])]));

  return refuseUnless(({ headers }) => {
    const { header, bearer } = sentTokens(headers);
    const basic = readBasic(headers.authorization);
    if (basic === undefined) return isToken(header) || isToken(bearer);
    if (!isPlausible(basic)) return false;
    const isPassword = isSecretOf.get(basic.user) ?? isAuthToken;
    if (isToken(basic.password) || isPassword?.(basic.password) === true) return true;
    return isPassword === undefined && (token === undefined || isToken(header));
  });
}

/** Whether credentials have the form of Twilio's. */
function isPlausible({ account, key, password }: BasicCredentials): boolean {
  return (account ?? key) !== undefined && password !== '';
}

function refuseUnless(isCaller: (request: GuardedRequest) => boolean): Guard {
  return (request, _reply, done) => {
    if (!isCaller(request)) throw new RefusalError(unauthenticated());
    done();
  };
}
