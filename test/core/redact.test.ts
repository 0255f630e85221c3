import { expect, it } from 'vitest';
import { createRedact, visibleForm } from '../../src/core/redact.js';
import { operationNamed } from '../helpers/operations.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

it('replaces a secret in every encoding, also inside other text', () => {
  const redact = createRedact(['p"w/ 123456']);
  for (const text of ['xp"w/ 123456x', 'xp\\"w/ 123456x', 'xp%22w%2F%20123456x', 'xp%22w%2F+123456x']) {
    expect(redact(text)).toBe('x[redacted]x');
  }
});

it('replaces a secret in lower-case percent-encoding, hexadecimal, and base64, alone or within a longer text', () => {
  const secret = 'p/w~ä0123456789abcdef?>';
  const redact = createRedact([secret]);
  const encoded = encodeURIComponent(secret);
  for (const text of [
    encoded.toLowerCase(),
    new URLSearchParams({ a: secret }).toString().toLowerCase().slice(2),
    JSON.stringify(secret)
      .replaceAll('/', String.raw`\/`)
      .slice(1, -1),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    base64(secret),
    Buffer.from(secret).toString('base64url'),
  ]) {
    expect(redact(`x ${text} x`)).toMatch(/^x \[redacted\]=* x$/);
  }
  // Of a longer text, at most a character at each end remains, which also depends on the neighbours.
  for (const user of ['', 'a', 'ab', 'abc', 'AC0123']) {
    const text = base64(`${user}:${secret}:`);
    const clean = redact(text);
    expect(clean).toContain('[redacted]');
    expect(clean.length).toBeLessThan(text.length - base64(secret).length + 16);
  }
});

it('replaces a short secret only as a whole word', () => {
  const redact = createRedact(['x', 'any', 'a.b', '']);
  expect(redact('Basic AC1:any, x=1, "x" and a.b')).toBe(
    'Basic AC1:[redacted], [redacted]=1, "[redacted]" and [redacted]',
  );
  expect(redact('company, many, box, axb, extra, äx')).toBe('company, many, box, axb, extra, äx');
});

it('hides the secret fields of credentials, whatever their case, and no other field', () => {
  const form = new Map([
    ['Type', ['apn']],
    ['Certificate', ['a']],
    ['PrivateKey', ['b', 'c']],
    ['ApiKey', ['d']],
    ['secret', ['e']],
  ]);
  expect(Object.fromEntries(visibleForm({ operation: operationNamed('updatecredential'), form }))).toEqual({
    Type: ['apn'],
    Certificate: ['[redacted]'],
    PrivateKey: ['[redacted]', '[redacted]'],
    ApiKey: ['[redacted]'],
    secret: ['[redacted]'],
  });
  expect(visibleForm({ operation: operationNamed('createuser'), form })).toBe(form);
});
