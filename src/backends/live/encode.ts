import { UnderstudyError } from '../../core/errors.js';
import { nameOfRequest } from '../../core/passthrough.js';
import type { Call, Form, Operation, RawRequest } from '../../core/operation.js';

/** One request in Twilio's wire format, without credentials. */
export interface WireRequest {
  /** The name of the operation, or of the request if no operation describes it. */
  readonly operation: string;
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The URL-encoded form (Twilio does not read JSON). Absent for methods without a body, and for uploads. */
  readonly body?: string | Buffer;
}

/**
 * Encodes a call in Twilio's wire format.
 * @throws UnderstudyError when a value cannot be sent unchanged
 */
export function encode({ operation, path, query, headers, form, upload, raw, caller }: Call): WireRequest {
  if (raw !== undefined) return encodeRaw(raw, caller.trace);
  const { name, method } = operation;
  const search = query.size === 0 ? '' : `?${urlencoded(query).replaceAll('+', '%20')}`;
  const wirePath = encodePath(operation, path) + search;
  const wireHeaders: Record<string, string> = { accept: 'application/json' };
  if (caller.trace !== undefined) Object.assign(wireHeaders, caller.trace);
  for (const [header, value] of headers) {
    if (!HEADER_VALUE.test(value)) {
      throw unsendable(name, header, 'a header value must be printable ASCII text on one line');
    }
    wireHeaders[header] = value;
  }
  if (method !== 'POST' || upload !== undefined)
    return { operation: name, method, path: wirePath, headers: wireHeaders };
  wireHeaders['content-type'] = 'application/x-www-form-urlencoded';
  return { operation: name, method, path: wirePath, headers: wireHeaders, body: urlencoded(form) };
}

/** Headers that belong to one connection, that the sender sets itself, or that are meant for this server. */
const NOT_SENT =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|host|content-length|accept-encoding|authorization|cookie|origin|referer|sec-.*|forwarded|x-forwarded-.*|understudy-.*)$/;

function encodeRaw(raw: RawRequest, trace: Readonly<Record<string, string>> | undefined): WireRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw.headers)) {
    if (value !== undefined && !NOT_SENT.test(name))
      headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  const { method, target: path, body } = raw;
  const request = { operation: nameOfRequest(raw), method, path, headers: { ...headers, ...trace } };
  return body === null ? request : { ...request, body };
}

const HEADER_VALUE = /^[\t\u0020-\u007e]*$/;
const PLACEHOLDER = /\{([^{}]+)\}/;

/** Each operation's path, split once: literal text at even positions, placeholder names at odd ones. */
const splitPaths = new WeakMap<Operation, readonly string[]>();

function encodePath(operation: Operation, values: Call['path']): string {
  let parts = splitPaths.get(operation);
  if (parts === undefined) splitPaths.set(operation, (parts = operation.path.split(PLACEHOLDER)));
  let path = '';
  for (const [i, part] of parts.entries()) {
    path += i % 2 === 0 ? part : encodeSegment(operation.name, part, values.get(part) ?? '');
  }
  return path;
}

/** Needs no encoding: SIDs and most unique names and identities. */
const PLAIN_SEGMENT = /^[\w-]+$/;

/**
 * A dot segment changes the path even when it is percent-encoded: deleting the user `..` would delete the service. Some
 * servers decode slashes before they split the path, so dot segments between slashes are refused too.
 */
function encodeSegment(operation: string, name: string, value: string): string {
  if (PLAIN_SEGMENT.test(value)) return value;
  if (value.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
    throw unsendable(operation, name, 'a path parameter cannot contain the segment `.` or `..`');
  }
  return encodeURIComponent(value.toWellFormed());
}

export function urlencoded(fields: Form): string {
  return new URLSearchParams(
    [...fields].flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
  ).toString();
}

function unsendable(operation: string, name: string, reason: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    `\`${operation}\` cannot send this value of \`${name}\`: ${reason}. Nothing was sent.`,
  );
}
