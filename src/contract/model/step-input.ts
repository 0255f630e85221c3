import type { Input, Operation } from '../../core/operation.js';
import type { BoundStep } from './bind-scenario.js';
import { textOf } from './paths.js';
import { ReferenceError, resolve, type Variables, variablesIn } from './reference.js';

/** The variables that a step's input needs: those it refers to, and the defaults of its path parameters. */
export function variablesOf({ input = {}, page, operation }: BoundStep): string[] {
  return [...variablesIn([input, page]), ...defaultsOf(input, operation).map(([, variable]) => variable)];
}

/** The step's input with all references resolved. @throws ReferenceError if one of them has no value. */
export function inputOf({ input = {}, page, operation }: BoundStep, variables: Variables): Input {
  const defaults = defaultsOf(input, operation).map(([parameter, variable]): [string, unknown] => [
    parameter,
    resolve(`{{${variable}.sid}}`, variables),
  ]);
  const resolved = { ...(resolve(input, variables) as Input), ...Object.fromEntries(defaults) };
  if (page === undefined) return resolved;
  const url = textOf(resolve(page, variables));
  if (!URL.canParse(url)) throw new ReferenceError(`\`${page}\` is not a URL: ${url}`);
  return { ...resolved, ...pageQuery(operation, url) };
}

/** The query of a page URL, as inputs of its operation. */
export function pageQuery({ parameters }: Operation, url: string): Input {
  const query = new URL(url).searchParams;
  const names = parameters.filter((each) => each.in === 'query' && query.has(each.name)).map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/** The path parameters that the input does not give, each with the variable that is its default. */
function defaultsOf(input: Input, operation: Operation): (readonly [parameter: string, variable: string])[] {
  return [...parentsOf(operation)].filter(([parameter]) => input[parameter] === undefined);
}

/**
 * The path parameters that have a default, each with its variable: the singular of the word before it in the path, so
 * `/v1/Services/{ChatServiceSid}/Roles/{Sid}` gives `ChatServiceSid` → `service`. `Sid` has no default.
 */
function parentsOf({ path }: Operation): Map<string, string> {
  const segments = path.split('/');
  const parents = segments.flatMap((segment, i): [string, string][] => {
    if (!segment.startsWith('{') || segment === OWN_SID) return [];
    return [[segment.slice(1, -1), singular(segments[i - 1] ?? '')]];
  });
  return new Map(parents);
}

/** The last placeholder of most paths: the record itself. */
const OWN_SID = '{Sid}';

function singular(collection: string): string {
  const first = collection.slice(0, 1).toLowerCase();
  return first + collection.slice(1, collection.endsWith('s') ? -1 : undefined);
}
