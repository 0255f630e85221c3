import { expect, test } from 'vitest';
import { causesOf } from '../../../../src/contract/reports/findings/causes.js';
import { countShown, searchCauses } from '../../../../src/contract/reports/findings/search.js';

const run = { left: 'simulate', right: { name: 'live', kind: 'live' } };
const place = { scenario: 'message', step: 'send', operation: 'createmessage' };
const causes = causesOf([
  { ...place, path: 'index', kind: 'type', expected: 0, actual: '0' },
  { ...place, path: 'index', kind: 'type', expected: 1, actual: '1', operation: 'fetchmessage' },
  {
    ...place,
    path: 'author',
    kind: 'missing-required-field',
    side: 'simulate',
    expected: undefined,
    actual: undefined,
  },
]);

test.each([
  ['', ['createmessage', 'fetchmessage', 'createmessage']],
  ['FETCHMESSAGE', ['fetchmessage']],
  ['number expected', ['createmessage', 'fetchmessage']],
  ['missing required field', ['createmessage']],
  ['Expected (live)', ['createmessage', 'fetchmessage']],
  ['nothing has this', []],
])('differences are found by the text that is shown of them: %j', (text, operations) => {
  const found = searchCauses(causes, text, run);
  expect(found.flatMap(({ drifts }) => drifts.map(({ operation }) => operation))).toEqual(operations);
});

test('a cause is described as a whole, also if some of its differences are hidden', () => {
  expect(searchCauses(causes, 'fetchmessage', run)).toMatchObject([{ frequency: '2× in 2 operations' }]);
  expect([countShown(1, 3), countShown(1, 1)]).toEqual(['1 of 3 differences', '1 of 1 difference']);
});
