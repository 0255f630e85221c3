import { parseObject, type Frame } from '../frames.js';
import type { ClientRequest } from './request.js';

const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE']);
const MAX_PATH = 16 * 1024;

/** Reads the HTTP request that a frame contains; undefined if it contains none. */
export function readRequest({ header, payload }: Frame): ClientRequest | undefined {
  const { method, path, params, headers } = objectOf(header['http_request']) ?? {};
  if (typeof method !== 'string' || !METHODS.has(method.toUpperCase())) return undefined;
  if (typeof path !== 'string' || !path.startsWith('/') || path.length > MAX_PATH) return undefined;
  const segments = path.slice(1).split('/').map(decoded);
  if (!segments.every((segment) => segment !== undefined)) return undefined;
  const values = paramsOf(params);
  return {
    method: method.toUpperCase(),
    path: segments,
    params: new Map(values),
    body: parseObject(payload) ?? {},
    text: payload,
    http: {
      method: method.toUpperCase(),
      url: values.length === 0 ? path : `${path}?${new URLSearchParams(values).toString()}`,
      headers: headersOf(headers),
    },
  };
}

/** The values are still percent-encoded; one that is repeated is a list. */
function paramsOf(given: unknown): [string, string][] {
  return Object.entries(objectOf(given) ?? {}).flatMap(([name, value]) =>
    [value].flat().flatMap((each): [string, string][] => {
      const text = typeof each === 'string' || typeof each === 'number' ? decoded(String(each)) : undefined;
      return text === undefined ? [] : [[decoded(name) ?? name, text]];
    }),
  );
}

function headersOf(given: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(given) ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
