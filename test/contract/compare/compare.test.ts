import { describe, expect, it } from 'vitest';
import { compareAnswers, type ComparableAnswer, type CompareOptions } from '../../../src/contract/compare/compare.js';
import type { Json } from '../../../src/core/body.js';

const answer = (body: Json, more: Partial<ComparableAnswer> = {}): ComparableAnswer => ({ status: 200, body, ...more });

function kinds(left: ComparableAnswer, right: ComparableAnswer, options?: CompareOptions): string[] {
  return compareAnswers(left, right, options).map(({ kind, path }) => `${kind} ${path}`.trim());
}

describe('comparing two responses', () => {
  it('finds nothing if they are equal, regardless of the order of keys', () => {
    expect(kinds(answer({ a: 1, b: { c: [1, 2] } }), answer({ b: { c: [1, 2] }, a: 1 }))).toEqual([]);
  });

  it.each<[string, Json, Json, string[]]>([
    ['a key that is only on the right', {}, { a: null }, ['missing a']],
    ['a key that is only on the left', { a: null }, {}, ['extra a']],
    ['a different type', { a: '1' }, { a: 1 }, ['type a']],
    ['null instead of a value', { a: null }, { a: 1 }, ['type a']],
    ['a fraction instead of an integer', { a: 1.5 }, { a: 1 }, ['type a']],
    ['a different nested value', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ['value a[0].b']],
    ['a different error code', { code: 1 }, { code: 2 }, ['code code']],
    ['a different link', { url: '<origin>/a' }, { url: '<origin>/b' }, ['link url']],
    ['a missing record', { a: [1] }, { a: [1, 2] }, ['missing a[1]']],
    ['an additional record', { a: [1, 2] }, { a: [1] }, ['extra a[1]']],
    ['a different order', { a: [2, 1] }, { a: [1, 2] }, ['order a']],
    ['a list instead of an object', { a: [] }, { a: {} }, ['type a']],
  ])('finds %s', (_, left, right, expected) => {
    expect(kinds(answer(left), answer(right))).toEqual(expected);
  });

  it('finds a different status', () => {
    expect(kinds(answer(null, { status: 201 }), answer(null))).toEqual(['status']);
  });

  it('finds a body on one side only', () => {
    expect(kinds(answer({}), answer(null))).toEqual(['type']);
  });

  it('finds a header that only one side sends, if both sides have headers', () => {
    expect(kinds(answer(null, { headers: ['a'] }), answer(null, { headers: ['b'] }))).toEqual(['header', 'header']);
    expect(kinds(answer(null, { headers: ['a'] }), answer(null))).toEqual([]);
  });

  it('reports one missing record, and not all records after it', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((sid) => ({ sid, n: 1 }));
    expect(kinds(answer({ list: [b, c] as Json[] }), answer({ list: [a, b, c] as Json[] }))).toEqual([
      'missing list[0]',
    ]);
  });

  it('ignores free paths and no others', () => {
    const left = answer({ status: 'sent', list: [{ x: 1, y: 1 }] });
    const right = answer({ status: 'read', list: [{ x: 2, y: 2 }] });
    expect(kinds(left, right, { free: ['status', 'list[].x'] })).toEqual(['value list[0].y']);
  });

  it.each<[string, Json, Json, string[]]>([
    ['a date with milliseconds', '<time>', '2026-01-01T00:00:00.000Z', ['form a']],
    ['a date in another zone', '2026-01-01T00:00:00Z', '2026-01-01T02:00:00+02:00', ['form a']],
    ['a text instead of a SID', '<message.sid>', 'none', ['form a']],
    ['a text instead of a number', 1, '1', ['form a']],
    ['a text instead of a URL', '<origin>/a', 'a', ['form a']],
    ['another date', '<time>', '2019-01-01T00:00:00Z', []],
    ['null', '<time>', null, []],
    ['another text', 'sent', 'read', []],
    ['another list', [], [1], []],
  ])('checks a free value for its form: %s', (_, left, right, expected) => {
    expect(kinds(answer({ a: left }), answer({ a: right }), { free: ['a'] })).toEqual(expected);
  });

  it('counts the comparisons', () => {
    let compared = 0;
    compareAnswers(answer({ a: 1, b: [1, 2] }), answer({ a: 1, b: [1, 2] }), { onCompare: () => void (compared += 1) });
    // The status, `a`, the list and its two items.
    expect(compared).toBe(5);
  });
});
