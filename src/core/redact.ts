/** Request headers that hold a secret, whatever their value. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'understudy-token',
  'x-twilio-signature',
];

const MARK = '[redacted]';

/** Real ones are longer by far. What is shorter is refused where it guards something. */
export const SHORTEST_SECRET = 8;

/** Hides secrets in a text: in plain form, and as they look inside JSON text, a URL or a form. */
export type Redact = (text: string) => string;

/** The one list of secrets to hide, used by everything that logs or keeps. */
export function createRedact(secrets: Iterable<string>): Redact {
  // The longest first: a secret may be a part of another.
  const forms = [...new Set([...secrets].filter((secret) => secret !== '').flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  );
  const hidden = forms.map((form) => [form, form.length < SHORTEST_SECRET ? asWord(form) : form] as const);
  return (text) => {
    let clean = text;
    for (const [form, pattern] of hidden) if (clean.includes(form)) clean = clean.replaceAll(pattern, MARK);
    return clean;
  };
}

/** A short secret, e.g. one made up for a test, would be found inside of other words everywhere. */
function asWord(secret: string): RegExp {
  const literal = secret.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'gu');
}

function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
}
