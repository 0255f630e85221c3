import type { HttpMethod, Operation } from '../core/operation.js';

/** An operation on the REST surface: an entry of the capability's `exposes`. */
export interface Route {
  readonly method: HttpMethod;
  /** The path in the file's spelling, with `{placeholder}`s, e.g. `/v1/v1/services/{chatservicesid}/bindings`. */
  readonly path: string;
  readonly description: string;
  readonly operation: Operation;
  /** Maps the input's name on this surface (for a path placeholder, in the path's own case) to the parameter's name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** An operation on the MCP surface. */
export interface Tool {
  readonly name: string;
  /** The name for people, e.g. `Fetch conversation your service`. */
  readonly title: string;
  readonly description: string;
  readonly hints: { readonly readOnly: boolean; readonly destructive: boolean; readonly idempotent: boolean };
  readonly operation: Operation;
  /** Maps the argument's name to the parameter's name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** `fetch-user-role-your-service` → `Fetch user role your service`. */
export function titleOf(toolName: string): string {
  const words = toolName.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PLACEHOLDER = /\{\{?([^{}]+)\}?\}/g;

/** The names of a path's placeholders, in order. */
export function placeholdersOf(path: string): string[] {
  return Array.from(path.matchAll(PLACEHOLDER), (match) => match[1] ?? '');
}

/** The path with its placeholders written `{x}`, not `{{x}}`. */
export function plainPath(path: string): string {
  return path.replaceAll(PLACEHOLDER, '{$1}');
}

/** Equal for two requests that a router cannot tell apart: names of placeholders do not matter. */
export function addressOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replaceAll(PLACEHOLDER, '{}')}`;
}
