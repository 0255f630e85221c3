import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  between,
  reversed,
  SortedList,
  union,
  type SortedView,
  type Position,
} from '../../../../src/backends/simulator/kernel/sorted-list.js';

interface Item {
  readonly seq: number;
  readonly sortKey: number;
  readonly note?: string;
}

/** Reference implementation with a plain array. */
class PlainList implements SortedView<Item> {
  constructor(public items: readonly Item[]) {
    this.items = items.toSorted((a, b) => a.sortKey - b.sortKey || a.seq - b.seq);
  }
  get size(): number {
    return this.items.length;
  }
  countBefore({ sortKey, seq = -Infinity }: Position): number {
    return this.items.filter((item) => item.sortKey < Number(sortKey) || (item.sortKey === sortKey && item.seq < seq))
      .length;
  }
  countUpTo({ sortKey, seq = Infinity }: Position): number {
    return this.items.filter((item) => item.sortKey < Number(sortKey) || (item.sortKey === sortKey && item.seq <= seq))
      .length;
  }
  slice(start: number, count: number): Item[] {
    return this.items.slice(start, start + count);
  }
}

const sortedList = (items: readonly Item[]): SortedList<Item> => {
  const list = new SortedList<Item>((item) => item.sortKey);
  for (const item of items) list.insert(item);
  return list;
};

/** Enough items for several chunks, in random order, with so few sort keys that many are equal. */
const items = fc.uniqueArray(fc.record({ seq: fc.nat(3000), sortKey: fc.integer({ min: 0, max: 6 }) }), {
  selector: ({ seq }) => seq,
  maxLength: 1600,
  size: 'max',
});

const positions = fc.array(
  fc.record(
    { sortKey: fc.integer({ min: -1, max: 7 }), seq: fc.integer({ min: -1, max: 3001 }) },
    { requiredKeys: ['sortKey'] },
  ),
  { minLength: 1, maxLength: 20 },
);
const slices = fc.array(fc.tuple(fc.nat(1700), fc.nat(200)), { maxLength: 10 });

function expectEqualViews(
  real: SortedView<Item>,
  plain: SortedView<Item>,
  queries: readonly Position[],
  ranges: readonly (readonly [number, number])[],
): void {
  expect(real.size).toBe(plain.size);
  expect(real.slice(0, real.size)).toEqual(plain.slice(0, plain.size));
  for (const position of queries) {
    expect(real.countBefore(position)).toBe(plain.countBefore(position));
    expect(real.countUpTo(position)).toBe(plain.countUpTo(position));
  }
  for (const [start, count] of ranges) expect(real.slice(start, count)).toEqual(plain.slice(start, count));
}

describe('a sorted list', () => {
  it('equals a sorted array for any order of insertion', () => {
    fc.assert(
      fc.property(items, positions, slices, (all, queries, ranges) => {
        const list = sortedList(all);
        expectEqualViews(list, new PlainList(all), queries, ranges);
        expect([...list]).toEqual(list.slice(0, all.length));
        expect(list.last()).toEqual(new PlainList(all).items.at(-1));
      }),
      { numRuns: 30 },
    );
  });

  it('equals a sorted array after any removals, replacements, moves and insertions', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('remove', 'replace', 'move', 'insert'), fc.nat(), fc.nat(6)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(items, steps, positions, slices, (all, changes, queries, ranges) => {
        const list = sortedList(all);
        let left = [...all];
        let next = 3001;
        for (const [change, pick, sortKey] of changes) {
          const old = left[pick % Math.max(1, left.length)];
          if (change === 'insert') {
            const item = { seq: (next += 1), sortKey };
            left.push(item);
            list.insert(item);
          } else if (old !== undefined) {
            left = left.filter((item) => item !== old);
            if (change === 'remove') list.remove(old);
            else {
              const changed = { ...old, note: 'changed', ...(change === 'move' ? { sortKey } : {}) };
              left.push(changed);
              list.replace(old, changed);
            }
          }
        }
        expect(list.size).toBe(left.length);
        expectEqualViews(list, new PlainList(left), queries, ranges);
      }),
      { numRuns: 30 },
    );
  });

  it('can be emptied and filled again', () => {
    const all = Array.from({ length: 1300 }, (_, seq) => ({ seq, sortKey: seq % 3 }));
    const list = sortedList(all);
    for (const item of all) list.remove(item);
    expect(list.size).toBe(0);
    expect(list.last()).toBeUndefined();
    for (const item of all) list.insert(item);
    expectEqualViews(list, new PlainList(all), [{ sortKey: 1 }, { sortKey: 2, seq: 500 }], [[640, 20]]);
  });

  it('does not change when an item is removed that it does not contain', () => {
    const list = sortedList([{ seq: 1, sortKey: 1 }]);
    list.remove({ seq: 2, sortKey: 1 });
    list.remove({ seq: 1, sortKey: 2 });
    list.remove({ seq: 0, sortKey: 0 });
    expect(list.size).toBe(1);
  });
});

describe('a view of sorted lists', () => {
  it('in reverse equals the reversed array', () => {
    fc.assert(
      fc.property(items, positions, slices, (all, queries, ranges) => {
        const real = reversed(sortedList(all));
        const plain = new PlainList(all);
        expect(real.slice(0, all.length)).toEqual(plain.items.toReversed());
        for (const [start, count] of ranges) {
          expect(real.slice(start, count)).toEqual(plain.items.toReversed().slice(start, start + count));
        }
        for (const position of queries) {
          expect(real.countBefore(position)).toBe(plain.size - plain.countUpTo(position));
          expect(real.countUpTo(position)).toBe(plain.size - plain.countBefore(position));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('between two bounds equals the filtered array, also in reverse', () => {
    const bound = fc.oneof(fc.integer({ min: -1, max: 7 }), fc.constantFrom(-Infinity, Infinity));
    fc.assert(
      fc.property(items, bound, bound, positions, slices, (all, from, to, queries, ranges) => {
        const real = between(sortedList(all), from, to);
        const inside = all.filter(({ sortKey }) => sortKey >= from && sortKey <= to);
        expectEqualViews(real, new PlainList(inside), queries, ranges);
        expect(reversed(real).slice(0, 60)).toEqual(new PlainList(inside).items.toReversed().slice(0, 60));
      }),
      { numRuns: 30 },
    );
  });

  it('as a union of several lists has all their items in order of creation', () => {
    fc.assert(
      fc.property(items, positions, slices, (all, queries, ranges) => {
        const byCreation = all.map(({ seq, sortKey }) => ({ seq, sortKey: 0, list: sortKey }));
        const lists = [0, 1, 2, 3, 4, 5, 6].map((each) => sortedList(byCreation.filter(({ list }) => list === each)));
        const atCreation = queries.map(({ seq }) => ({ sortKey: 0, ...(seq === undefined ? {} : { seq }) }));
        const real = union<Item>(lists, 3001);
        expect(real.size).toBe(all.length);
        expectEqualViews(real, new PlainList(byCreation), atCreation, ranges);
      }),
      { numRuns: 30 },
    );
  });

  it('as a union of no lists is empty', () => {
    const empty = union<Item>([], 0);
    expect([empty.size, empty.slice(0, 10), empty.countUpTo({ sortKey: 0 })]).toEqual([0, [], 0]);
  });
});
