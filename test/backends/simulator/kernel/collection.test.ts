import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Collection,
  keyOf,
  type RecordBase,
  type Table,
} from '../../../../src/backends/simulator/kernel/collection.js';
import { isCount, isText, listOf, orNull } from '../../../../src/backends/simulator/kernel/record-fields.js';

interface Thing extends RecordBase {
  readonly name: string | null;
  readonly room: string;
  readonly tags: readonly string[];
  readonly rank: number;
}

const things: Table<Thing, 'name', 'room' | 'tag' | 'rank'> = {
  name: 'things',
  prefix: 'TH',
  fields: { name: orNull(isText), room: isText, tags: listOf(isText), rank: isCount },
  unique: { name: ({ name }) => name ?? undefined },
  orders: {
    room: { group: ({ room }) => room },
    tag: { group: ({ tags }) => tags },
    rank: { group: ({ rank }) => (rank < 0 ? undefined : ''), sortKey: ({ rank }) => rank },
  },
};

const thing = (seq: number, fields: Partial<Thing> = {}): Thing => ({
  sid: `TH${seq}`,
  seq,
  dateCreated: 0,
  dateUpdated: 0,
  name: null,
  room: 'a',
  tags: [],
  rank: 0,
  ...fields,
});

const sidsIn = (
  collection: Collection<Thing, 'name', 'room' | 'tag' | 'rank'>,
  order: 'room' | 'tag' | 'rank',
  group: string,
) => [...collection.list(order, group)].map(({ sid }) => sid);

describe('a collection', () => {
  it('finds a record by SID, by unique key and in its indexes', () => {
    const all = new Collection(things);
    const first = thing(1, { name: 'x', tags: ['t', 'u'], rank: 2 });
    all.insert(first);
    all.insert(thing(2, { rank: 1 }));
    expect(all.get('TH1')).toBe(first);
    expect(all.find('name', 'x')).toBe(first);
    expect(sidsIn(all, 'room', 'a')).toEqual(['TH1', 'TH2']);
    expect(sidsIn(all, 'rank', '')).toEqual(['TH2', 'TH1']);
    expect(sidsIn(all, 'tag', 'u')).toEqual(['TH1']);
    expect(sidsIn(all, 'tag', 'none')).toEqual([]);
    expect([all.size, [...all.values()].length]).toEqual([2, 2]);
  });

  it('updates its indexes when a key, group or rank changes', () => {
    const all = new Collection(things);
    const old = thing(1, { name: 'x', tags: ['t', 'u'] });
    all.insert(old);
    all.insert(thing(2));
    const changed = { ...old, name: 'y', room: 'b', tags: ['u', 'v'], rank: 5 };
    all.replace(old, changed);
    expect(all.find('name', 'x')).toBeUndefined();
    expect(all.find('name', 'y')).toBe(changed);
    expect([sidsIn(all, 'room', 'a'), sidsIn(all, 'room', 'b')]).toEqual([['TH2'], ['TH1']]);
    expect([sidsIn(all, 'tag', 't'), sidsIn(all, 'tag', 'v')]).toEqual([[], ['TH1']]);
    expect([...all.list('tag', 'u')]).toEqual([changed]);
    expect(sidsIn(all, 'rank', '')).toEqual(['TH2', 'TH1']);
  });

  it('keeps a key that another record has taken over', () => {
    const all = new Collection(things);
    const first = thing(1, { name: 'x' });
    const second = thing(2, { name: 'x' });
    all.insert(first);
    all.insert(second);
    all.remove(first);
    expect(all.find('name', 'x')).toBe(second);
    all.remove(second);
    expect(all.find('name', 'x')).toBeUndefined();
  });

  it('equals a plain map after any sequence of changes', () => {
    const step = fc.record({
      action: fc.constantFrom('insert', 'replace', 'remove'),
      pick: fc.nat(),
      fields: fc.record({
        room: fc.constantFrom('a', 'b'),
        tags: fc.subarray(['t', 'u', 'v']),
        rank: fc.integer({ min: -1, max: 3 }),
      }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const all = new Collection(things);
        const plain = new Map<string, Thing>();
        steps.forEach(({ action, pick, fields }, i) => {
          const old = [...plain.values()][pick % Math.max(1, plain.size)];
          if (action === 'insert') {
            const created = thing(i, { ...fields, name: `name-${i}` });
            plain.set(created.sid, created);
            all.insert(created);
          } else if (old !== undefined && action === 'replace') {
            const changed = { ...old, ...fields, name: `name-${i}` };
            plain.set(old.sid, changed);
            all.replace(old, changed);
          } else if (old !== undefined) {
            plain.delete(old.sid);
            all.remove(old);
          }
        });
        const left = [...plain.values()].sort((a, b) => a.seq - b.seq);
        expect(all.size).toBe(left.length);
        for (const each of left) {
          expect(all.get(each.sid)).toBe(each);
          expect(all.find('name', each.name ?? '')).toBe(each);
        }
        for (const room of ['a', 'b']) {
          expect([...all.list('room', room)]).toEqual(left.filter((each) => each.room === room));
        }
        for (const tag of ['t', 'u', 'v']) {
          expect([...all.list('tag', tag)]).toEqual(left.filter((each) => each.tags.includes(tag)));
        }
        const ranked = left.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank || a.seq - b.seq);
        expect([...all.list('rank', '')]).toEqual(ranked);
      }),
      { numRuns: 60 },
    );
  });
});

it('says what two records from a file have in common', () => {
  const many = Array.from({ length: 3000 }, (_, i) => thing(i + 1, { name: `name-${i}` }));
  expect(new Collection(things).insertAll([...many, thing(5)])).toBe('SID');
  expect(new Collection(things).insertAll([...many, thing(5000, { name: 'name-7' })])).toBe('name');
  expect(new Collection(things).insertAll([...many, thing(5000), thing(5001)])).toBeUndefined();
});

it('finds every record from a file, even if two of them have the same key', () => {
  const collection = new Collection(things);
  collection.insertAll([thing(1, { name: 'same' }), thing(2, { name: 'same' }), thing(3, { name: 'last', room: 'b' })]);
  expect(collection.find('name', 'last')?.sid).toBe('TH3');
  expect([...collection.list('room', 'b')]).toHaveLength(1);
});

describe('a fork of a collection', () => {
  const change = fc.record({
    action: fc.constantFrom('insert', 'replace', 'remove', 'fork'),
    pick: fc.nat(),
    room: fc.constantFrom('a', 'b'),
    rank: fc.integer({ min: -1, max: 3 }),
  });

  it.each([3, 1500])('of %i records has what it had, whatever changes in the others', (size) => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const first = new Collection(things);
        const all = Array.from({ length: size }, (_, i) => thing(i + 1, { name: `name-${i}`, tags: [`tag-${i}`] }));
        expect(first.insertAll(all)).toBeUndefined();
        const forks = [{ collection: first, plain: new Map(all.map((each) => [each.sid, each])) }];
        changes.forEach(({ action, pick, room, rank }, i) => {
          const fork = forks[pick % forks.length];
          if (fork === undefined) return;
          const { collection, plain } = fork;
          const old = [...plain.values()][pick % Math.max(1, plain.size)];
          const changed = thing(old?.seq ?? 0, { name: `changed-${i}`, room, rank });
          if (action === 'fork') {
            forks.push({ collection: collection.fork(), plain: new Map(plain) });
          } else if (action === 'insert') {
            const created = { ...changed, sid: `NEW${i}`, seq: 10_000 + i };
            plain.set(created.sid, created);
            collection.insert(created);
          } else if (old !== undefined && action === 'replace') {
            plain.set(old.sid, { ...changed, sid: old.sid });
            collection.replace(old, { ...changed, sid: old.sid });
          } else if (old !== undefined) {
            plain.delete(old.sid);
            collection.remove(old);
          }
        });
        for (const { collection, plain } of forks) {
          const left = [...plain.values()].sort((a, b) => a.seq - b.seq);
          expect(collection.size).toBe(left.length);
          expect([...collection.values()]).toEqual(left);
          expect(left.every(({ sid, name }) => collection.get(sid)?.name === name)).toBe(true);
          expect(left.every(({ sid, name }) => collection.find('name', name ?? '')?.sid === sid)).toBe(true);
          expect([...collection.list('room', 'a')]).toEqual(left.filter(({ room }) => room === 'a'));
          const ranked = left.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank || a.seq - b.seq);
          expect([...collection.list('rank', '')]).toEqual(ranked);
          const tagged = left.find(({ tags }) => tags.length > 0);
          expect([...collection.list('tag', tagged?.tags[0] ?? '')]).toEqual(tagged === undefined ? [] : [tagged]);
          expect(all.filter(({ sid }) => !plain.has(sid)).some(({ sid }) => collection.get(sid))).toBe(false);
        }
      }),
      { numRuns: size > 100 ? 15 : 60 },
    );
  });
});

describe('a composite key', () => {
  it('is equal only for equal parts', () => {
    const parts = fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(keyOf(...a) === keyOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(keyOf('a', 'b,c')).not.toBe(keyOf('a,b', 'c'));
  });
});
