import { expect, it } from 'vitest';
import { matchesGlob } from '../../src/util/glob.js';

it.each([
  ['onMessageAdded', 'onMessageAdded', true],
  ['onMessageAdded', 'onMessageAddedToo', false],
  ['*', '', true],
  ['list*', 'listservice', true],
  ['list*', 'createservice', false],
  ['*Added', 'onMessageAdded', true],
  ['*Added', 'onMessageAdd', false],
  ['on*Added', 'onMessageAdded', true],
  ['ab*ba', 'aba', false],
  ['a*b*a', 'abba', true],
  ['a*b*b*a', 'aba', false],
  ['whatsapp:*', 'whatsapp:+15557770101', true],
  ['+1.*', '+15', false],
  ['two*', 'two\nlines', true],
])('the pattern %s matches %s: %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});
