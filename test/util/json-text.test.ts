import { assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/util/json-text.js';

test('a value has the text that JSON.stringify gives', () => {
  assert(
    property(jsonValue({ maxDepth: 4, stringUnit: 'binary' }), (value) => {
      expect(jsonText(value as never)).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  ['control characters, quotes and backslashes', ['\u0000\u001f\n', '"', '\\', '\u007f', '\u2028']],
  ['a surrogate without its other half', ['\ud800', '\udc00x', 'x\ud83d\ude00']],
  ['numbers that JSON does not have', [NaN, Infinity, -0, 1e21, 1e-7]],
  ['members that are undefined', { first: undefined, second: 1, third: undefined, fourth: { only: undefined } }],
  ['nothing', [{}, [], '', undefined]],
])('the same holds for %s', (_, value) => {
  expect(jsonText(value as never)).toBe(JSON.stringify(value));
});
