import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../src/contract/model/scenario.js';
import type { Answer } from '../../../src/contract/model/target.js';
import { checkExpectation } from '../../../src/contract/run/check-expectation.js';

const list = {
  meta: {},
  roles: [
    { sid: 'RL1', n: 2 },
    { sid: 'RL2', n: 1 },
  ],
};
const variables = new Map([['role', { sid: 'RL1', permissions: ['a', 'b'] }]]);

function failures(expectation: Expectation, answer: Partial<Answer>): string[] {
  const { failed } = checkExpectation(
    { status: 200, ...expectation },
    { status: 200, body: null, ...answer },
    variables,
  );
  return failed.map(({ path, note }) => `${path} ${note ?? ''}`.trim());
}

describe('an expectation', () => {
  it.each<[string, Expectation, Partial<Answer>]>([
    ['an error code', { status: 404, code: 20404 }, { status: 404, body: { code: 20404 } }],
    ['a value', { body: { 'a[0].b': 1 } }, { body: { a: [{ b: 1 }] } }],
    ['an object with keys in another order', { body: { a: { b: 1, c: 2 } } }, { body: { a: { c: 2, b: 1 } } }],
    [
      'a reference',
      { body: { sid: '{{role.sid}}', list: '{{role.permissions}}' } },
      { body: { sid: 'RL1', list: ['a', 'b'] } },
    ],
    ['a pattern', { body: { sid: { like: '^RL' } } }, { body: { sid: 'RL1' } }],
    ['one of several values', { body: { code: { anyOf: [0, null] } } }, { body: { code: null } }],
    ['an absent key', { body: { sid: { absent: true } } }, { body: {} }],
    ['a key that may be absent', { body: { sid: { ifPresent: 'RL1' } } }, { body: {} }],
    ['a value that may be absent', { body: { sid: { ifPresent: '{{role.sid}}' } } }, { body: { sid: 'RL1' } }],
    ['a number of records', { count: 2 }, { body: list }],
    ['an order of records', { sortedBy: 'sid' }, { body: list }],
    ['a header', { headers: ['Content-Type'] }, { headers: { 'content-type': 'text/plain' } }],
    ['a header, on a surface without headers', { headers: ['Content-Type'] }, {}],
  ])('passes for %s', (_, expectation, answer) => {
    expect(failures(expectation, answer)).toEqual([]);
  });

  it.each<[string, Expectation, Partial<Answer>, string]>([
    ['a different status, once', { code: 1, body: { a: 1 } }, { status: 500 }, 'HTTP status 200 was expected'],
    ['a different error code', { status: 404, code: 1 }, { status: 404, body: { code: 2 } }, 'code'],
    ['none of several values', { body: { code: { anyOf: [0, null] } } }, { body: { code: 1 } }, 'code'],
    ['a different value', { body: { a: 1 } }, { body: { a: '1' } }, 'a'],
    ['a missing key', { body: { a: null } }, { body: {} }, 'a'],
    ['an additional key in an object', { body: { a: {} } }, { body: { a: { b: 1 } } }, 'a'],
    ['a reference without a value', { body: { a: '{{role.missing}}' } }, { body: { a: 1 } }, 'a'],
    ['a value that does not match', { body: { sid: { like: '^RL' } } }, { body: { sid: 'CH1' } }, 'sid'],
    ['a key that should be absent', { body: { sid: { absent: true } } }, { body: { sid: null } }, 'sid'],
    ['a present value that differs', { body: { sid: { ifPresent: 'RL1' } } }, { body: { sid: 'RL2' } }, 'sid'],
    ['a different number of records', { count: 3 }, { body: list }, 'roles'],
    ['a response that is not a list', { count: 0 }, { body: {} }, ''],
    ['records out of order', { sortedBy: 'n' }, { body: list }, 'roles[1].n must be sorted by n'],
    ['a missing header', { headers: ['ETag'] }, { headers: {} }, 'the header ETag was expected'],
  ])('fails for %s', (_, expectation, answer, failure) => {
    expect(failures(expectation, answer)).toEqual([failure]);
  });
});
