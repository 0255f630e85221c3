import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDuration, formatDatetime, parseDatetime } from '../../src/util/datetime.js';

const reformat = (text: string): string | undefined => {
  const datetime = parseDatetime(text);
  return datetime === undefined ? undefined : formatDatetime(datetime);
};

describe('a datetime', () => {
  it.each([
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-02-29T12:30', '2024-02-29T12:30:00Z'],
    ['2024-02-29 12:30:15', '2024-02-29T12:30:15Z'],
    ['2024-02-29T12:30:15Z', '2024-02-29T12:30:15Z'],
    ['2024-02-29t12:30:15z', '2024-02-29T12:30:15Z'],
    ['2024-02-29T12:30:15.999999999Z', '2024-02-29T12:30:15Z'],
    ['2024-02-29T00:30:00+01:00', '2024-02-28T23:30:00Z'],
    ['2024-02-28T23:30:00-0130', '2024-02-29T01:00:00Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59Z'],
  ])('parsed from %s is formatted as %s', (text, expected) => {
    expect(reformat(text)).toBe(expected);
  });

  it.each([
    '',
    'now',
    '1704067200',
    '2024',
    '2024-13-01',
    '2023-02-29',
    '2024-04-31T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2024-01-01T00:00:00Z ',
    'Mon, 01 Jan 2024 00:00:00 GMT',
  ])('is not "%s"', (text) => {
    expect(parseDatetime(text)).toBeUndefined();
  });

  it('survives formatting and parsing, to the second', () => {
    const seconds = fc.integer({ min: Date.parse('0000-01-01') / 1000, max: Date.parse('9999-12-31') / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        expect(parseDatetime(formatDatetime(second * 1000))).toBe(second * 1000);
      }),
    );
  });
});

describe('a duration', () => {
  it.each([
    ['PT1M', '2024-01-31T00:01:00Z'],
    ['P1D', '2024-02-01T00:00:00Z'],
    ['P1W', '2024-02-07T00:00:00Z'],
    ['P1Y2M3DT4H5M6S', '2025-04-03T04:05:06Z'],
    ['PT0.5S', '2024-01-31T00:00:00Z'],
    ['PT36H', '2024-02-01T12:00:00Z'],
    ['PT90S', '2024-01-31T00:01:30Z'],
  ])('of %s ends at %s', (text, expected) => {
    expect(formatDatetime(addDuration(Date.parse('2024-01-31'), text) ?? NaN)).toBe(expected);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '1H',
    'one hour',
    'pt1h',
    '-PT1H',
    '+PT1H',
    'P-1D',
    'P1H',
    'PT1D',
    'PT1H30',
    'P1M1Y',
    'P99999Y',
    ' P1D',
    'P1D ',
    'P1D\n',
    'xP1D',
    'P1Dx',
    `PT${'9'.repeat(400)}S`,
  ])('is not "%s"', (text) => {
    expect(addDuration(Date.parse('2024-01-31'), text)).toBeUndefined();
  });
});
