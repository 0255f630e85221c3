import { expect, test } from 'vitest';
import { upstreamOrigin } from '../../../src/backends/live/upstream.js';

const TWILIO = 'https://conversations.twilio.com';

test.each([
  [{}, TWILIO],
  [{ region: 'ie1' }, 'https://conversations.ie1.twilio.com'],
  [{ edge: 'dublin' }, 'https://conversations.dublin.us1.twilio.com'],
  [{ edge: 'dublin', region: 'ie1' }, 'https://conversations.dublin.ie1.twilio.com'],
  [{ edge: 'dublin', upstream: 'http://127.0.0.1:4010' }, 'http://127.0.0.1:4010'],
  [{ upstream: 'https://twilio.example.com' }, 'https://twilio.example.com'],
])('%j gives %s', (options, origin) => {
  expect(upstreamOrigin(TWILIO, options)).toBe(origin);
});

test.each([
  [{}, 'https://mcs.us1.twilio.com'],
  [{ edge: 'dublin' }, 'https://mcs.us1.twilio.com'],
  [{ edge: 'dublin', region: 'ie1' }, 'https://mcs.ie1.twilio.com'],
  [{ region: 'ie1', upstream: 'http://127.0.0.1:4010' }, 'http://127.0.0.1:4010'],
])('for media, %j gives %s', (options, origin) => {
  expect(upstreamOrigin('https://mcs.us1.twilio.com', options)).toBe(origin);
});

test('credentials are never sent unencrypted to another machine', () => {
  expect(() => upstreamOrigin(TWILIO, { upstream: 'http://twilio.example.com' })).toThrow(/in the clear/);
});

test.each(['evil.com/', 'a.b', '', 'UPPER'])('the region %j is refused', (region) => {
  expect(() => upstreamOrigin(TWILIO, { region })).toThrow(/TWILIO_REGION/);
});
