import { describe, expect, it } from 'vitest';
import { isWorthRetrying, overridesOf } from '../../../../src/backends/simulator/webhooks/rules.js';

const TIMEOUT_MS = 5000;
const overrides = (fragment: string) => overridesOf(`https://app.example.com/hook${fragment}`, TIMEOUT_MS);

describe('connection overrides in a URL fragment', () => {
  it('are absent by default: no retry, and the timeout of Conversations', () => {
    const none = { retries: 0, policies: ['ct'], limits: { connect: TIMEOUT_MS, read: TIMEOUT_MS, total: TIMEOUT_MS } };
    expect(overrides('')).toEqual(none);
    expect(overrides('#')).toEqual(none);
    expect(overrides('#section-2')).toEqual(none);
  });

  it('set the number and conditions of retries, and the timeouts to connect, to respond and in total', () => {
    expect(overrides('#rc=2&rp=5xx,rt&ct=200&rt=300&tt=4000')).toEqual({
      retries: 2,
      policies: ['5xx', 'rt'],
      limits: { connect: 200, read: 300, total: 4000 },
    });
    expect(overrides('#rt=9000').limits).toEqual({ connect: TIMEOUT_MS, read: 9000, total: 15_000 });
    expect(overrides('#tt=1000').limits).toEqual({ connect: TIMEOUT_MS, read: TIMEOUT_MS, total: 1000 });
  });

  it('are limited to their ranges, and ignored if they are not numbers', () => {
    expect(overrides('#rc=9&ct=1&rt=99999&tt=0')).toMatchObject({
      retries: 5,
      limits: { connect: 100, read: 15_000, total: 100 },
    });
    expect(overrides('#rc=-1&ct=x&rt=&tt=1e3')).toEqual(overrides(''));
  });
});

it.each<[Parameters<typeof isWorthRetrying>[0], string, boolean]>([
  ['ct', 'ct', true],
  ['ct', 'rt', false],
  ['rt', 'rt', true],
  ['rt', 'ct', false],
  ['rt', 'all', true],
  [{ status: 503, body: '' }, '5xx', true],
  [{ status: 404, body: '' }, '5xx', false],
  [{ status: 404, body: '' }, '4xx', true],
  [{ status: 200, body: '' }, 'all', false],
])('outcome %j is retried under policy %s: %s', (outcome, policy, isRetried) => {
  expect(isWorthRetrying(outcome, [policy])).toBe(isRetried);
});
