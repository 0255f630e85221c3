/** Request headers that hold a secret, whatever their value. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'understudy-token',
  'x-twilio-signature',
];

const MARK = '[redacted]';

/** Hides secrets in a text: in plain form, and as they look inside JSON text, a URL or a form. */
export type Redact = (text: string) => string;

/** The one list of secrets to hide, used by everything that logs or keeps. */
export function createRedact(secrets: Iterable<string>): Redact {
  // The longest first: a secret may be a part of another.
  const forms = [...new Set([...secrets].filter((secret) => secret !== '').flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  );
  return (text) => {
    let clean = text;
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, MARK);
    return clean;
  };
}

function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
}
