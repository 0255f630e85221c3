import { expect, test } from 'vitest';
import { causesOf } from '../../src/inspector/contract/causes.js';
import type { Drift } from '../../src/inspector/contract/types.js';

const drift = (operation: string, path: string, expected: unknown, actual: unknown, kind = 'type'): Drift => ({
  scenario: 'message',
  step: 'send',
  operation,
  path,
  kind,
  expected,
  actual,
});

test('differences are grouped by kind, field and types, the most frequent cause first', () => {
  const causes = causesOf([
    drift('fetchmessage', 'author', 'ann', 'bob', 'value'),
    drift('createmessage', 'index', 0, '0'),
    drift('listmessage', 'messages[0].index', 0, '0'),
    drift('listmessage', 'messages[1].index', 1, '1'),
    drift('fetchmessage', 'index', 0, null),
  ]);
  expect(
    causes.map(({ kind, field, types, operations, drifts }) => [kind, field, types, operations, drifts.length]),
  ).toEqual([
    ['type', 'index', 'number expected, string received', ['createmessage', 'listmessage'], 3],
    ['value', 'author', '', ['fetchmessage'], 1],
    ['type', 'index', 'number expected, null received', ['fetchmessage'], 1],
  ]);
});

test('a difference in the whole response has no field', () => {
  expect(causesOf([drift('x', '', undefined, undefined, 'no-answer')])).toMatchObject([{ field: '', types: '' }]);
});
