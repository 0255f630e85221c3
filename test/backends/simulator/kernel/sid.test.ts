import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSid, SidSource } from '../../../../src/backends/simulator/kernel/sid.js';

const prefix = fc.constantFrom('IS', 'CH', 'IM', 'MB', 'US');
const sequence = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('a SID', () => {
  it('has two letters and 32 lower-case hexadecimal digits', () => {
    fc.assert(
      fc.property(prefix, sequence, (letters, number) => {
        const sid = new SidSource('key').sid(letters, number);
        expect(sid).toMatch(new RegExp(`^${letters}[0-9a-f]{32}$`));
        expect(isSid(sid, letters)).toBe(true);
      }),
    );
  });

  it('has unique digits within one prefix and across prefixes', () => {
    const source = new SidSource('key');
    const digits = new Set<string>();
    for (let i = 0; i < 5000; i += 1) for (const letters of ['CH', 'IM']) digits.add(source.sid(letters, i).slice(2));
    expect(digits.size).toBe(10_000);
  });

  it('reveals its sequence number only to a source with the same key', () => {
    fc.assert(
      fc.property(prefix, sequence, fc.string(), fc.string(), (letters, number, key, other) => {
        const sid = new SidSource(key).sid(letters, number);
        expect(new SidSource(key).sequenceOf(sid)).toBe(number);
        expect(new SidSource(other).sequenceOf(sid)).toBe(other === key ? number : undefined);
      }),
    );
  });

  it('depends on the key', () => {
    expect(new SidSource('a').sid('CH', 1)).toBe(new SidSource('a').sid('CH', 1));
    expect(new SidSource('a').sid('CH', 1)).not.toBe(new SidSource('b').sid('CH', 1));
  });

  it.each(['', 'CH', 'CH1', `CH${'0'.repeat(32)}`, `CH${'g'.repeat(32)}`, `CH${'0'.repeat(33)}`, 'nonsense'])(
    'that no source made, such as "%s", has no sequence number',
    (text) => {
      expect(new SidSource('key').sequenceOf(text)).toBeUndefined();
    },
  );

  it('has no sequence number under another prefix', () => {
    const source = new SidSource('key');
    const sid = source.sid('CH', 7);
    expect(source.sequenceOf(`IM${sid.slice(2)}`)).toBeUndefined();
  });
});

describe('the check for a SID with a prefix', () => {
  it.each([
    [`US${'a'.repeat(32)}`, true],
    [`US${'A'.repeat(32)}`, true],
    [`us${'a'.repeat(32)}`, false],
    [`CH${'a'.repeat(32)}`, false],
    [`US${'a'.repeat(31)}`, false],
    [`US${'a'.repeat(33)}`, false],
    [`US${'g'.repeat(32)}`, false],
    [`US${'a'.repeat(31)}\n`, false],
  ])('gives for %j: %s', (text, expected) => {
    expect(isSid(text, 'US')).toBe(expected);
  });

  it('does not depend on those that were generated before it', () => {
    const key = 'any order';
    const source = new SidSource(key);
    const numbers = [...Array(20).keys(), 30, 31, 400, 11, 12, 5, 77, 78, 79, 200, 201, 13];
    for (const letters of ['IM', 'CH']) {
      for (const number of numbers) {
        expect(source.sid(letters, number)).toBe(new SidSource(key).sid(letters, number));
        expect(source.sequenceOf(source.sid(letters, number))).toBe(number);
      }
    }
  });
});
