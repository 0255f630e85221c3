/** Request headers whose values are always secret. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'understudy-token',
  'x-twilio-signature',
];

const MARK = '[redacted]';

/** Minimum length of a secret that protects something. Real secrets are much longer. */
export const SHORTEST_SECRET = 8;

/** Replaces secrets in a text, also where they are encoded for JSON, a URL or a form. */
export type Redact = (text: string) => string;

/** Used for everything that is logged or stored. */
export function createRedact(secrets: Iterable<string>): Redact {
  // Longest first, because a secret may contain another one.
  const forms = [...new Set([...secrets].filter((secret) => secret !== '').flatMap(encodingsOf))].sort(
    (a, b) => b.length - a.length,
  );
  const patterns = forms.map((form) => [form, form.length < SHORTEST_SECRET ? asWord(form) : form] as const);
  return (text) => {
    let clean = text;
    for (const [form, pattern] of patterns) if (clean.includes(form)) clean = clean.replaceAll(pattern, MARK);
    return clean;
  };
}

/** Matches a short secret, such as one invented for a test, only as a whole word. */
function asWord(secret: string): RegExp {
  const literal = secret.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'gu');
}

function encodingsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
}
