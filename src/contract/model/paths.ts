import { isJsonObject, type Json } from '../../core/json.js';

export { isJsonObject as isObject };

/** Object keys and array indexes that lead to a value in a response body. */
export type Path = readonly (string | number)[];

/** `messages[0].links.x` → `['messages', 0, 'links', 'x']`. */
export function parsePath(text: string): Path {
  return Array.from(text.matchAll(/\[(\d+)\]|[^.[\]]+/g), ([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

export function formatPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found = value;
  for (const part of path) {
    if (typeof part === 'number') found = Array.isArray(found) ? (found as readonly Json[])[part] : undefined;
    else found = isJsonObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  return found;
}

/** Strings unchanged, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The records of a list response and their key: the array beside `meta`. */
export function listOf(body: Json | null): { readonly key: string; readonly items: readonly Json[] } | undefined {
  if (!isJsonObject(body) || !isJsonObject(body['meta'])) return undefined;
  const found = Object.entries(body).find(([, value]) => Array.isArray(value));
  return found && { key: found[0], items: found[1] as readonly Json[] };
}
