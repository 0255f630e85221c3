import type { HttpMethod, Parameter, Scope, Verb } from '../core/operation.js';

/** What an operation does to which resource. Derived from its method, path and parameters. */
export interface Identity {
  readonly noun: string;
  readonly verb: Verb;
  readonly scope: Scope;
}

interface Shape {
  readonly method: HttpMethod;
  readonly path: string;
  readonly parameters: readonly Pick<Parameter, 'name' | 'in'>[];
}

const PLACEHOLDER = /^\{.*\}$/;

/**
 * Derives noun, verb and scope of each operation, in order.
 *
 * - Scope: `service` below `/v1/Services/{…}/`, else `account`.
 * - Noun: the path without version, scope and placeholders, e.g. `Conversations/Messages`.
 * - Verb: by method and by whether the path ends in a placeholder. A path that ends in a name is a collection when its
 *   GET has page parameters, and a single resource, such as a configuration, when it has not.
 */
export function identify(operations: readonly Shape[]): Identity[] {
  const singletons = new Set(
    operations.filter((each) => each.method === 'GET' && !isItem(each) && !isPaged(each)).map(({ path }) => path),
  );
  return operations.map((each) => ({ ...placeOf(each.path), verb: verbOf(each, singletons) }));
}

function verbOf(shape: Shape, singletons: ReadonlySet<string>): Verb {
  const isOne = isItem(shape) || singletons.has(shape.path);
  if (shape.method === 'DELETE') return 'delete';
  if (shape.method === 'GET') return isOne ? 'fetch' : 'list';
  return isOne ? 'update' : 'create';
}

function placeOf(path: string): Pick<Identity, 'noun' | 'scope'> {
  const segments = path.split('/').slice(2);
  const isInService = segments[0] === 'Services' && PLACEHOLDER.test(segments[1] ?? '') && segments.length > 2;
  const own = isInService ? segments.slice(2) : segments;
  return {
    scope: isInService ? 'service' : 'account',
    noun: own.filter((segment) => !PLACEHOLDER.test(segment)).join('/'),
  };
}

function isItem({ path }: Shape): boolean {
  return path.endsWith('}');
}

function isPaged({ parameters }: Shape): boolean {
  return parameters.some(({ in: place, name }) => place === 'query' && name === 'PageSize');
}
