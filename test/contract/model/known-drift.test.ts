import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/contract/model/drift.js';
import { judge, type KnownDrift, readKnownDrift } from '../../../src/contract/model/known-drift.js';

const drift: Drift = {
  scenario: 'role',
  step: 'make a role',
  operation: 'createservicerole',
  path: 'type',
  kind: 'value',
  expected: 'a',
  actual: 'b',
};
const entry: KnownDrift = { scenario: 'role', step: 'make a role', path: 'type', reason: 'r', expires: '2026-06-30' };
const options = { today: '2026-06-30', against: 'live', wasCompared: () => true };

describe('known drift', () => {
  it('accepts what it names, to the end of its last day', () => {
    const { drifts, accepted, stale } = judge([drift], [entry], options);
    expect(drifts).toEqual([]);
    expect(accepted).toEqual([{ drift, known: entry }]);
    expect(stale).toEqual([]);
  });

  it('fails after its last day, and the drift counts again', () => {
    const { drifts, stale } = judge([drift], [entry], { ...options, today: '2026-07-01' });
    expect(drifts).toEqual([drift]);
    expect(stale).toEqual([{ known: entry, why: 'it expired on 2026-06-30' }]);
  });

  it('fails when nothing of the kind occurs any more', () => {
    expect(judge([], [entry], options).stale).toEqual([{ known: entry, why: 'it no longer occurs: remove it' }]);
  });

  it('says nothing about steps that were not compared', () => {
    expect(judge([], [entry], { ...options, wasCompared: () => false }).stale).toEqual([]);
  });

  it('is about live and recordings unless it says otherwise', () => {
    expect(judge([drift], [entry], { ...options, against: 'url' })).toMatchObject({ drifts: [drift], stale: [] });
    expect(judge([drift], [{ ...entry, against: ['url'] }], { ...options, against: 'url' }).drifts).toEqual([]);
  });

  it('accepts no other path and no other kind', () => {
    expect(judge([{ ...drift, path: 'sid' }], [entry], options).drifts).toHaveLength(1);
    expect(judge([drift], [{ ...entry, kind: 'type' }], options).drifts).toHaveLength(1);
  });

  it('is read from its file, and a fault names the line', () => {
    expect(readKnownDrift(fileURLToPath(new URL('../../../fixtures/known-drift.yaml', import.meta.url)))).toEqual([]);
    const file = join(mkdtempSync(join(tmpdir(), 'drift-')), 'k.yaml');
    writeFileSync(file, 'known-drift: 1\ndifferences:\n  - scenario: role\n    step: x\n    path: y\n    reason: z\n');
    expect(() => readKnownDrift(file)).toThrow(/k\.yaml:3:\d+: differences\[0\]: `expires` is missing/);
    expect(() => readKnownDrift('/nowhere.yaml')).toThrow(/Cannot read \/nowhere\.yaml/);
  });
});
