import { createHmac } from 'node:crypto';

/**
 * `X-Twilio-Signature`: HMAC-SHA1, with the account's auth token as key, of the URL as configured without its fragment.
 * For a form POST, the name and value of each parameter follow, in byte order of the names (recorded).
 */
export function sign(authToken: string, url: string, form: ReadonlyMap<string, string> | undefined): string {
  // A URL without a path is requested as `/`, and the app sees nothing else. Inferred.
  let data = url.replace(/#.*$/s, '').replace(/^(https?:\/\/[^/?]+)(?=\?|$)/i, '$1/');
  for (const name of [...(form?.keys() ?? [])].sort()) data += name + (form?.get(name) ?? '');
  return createHmac('sha1', authToken).update(data).digest('base64');
}
