import type { HttpMethod, Operation } from '../core/operation.js';

/** One operation on the REST surface, as the capability's `exposes` says it. */
export interface Route {
  readonly method: HttpMethod;
  /** The path as the file spells it, with `{placeholder}`s, e.g. `/v1/v1/services/{chatservicesid}/bindings`. */
  readonly path: string;
  readonly description: string;
  readonly operation: Operation;
  /** From the input's name on this surface (a path placeholder in the path's own case) to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** One operation on the MCP surface. */
export interface Tool {
  readonly name: string;
  /** The name made readable, e.g. `Fetch conversation your service`. */
  readonly title: string;
  readonly description: string;
  readonly hints: { readonly readOnly: boolean; readonly destructive: boolean; readonly idempotent: boolean };
  readonly operation: Operation;
  /** From the argument's name to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** `fetch-user-role-your-service` → `Fetch user role your service`. */
export function titleOf(toolName: string): string {
  const words = toolName.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The placeholders of a path, in order, as spelled: `{a}` and `{{a}}` alike. */
export function placeholdersOf(path: string): string[] {
  return Array.from(path.matchAll(/\{\{?([^{}]+)\}?\}/g), (match) => match[1] ?? '');
}

/** A path with its placeholders in the one form `{x}`. */
export function plainPath(path: string): string {
  return path.replaceAll(/\{\{?([^{}]+)\}?\}/g, '{$1}');
}
