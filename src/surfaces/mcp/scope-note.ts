import type { Tool } from '../../capability/surfaces.js';
import type { Operation } from '../../core/operation.js';

/**
 * Returns what to add to a tool's description, so that a model can tell two tools for the same resource apart. Empty if
 * the description names the service, if the operation exists in one scope only, and for the tools of a service: they
 * require its SID as an argument.
 */
export function createScopeNote(operations: readonly Operation[]): (tool: Tool) => string {
  const scopes = new Map<string, Set<string>>();
  for (const operation of operations) {
    const key = keyOf(operation);
    scopes.set(key, (scopes.get(key) ?? new Set()).add(operation.scope));
  }
  return ({ description, operation }) => {
    if (
      operation.scope === 'service' ||
      (scopes.get(keyOf(operation))?.size ?? 0) < 2 ||
      /\bservice\b/i.test(description)
    )
      return '';
    const end = description.endsWith('.') ? '' : '.';
    return `${end} Acts on the account${isSetting(operation) ? '' : "'s default service"}.`;
  };
}

function keyOf({ baseUri, noun, verb }: Operation): string {
  return `${baseUri} ${verb} ${noun}`;
}

/** The account has settings of its own, such as its configuration. They are not those of its default service. */
function isSetting({ verb, path }: Operation): boolean {
  return (verb === 'fetch' || verb === 'update') && !path.endsWith('}');
}
