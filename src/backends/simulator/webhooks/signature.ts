import { createHmac } from 'node:crypto';

/**
 * `X-Twilio-Signature`: HMAC-SHA1 with the account's auth token over the URL as configured, without what follows `#`,
 * and, for a form POST, each parameter's name and value in the byte order of the names (recorded).
 */
export function sign(authToken: string, url: string, form: ReadonlyMap<string, string> | undefined): string {
  // A URL without a path is asked for as `/`, which is all that an app can see of it. Inferred.
  let data = url.replace(/#.*$/s, '').replace(/^(https?:\/\/[^/?]+)(?=\?|$)/i, '$1/');
  for (const name of [...(form?.keys() ?? [])].sort()) data += name + (form?.get(name) ?? '');
  return createHmac('sha1', authToken).update(data).digest('base64');
}
