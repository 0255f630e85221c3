import { expect, test } from 'vitest';
import type { Exchange } from '../../src/inspector/data/types.js';
import { compactPath, errorOf, filterIn, matches } from '../../src/inspector/requests/filter.js';
import { formatMilliseconds } from '../../src/inspector/components/milliseconds.js';

const exchange = {
  id: 7,
  time: '2026-01-01T00:00:00.000Z',
  surface: 'twilio',
  account: null,
  operation: 'createserviceconversationmessage',
  method: 'POST',
  url: `/v1/Services/IS${'0'.repeat(32)}/Conversations/CH${'1'.repeat(32)}/Messages`,
  input: { body: { Body: 'Hello' } },
  status: 429,
  answer: { code: 20429, message: 'Too Many Requests', more_info: 'https://www.twilio.com/docs/errors/20429' },
  headers: { request: { 'x-twilio-webhook-enabled': 'true' }, response: { 'retry-after': '7' } },
  started: 5000,
  milliseconds: 12.3,
  fault: { rule: 1, effects: { status: 429 } },
  ignored: [],
  violations: [],
} satisfies Exchange;

test.each([
  ['text=hello', true],
  ['text=retry-after', true],
  ['text=goodbye', false],
  ['method=POST&status=429&code=20429', true],
  ['method=GET', false],
  ['code=20404', false],
  ['outcome=refused', true],
  ['outcome=fault', true],
  ['outcome=webhooks', true],
  ['outcome=good', false],
  ['slower=10', true],
  ['slower=100', false],
  ['from=4000&to=6000', true],
  ['from=5001&to=6000', false],
  ['account=default&surface=twilio', true],
  ['operation=', true],
  ['world=AC1&unknown=x', true],
])('an address with %s selects the request: %s', (query, expected) => {
  expect(matches(exchange, filterIn(new URLSearchParams(query)))).toBe(expected);
});

test('an error of Twilio’s has a link to its documentation, one of ours has none', () => {
  expect(errorOf(exchange)).toEqual({
    code: 20429,
    message: 'Too Many Requests',
    documentation: 'https://www.twilio.com/docs/errors/20429',
  });
  const own = { code: 'UNDERSTUDY_INTERNAL', message: 'failed', more_info: 'javascript:alert(1)' };
  expect(errorOf({ ...exchange, answer: own })?.documentation).toBeUndefined();
  expect(errorOf({ ...exchange, status: 200 })).toBeUndefined();
});

test('a path is shown without its service and SIDs, a duration in a suitable unit', () => {
  expect(compactPath(exchange.url)).toBe('/Conversations/…/Messages');
  expect(compactPath('/v1/v1/services?PageSize=1')).toBe('/services');
  expect(compactPath(`/v1/Users/US${'0'.repeat(32)}`)).toBe('/Users/…');
  expect([0, 0.04, 0.42, 12.3, 1234].map(formatMilliseconds)).toEqual([
    '0.0 ms',
    '0.04 ms',
    '0.4 ms',
    '12 ms',
    '1.23 s',
  ]);
});
