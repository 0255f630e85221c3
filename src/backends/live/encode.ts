import { UnderstudyError } from '../../errors.js';
import type { Call, Form, HttpMethod } from '../../operation.js';

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
  const target = operation.path.replaceAll(/\{([^{}]+)\}/g, (_, placeholder: string) =>
    segment(name, placeholder, path.get(placeholder) ?? ''),
  );
  const search = query.size === 0 ? '' : `?${urlencoded(query).replaceAll('+', '%20')}`;
  const request = {
    operation: name,
    method,
    path: target + search,
    headers: { accept: 'application/json', ...caller.trace, ...declared(name, headers) },
  };
  if (method !== 'POST') return request;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return { ...request, headers: { ...request.headers, ...type }, body: urlencoded(form) };
}

/**
 * A dot segment changes the path however it is encoded: deleting the user `..` would delete the service. Some servers
 * decode slashes before they split, so dots between them are as bad.
 */
function segment(operation: string, name: string, value: string): string {
  if (value.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
    throw unsendable(operation, name, 'no URL can carry `.` or `..` as a part of its path');
  }
  return encodeURIComponent(value.toWellFormed());
}

function declared(operation: string, headers: ReadonlyMap<string, string>): Record<string, string> {
  for (const [name, value] of headers) {
    if (!/^[\t\u0020-\u007e]*$/.test(value)) throw unsendable(operation, name, 'a header is plain text on one line');
  }
  return Object.fromEntries(headers);
}

function urlencoded(fields: Form): string {
  return new URLSearchParams(
    [...fields].flatMap(([name, texts]) => texts.map((text): [string, string] => [name, text])),
  ).toString();
}

function unsendable(operation: string, name: string, why: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `\`${operation}\` cannot send this \`${name}\`: ${why}.`);
}
