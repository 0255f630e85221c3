import type { Call, Form } from './operation.js';
import { PASSTHROUGH } from './passthrough.js';

/** Request headers whose values are always secret. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'understudy-token',
  'x-twilio-signature',
  'x-twilio-token',
];

const ofCredentials = ['certificate', 'privatekey', 'apikey', 'secret'];

/** Form fields whose values are secret, in lower case, by the noun of their operation. */
const secretFields: Readonly<Record<string, ReadonlySet<string>>> = {
  Credentials: new Set(ofCredentials),
  [PASSTHROUGH]: new Set([...ofCredentials, 'authtoken', 'password']),
};

const MARK = '[redacted]';

/** Minimum length of a secret that protects something. Real secrets are much longer. */
export const SHORTEST_SECRET = 8;

/** Replaces secrets in a text, also where they are encoded for JSON, a URL or a form. */
export type Redact = (text: string) => string;

/** The form of a call, without the values of secret fields. For everything that is logged, shown or stored. */
export function visibleForm({ operation, form }: Pick<Call, 'operation' | 'form'>): Form {
  const secrets = secretFields[operation.noun];
  if (secrets === undefined) return form;
  return new Map(
    [...form].map(([name, values]) => [name, secrets.has(name.toLowerCase()) ? values.map(() => MARK) : values]),
  );
}

/** The value of a header for everything that is shown. Of a secret one, only the scheme remains, e.g. `Basic`. */
export function visibleHeader(name: string, value: string, redact: Redact): string {
  if (!secretHeaders.includes(name.toLowerCase())) return redact(value);
  const scheme = /^(?:Basic|Bearer)(?= )/i.exec(value)?.[0];
  return scheme === undefined ? MARK : `${scheme} ${MARK}`;
}

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
