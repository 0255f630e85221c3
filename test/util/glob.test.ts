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
])('%s and %s: %s', (pattern, text, fits) => {
  expect(matchesGlob(pattern, text)).toBe(fits);
});
