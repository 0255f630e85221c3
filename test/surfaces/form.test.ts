import { parse } from 'node:querystring';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuery } from '../../src/surfaces/http/form.js';

/** What Node's parser gives, apart from the order of keys that look like numbers. */
function expectLikeNode(text: string): void {
  const expected = Object.entries(parse(text, '&', '=', { maxKeys: 0 })).map(([name, value = '']) => [
    name,
    typeof value === 'string' ? [value] : value,
  ]);
  expect(Object.fromEntries(parseQuery(text))).toEqual(Object.fromEntries(expected));
}

const pieces = ['&', '=', '+', '%20', '%C3%A9', 'a', 'Body', '0'];
const broken = oneof(constantFrom(...pieces, '%', '%4', '%ff'), string());
const beyondAscii = oneof(
  constantFrom(...pieces, 'é', '😀'),
  string().map((text) => text.replaceAll('%', '')),
);

test.each([
  ['broken escapes', broken],
  ['characters beyond ASCII', beyondAscii],
])('a form with %s has the keys and values that Node reads', (_, piece) => {
  assert(
    property(array(piece, { maxLength: 12 }), (all) => {
      expectLikeNode(all.join(''));
    }),
  );
});

test('characters beyond ASCII are kept beside broken escapes, where Node damages some', () => {
  expect([...parseQuery('%20%20=é%&😀%4+0=1&%ff😀=2')]).toEqual([
    ['  ', ['é%']],
    ['😀%4 0', ['1']],
    ['\uFFFD😀', ['2']],
  ]);
});

test('keys are in the order of arrival, and each has its values in that order', () => {
  expect([...parseQuery('b=1&10=x&a=2&b=3&&c')]).toEqual([
    ['b', ['1', '3']],
    ['10', ['x']],
    ['a', ['2']],
    ['c', ['']],
  ]);
});

test('a long body without any value is parsed in linear time', () => {
  const count = 500_000;
  const began = process.cpuUsage();
  expect(parseQuery('a&'.repeat(count)).get('a')).toHaveLength(count);
  // Searching the whole rest for a value in each pair would take minutes.
  expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
});
