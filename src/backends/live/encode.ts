import { UnderstudyError } from '../../core/errors.js';
import type { Call, Form, HttpMethod, Operation } from '../../core/operation.js';

/** One request as Twilio's wire wants it, all but the credentials. */
export interface WireRequest {
  readonly operation: string;
  readonly method: HttpMethod;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The form; Twilio reads no JSON. Absent where a method has no body. */
  readonly body?: string;
}

/**
 * Writes a call as Twilio's wire wants it.
 * @throws UnderstudyError when a value cannot be sent without becoming something else.
 */
export function encode({ operation, path, query, headers, form, caller }: Call): WireRequest {
  const { name, method } = operation;
  const search = query.size === 0 ? '' : `?${urlencoded(query).replaceAll('+', '%20')}`;
  const request = { operation: name, method, path: target(operation, path) + search };
  const head: Record<string, string> = { accept: 'application/json', ...caller.trace };
  for (const [header, value] of headers) {
    if (!PLAIN.test(value)) throw unsendable(name, header, 'a header is plain text on one line');
    head[header] = value;
  }
  if (method !== 'POST') return { headers: head, ...request };
  head['content-type'] = 'application/x-www-form-urlencoded';
  return { headers: head, body: urlencoded(form), ...request };
}

const PLAIN = /^[\t\u0020-\u007e]*$/;
const PLACEHOLDER = /\{([^{}]+)\}/;

/** The paths of operations, cut once: what stands between two placeholders, the name of one, what follows, … */
const cutPaths = new WeakMap<Operation, readonly string[]>();

function target(operation: Operation, values: Call['path']): string {
  let cut = cutPaths.get(operation);
  if (cut === undefined) cutPaths.set(operation, (cut = operation.path.split(PLACEHOLDER)));
  let path = '';
  for (const [place, part] of cut.entries()) {
    path += place % 2 === 0 ? part : segment(operation.name, part, values.get(part) ?? '');
  }
  return path;
}

/** What is its own encoding: SIDs, and most of the names that people give. */
const PLAIN_SEGMENT = /^[\w-]+$/;

/**
 * A dot segment changes the path however it is encoded: deleting the user `..` would delete the service. Some servers
 * decode slashes before they split, so dots between them are as bad.
 */
function segment(operation: string, name: string, value: string): string {
  if (PLAIN_SEGMENT.test(value)) return value;
  if (value.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
    throw unsendable(operation, name, 'no URL can carry `.` or `..` as a part of its path');
  }
  return encodeURIComponent(value.toWellFormed());
}

function urlencoded(fields: Form): string {
  return new URLSearchParams(
    [...fields].flatMap(([name, texts]) => texts.map((text): [string, string] => [name, text])),
  ).toString();
}

function unsendable(operation: string, name: string, why: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `\`${operation}\` cannot send this \`${name}\`: ${why}.`);
}
