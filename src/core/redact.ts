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

/** How a secret may appear in a text: as it is, in JSON, in a URL or a form, in hexadecimal, and in base64. */
function encodingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const inUrls = [encodeURIComponent(secret.toWellFormed()), new URLSearchParams([['', secret]]).toString().slice(1)];
  const texts = [
    secret,
    json,
    json.replaceAll('/', String.raw`\/`),
    ...inUrls,
    ...inUrls.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  ];
  // The encodings of a short secret, such as one invented for a test, occur in other texts by chance.
  return secret.length < SHORTEST_SECRET ? texts : [...texts, ...binaryEncodingsOf(Buffer.from(secret))];
}

function binaryEncodingsOf(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  const base64 = [
    bytes.toString('base64').replace(/=+$/, ''),
    ...[0, 1, 2].map((offset) => base64Within(bytes, offset)),
  ];
  return [hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

/**
 * What base64 of a longer text contains of these bytes for certain, such as of a password in Basic auth. The first and the
 * last character are left out if they also depend on the neighbours.
 * @param offset the number of bytes before, modulo 3
 */
function base64Within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const bits = (offset + bytes.length) * 8;
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
}
