import type { Exchange, Operation } from '../../core/operation.js';
import { isJsonObject, type Json } from '../../core/body.js';

/** A shell line that makes an exchange's call again on a Twilio surface. The password is the reader's to put in. */
export function curlOf(
  { input, account }: Exchange,
  operation: Operation,
  origin: string,
  defaultAccount: string,
): string {
  const given = isJsonObject(input) ? input : {};
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(textOf(given[name])));
  const query = new URLSearchParams();
  for (const { name, in: place } of operation.parameters) {
    if (place === 'query') for (const text of textsOf(given[name])) query.append(name, text);
  }
  const url = `${origin}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
  const parts = ['curl', ...(operation.method === 'GET' ? [] : ['-X', operation.method]), quote(url)];
  parts.push('-u', quote(`${account ?? defaultAccount}:$TWILIO_AUTH_TOKEN`, '"'));
  for (const { name, in: place } of operation.parameters) {
    if (place === 'header' && given[name] !== undefined) parts.push('-H', quote(`${name}: ${textOf(given[name])}`));
  }
  const { body } = given;
  for (const [name, value] of Object.entries(isJsonObject(body) ? body : {})) {
    for (const text of textsOf(value)) parts.push('--data-urlencode', quote(`${name}=${text}`));
  }
  return parts.join(' ');
}

/** Quoted for a POSIX shell; in double quotes a variable is filled in. */
function quote(text: string, mark: "'" | '"' = "'"): string {
  return mark === '"' ? `"${text}"` : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function textsOf(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return isList(value) ? value.map(textOf) : [textOf(value)];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
