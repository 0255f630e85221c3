import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/contract/model/drift.js';
import { type KnownDrift, readKnownDrift, sortDrift } from '../../../src/contract/model/known-drift.js';

const drift: Drift = {
  scenario: 'role',
  step: 'create a role',
  operation: 'createservicerole',
  path: 'type',
  kind: 'value',
  expected: 'a',
  actual: 'b',
};
const entry: KnownDrift = { scenario: 'role', step: 'create a role', path: 'type', reason: 'r', expires: '2026-06-30' };
const options = {
  today: '2026-06-30',
  against: 'live',
  steps: new Map([['role', ['create a role']]]),
  wasCompared: () => true,
};

describe('known drift', () => {
  it('is accepted until the end of its last day', () => {
    const { drifts, accepted, stale } = sortDrift([drift], [entry], options);
    expect(drifts).toEqual([]);
    expect(accepted).toEqual([{ drift, known: entry }]);
    expect(stale).toEqual([]);
  });

  it('is stale after its last day, and the drift is reported again', () => {
    const { drifts, stale } = sortDrift([drift], [entry], { ...options, today: '2026-07-01' });
    expect(drifts).toEqual([drift]);
    expect(stale).toEqual([{ known: entry, why: 'it expired on 2026-06-30' }]);
  });

  it('is stale if the drift no longer occurs', () => {
    expect(sortDrift([], [entry], options).stale).toEqual([{ known: entry, why: 'it no longer occurs: remove it' }]);
  });

  it('is not stale if its step was not compared', () => {
    expect(sortDrift([], [entry], { ...options, wasCompared: () => false }).stale).toEqual([]);
  });

  it('is stale if its step does not exist, and the message suggests a step', () => {
    const [stale] = sortDrift([], [{ ...entry, step: 'make a role' }], options).stale;
    expect(stale?.why).toBe('the scenario has no step `make a role`. Did you mean `create a role`?');
  });

  it('applies to live and replay by default', () => {
    expect(sortDrift([drift], [entry], { ...options, against: 'url' })).toMatchObject({ drifts: [drift], stale: [] });
    expect(sortDrift([drift], [{ ...entry, against: ['url'] }], { ...options, against: 'url' }).drifts).toEqual([]);
  });

  it('does not apply to another path or another kind', () => {
    expect(sortDrift([{ ...drift, path: 'sid' }], [entry], options).drifts).toHaveLength(1);
    expect(sortDrift([drift], [{ ...entry, kind: 'type' }], options).drifts).toHaveLength(1);
  });

  it('is read from a file, and errors name the line', () => {
    expect(readKnownDrift(fileURLToPath(new URL('../../../fixtures/known-drift.yaml', import.meta.url)))).toEqual([]);
    const file = join(mkdtempSync(join(tmpdir(), 'drift-')), 'k.yaml');
    writeFileSync(file, 'known-drift: 1\ndifferences:\n  - scenario: role\n    step: x\n    path: y\n    reason: z\n');
    expect(() => readKnownDrift(file)).toThrow(/k\.yaml:3:\d+: differences\[0\]: `expires` is missing/);
    expect(() => readKnownDrift('/nowhere.yaml')).toThrow(/Cannot read \/nowhere\.yaml/);
  });
});
