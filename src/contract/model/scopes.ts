import type { JsonObject } from '../../core/body.js';
import type { Scope } from '../../core/operation.js';
import type { Scenario } from './scenario.js';
import type { Variables } from './reference.js';
import { isObject, textOf } from './paths.js';

export function scopesOf({ scope, scopes = ['service'] }: Scenario): readonly Scope[] {
  return scope === undefined ? scopes : [scope];
}

/** The scenario once for each of its scopes. In the account scope, the name of one that runs in both ends in `@account`. */
export function inScopes(scenario: Scenario): Scenario[] {
  const scopes = scopesOf(scenario);
  return scopes.map((scope) => {
    const name = scope === 'account' && scopes.length > 1 ? `${scenario.name}@account` : scenario.name;
    return { ...scenario, name, scope };
  });
}

/** Where the paths of a scope begin, as the variable `scope`: `{{scope.url}}` and `{{scope.path}}`. */
export function scopeVariable(scope: Scope, service: JsonObject): JsonObject {
  const serviceUrl = textOf(service['url']);
  const url = scope === 'service' ? serviceUrl : serviceUrl.replace(/\/Services\/[^/]*$/, '');
  return { url, path: URL.canParse(url) ? new URL(url).pathname : url };
}

/** The service that account-level paths act on, as the account's configuration names it. */
export function defaultServiceOf(variables: Variables): JsonObject | undefined {
  const account = variables.get('account');
  if (!isObject(account) || !isObject(account['links'])) return undefined;
  const { account_sid = null, default_chat_service_sid: sid = null, links } = account;
  return { sid, account_sid, url: textOf(links['service']).replace(/\/Configuration$/, '') };
}
