/** The page URLs of the REST surface have its own paths. Every other target has Twilio's. */
import type { Json, JsonObject } from '../../core/body.js';
import type { Operation } from '../../core/operation.js';
import { createPathTranslator } from '../../util/path-template.js';
import { isObject } from '../model/paths.js';

interface PagedRoute {
  readonly path: string;
  /** The operation's parameter for each input name of the surface. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** Replaces the paths of the REST surface in the page URLs of a list by Twilio's, so that it compares with other targets. */
export function withTwilioPages(body: Json | null, { path }: Operation, route: PagedRoute): Json | null {
  if (!isObject(body) || !isObject(body['meta'])) return body;
  const names = new Map([...route.inputs].map(([name, parameter]) => [parameter, name]));
  const translate = createPathTranslator(route.path, path, (parameter) => names.get(parameter));
  const meta: JsonObject = Object.fromEntries(
    Object.entries(body['meta']).map(([key, value]) => [key, withTwilioPath(value, translate)]),
  );
  return { ...body, meta };
}

function withTwilioPath(value: Json, translate: (path: string) => string | undefined): Json {
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  const { origin, pathname } = new URL(value);
  const translated = translate(pathname);
  return translated === undefined ? value : value.replace(origin + pathname, origin + translated);
}
