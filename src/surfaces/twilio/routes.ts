import type { Operation } from '../../core/operation.js';
import type { OperationRoute } from '../http/operation-routes.js';

/** An operation at Twilio's own path, with its parameters' own names. */
export function nativeRoute(operation: Operation): OperationRoute {
  const inputs = new Map(operation.parameters.map(({ name }) => [name, name]));
  return { method: operation.method, path: (operation.prefix ?? '') + operation.path, operation, inputs };
}
