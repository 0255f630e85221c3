import { describe, expect, it } from 'vitest';
import { compareAnswers, type Compared, type CompareOptions } from '../../../src/contract/compare/compare.js';
import type { Json } from '../../../src/core/body.js';

const answer = (body: Json, more: Partial<Compared> = {}): Compared => ({ status: 200, body, ...more });

function kinds(left: Compared, right: Compared, options?: CompareOptions): string[] {
  return compareAnswers(left, right, options).map(({ kind, path }) => `${kind} ${path}`.trim());
}

describe('comparing two answers', () => {
  it('finds nothing in equal ones, whatever the order of keys', () => {
    expect(kinds(answer({ a: 1, b: { c: [1, 2] } }), answer({ b: { c: [1, 2] }, a: 1 }))).toEqual([]);
  });

  it.each<[string, Json, Json, string[]]>([
    ['a key that only the right one has', {}, { a: null }, ['missing a']],
    ['a key that only the left one has', { a: null }, {}, ['extra a']],
    ['another type', { a: '1' }, { a: 1 }, ['type a']],
    ['null in place of a value', { a: null }, { a: 1 }, ['type a']],
    ['a fraction in place of an integer', { a: 1.5 }, { a: 1 }, ['type a']],
    ['another value, deep inside', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ['value a[0].b']],
    ['another error code', { code: 1 }, { code: 2 }, ['code code']],
    ['a link that leads elsewhere', { url: '<origin>/a' }, { url: '<origin>/b' }, ['link url']],
    ['a record too few', { a: [1] }, { a: [1, 2] }, ['missing a[1]']],
    ['a record too many', { a: [1, 2] }, { a: [1] }, ['extra a[1]']],
    ['another order', { a: [2, 1] }, { a: [1, 2] }, ['order a']],
    ['a list in place of an object', { a: [] }, { a: {} }, ['type a']],
  ])('finds %s', (_, left, right, expected) => {
    expect(kinds(answer(left), answer(right))).toEqual(expected);
  });

  it('finds another status', () => {
    expect(kinds(answer(null, { status: 201 }), answer(null))).toEqual(['status']);
  });

  it('finds a body where there is none', () => {
    expect(kinds(answer({}), answer(null))).toEqual(['type']);
  });

  it('finds a header that only one side sends, when both sides have headers', () => {
    expect(kinds(answer(null, { headers: ['a'] }), answer(null, { headers: ['b'] }))).toEqual(['header', 'header']);
    expect(kinds(answer(null, { headers: ['a'] }), answer(null))).toEqual([]);
  });

  it('names the one record that is missing, not all that follow it', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((sid) => ({ sid, n: 1 }));
    expect(kinds(answer({ list: [b, c] as Json[] }), answer({ list: [a, b, c] as Json[] }))).toEqual([
      'missing list[0]',
    ]);
  });

  it('passes over paths that are declared free, and over no others', () => {
    const left = answer({ status: 'sent', list: [{ x: 1, y: 1 }] });
    const right = answer({ status: 'read', list: [{ x: 2, y: 2 }] });
    expect(kinds(left, right, { free: ['status', 'list[].x'] })).toEqual(['value list[0].y']);
  });

  it('counts what it has checked', () => {
    let promises = 0;
    compareAnswers(answer({ a: 1, b: [1, 2] }), answer({ a: 1, b: [1, 2] }), { count: () => void (promises += 1) });
    // The status, a, the list and its two items.
    expect(promises).toBe(5);
  });
});
