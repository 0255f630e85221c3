import { isJsonObject, type Json } from '../../core/body.js';
import type { Exchange, Operation } from '../../core/operation.js';

/** A curl command that repeats an exchange on the Twilio surface. The reader supplies the password by a shell variable. */
export function toCurl(
  { input, account }: Exchange,
  operation: Operation,
  origin: string,
  defaultAccount: string,
): string {
  const values = isJsonObject(input) ? input : {};
  const own = (operation.prefix ?? '') + operation.path;
  const path = own.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(toText(values[name])));
  const query = new URLSearchParams();
  for (const { name, in: location } of operation.parameters) {
    if (location === 'query') for (const value of toTexts(values[name])) query.append(name, value);
  }
  const url = `${origin}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
  const parts = ['curl', ...(operation.method === 'GET' ? [] : ['-X', operation.method]), quote(url)];
  if (operation.isPublic !== true) parts.push('-u', `"${account ?? defaultAccount}:$TWILIO_AUTH_TOKEN"`);
  if (operation.isUpload === true) return [...parts, ...fileOptions(toText(values['Content-Type']))].join(' ');
  for (const { name, in: location } of operation.parameters) {
    if (location === 'header' && values[name] !== undefined) {
      parts.push('-H', quote(`${name}: ${toText(values[name])}`));
    }
  }
  const { body } = values;
  for (const [name, value] of Object.entries(isJsonObject(body) ? body : {})) {
    for (const each of toTexts(value)) parts.push('--data-urlencode', quote(`${name}=${each}`));
  }
  return parts.join(' ');
}

/** The journal does not have the file, so the reader names one. */
function fileOptions(contentType: string): string[] {
  if (contentType.startsWith('multipart/')) return ['-F', 'Media=@"$FILE"'];
  return [...(contentType === '' ? [] : ['-H', quote(`Content-Type: ${contentType}`)]), '--data-binary', '@"$FILE"'];
}

/** Quotes a text for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function toTexts(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return isList(value) ? value.map(toText) : [toText(value)];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function toText(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
