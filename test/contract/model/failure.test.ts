import { expect, test } from 'vitest';
import { describeError } from '../../../src/contract/model/failure.js';

test('a host whose addresses all refuse the connection is described by the error of each', () => {
  const refused = ['127.0.0.1', '::1'].map((address) => new Error(`connect ECONNREFUSED ${address}:8080`));
  expect(describeError(new AggregateError(refused))).toBe(
    'connect ECONNREFUSED 127.0.0.1:8080, connect ECONNREFUSED ::1:8080',
  );
});

test('a cause is described by its code', () => {
  const cause = Object.assign(new Error('read'), { code: 'ECONNRESET' });
  expect(describeError(new TypeError('fetch failed', { cause }))).toBe('fetch failed (ECONNRESET)');
});
