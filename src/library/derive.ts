import { createHash } from 'node:crypto';

/** Derives an account SID or an auth token from a text. The same text gives the same result. */
export function derive(kind: 'account' | 'token', text: string): string {
  const hex = createHash('sha256').update(`${text} ${kind}`).digest('hex').slice(0, 32);
  return kind === 'account' ? `AC${hex}` : hex;
}
