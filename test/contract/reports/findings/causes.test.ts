import { expect, test } from 'vitest';
import type { Json } from '../../../../src/core/body.js';
import type { Drift, DriftKind } from '../../../../src/contract/model/drift.js';
import { causesOf, describeCause } from '../../../../src/contract/reports/findings/causes.js';

const drift = (
  operation: string,
  path: string,
  expected: Json | undefined,
  actual: Json | undefined,
  kind: DriftKind = 'type',
): Drift => ({ scenario: 'message', step: 'send', operation, path, kind, expected, actual });

test('differences are grouped by kind, field and types, the most frequent cause first', () => {
  const causes = causesOf([
    drift('fetchmessage', 'author', 'ann', 'bob', 'value'),
    drift('createmessage', 'index', 0, '0'),
    drift('listmessage', 'messages[0].index', 0, '0'),
    drift('listmessage', 'messages[1].index', 1, '1'),
    drift('fetchmessage', 'index', 0, null),
  ]);
  expect(causes.map(describeCause)).toEqual([
    'different type · index · number expected, string received · 3× in 2 operations',
    'different value · author · 1× in fetchmessage',
    'different type · index · number expected, null received · 1× in fetchmessage',
  ]);
});

test('a difference in the whole response has no field', () => {
  const causes = causesOf([drift('x', '', undefined, undefined, 'no-response')]);
  expect(causes).toMatchObject([{ field: '', types: '' }]);
  expect(causes.map(describeCause)).toEqual(['no response · 1× in x']);
});

test('the same violation on both sides has two causes, which name their side', () => {
  const violation = drift('fetchmessage', 'sid', undefined, undefined, 'missing-required-field');
  expect(causesOf(['simulate', 'live'].map((side) => ({ ...violation, side }))).map(describeCause)).toEqual([
    'missing required field · sid · in simulate · 1× in fetchmessage',
    'missing required field · sid · in live · 1× in fetchmessage',
  ]);
});
