import { expect, it } from 'vitest';
import { WorldClock } from '../../../../src/backends/simulator/kernel/clock.js';
import { defineTable, keyOf, type RecordBase } from '../../../../src/backends/simulator/kernel/collection.js';
import { isCount, isText, isSidOf } from '../../../../src/backends/simulator/kernel/record-fields.js';
import type { AnyTable, WorldSchema } from '../../../../src/backends/simulator/kernel/schema.js';
import type { WorldChanges, WorldDocument } from '../../../../src/backends/simulator/kernel/world-content.js';
import { WorldDraft } from '../../../../src/backends/simulator/kernel/world-draft.js';
import { World } from '../../../../src/backends/simulator/kernel/world.js';
import { randomFrom, type Random } from '../../../crash/writer.js';

interface Shelf extends RecordBase {
  readonly label: string;
}
interface Book extends RecordBase {
  readonly shelfSid: string;
  readonly pages: number;
  readonly note?: string | undefined;
}

const shelves = defineTable<Shelf>()({
  name: 'shelves',
  prefix: 'SH',
  fields: { label: isText },
  unique: { label: ({ label }) => keyOf(label) },
  orders: {},
});
const books = defineTable<Book>()({
  name: 'books',
  prefix: 'BO',
  parent: { table: 'shelves', order: 'shelf', sid: ({ shelfSid }) => shelfSid },
  fields: { shelfSid: isSidOf('SH'), pages: isCount, note: () => true },
  unique: {},
  orders: { shelf: { group: ({ shelfSid }) => shelfSid, sortKey: ({ pages }) => pages } },
});
const lights = { name: 'lights', initial: () => 'off', isValid: isText };
const schema: WorldSchema = { tables: [shelves, books] as unknown as AnyTable[], settings: [lights] };

const ACCOUNT = `AC${'a'.repeat(32)}`;

/** What a file has. */
const inFile = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

interface History {
  readonly world: World;
  /** The world before each of the changes, and after the last. */
  readonly documents: readonly WorldDocument[];
  readonly changes: readonly WorldChanges[];
}

/** A world with random calls, each with several changes. */
function play(random: Random): History {
  const clock = new WorldClock({ mode: 'manual', start: 1000 });
  const world = new World(schema, ACCOUNT, 'key', clock);
  const pick = (count: number): number => Math.floor(random() * count);
  const anyOf = <T>(items: readonly T[]): T | undefined => items[pick(items.length)];
  let names = 0;
  /** It has a SID that does not contain its sequence number. */
  const seedShelf = (): unknown =>
    world.create(shelves, { label: `given ${(names += 1)}` }, { sid: `SH${String(names).padStart(32, '0')}` });
  const actions: (() => unknown)[] = [
    () => world.create(shelves, { label: `shelf ${(names += 1)}` }),
    seedShelf,
    () => {
      const shelf = anyOf([...world.records(shelves).values()]);
      if (shelf === undefined) return;
      for (let i = pick(4); i > 0; i -= 1) {
        world.create(books, { shelfSid: shelf.sid, pages: pick(100), note: 'new' });
      }
    },
    () => {
      const book = anyOf([...world.records(books).values()]);
      if (book !== undefined) world.update(books, book, { pages: pick(100), note: anyOf([undefined, 'a', 'b']) });
    },
    () => {
      const shelf = anyOf([...world.records(shelves).values()]);
      if (shelf !== undefined) world.update(shelves, shelf, { label: `again ${(names += 1)}` });
    },
    () => {
      const book = anyOf([...world.records(books).values()]);
      if (book !== undefined) world.remove(books, book);
    },
    () => {
      const shelf = anyOf([...world.records(shelves).values()]);
      if (shelf !== undefined && random() < 0.3) world.remove(shelves, shelf);
    },
    () => world.set(lights, anyOf(['on', 'off', 'dim'])),
    () => clock.set(clock.now() + pick(10)),
    () => world.newSid('XX'),
  ];
  world.recordChanges();
  const documents = [inFile(world.toDocument())];
  const changes: WorldChanges[] = [];
  while (changes.length < 40) {
    // A seed is a call of its own, so what it gives is not deleted in the same call.
    for (let i = pick(4), action; i >= 0 && action !== seedShelf; i -= 1) (action = anyOf(actions))?.();
    const taken = world.takeChanges();
    if (taken === undefined) continue;
    changes.push(inFile(taken.changes));
    documents.push(inFile(world.toDocument()));
  }
  return { world, documents, changes };
}

/** As earlier versions saved them: a changed record with all its fields. */
function withWholeRecords(changes: WorldChanges, after: WorldDocument): WorldChanges {
  return {
    ...changes,
    changes: changes.changes.map((change) => {
      const [table, sid, fields] = change;
      const record = after.records[table]?.find((each) => each.sid === sid);
      return fields === undefined || record === undefined ? change : [table, record];
    }),
  };
}

it('becomes what the world became, from each earlier state of it, also if it had some of the changes', () => {
  let repeated = 0;
  for (let seed = 1; seed <= 8; seed += 1) {
    const random = randomFrom(seed);
    const { documents, changes } = play(random);
    const last = documents.at(-1);
    for (const [i, document] of documents.entries()) {
      const first = random() < 0.5 ? i : Math.floor(random() * (i + 1));
      if (first < i) repeated += 1;
      const isOld = random() < 0.3;
      const draft = new WorldDraft(schema, inFile(document));
      for (const [at, each] of changes.entries()) {
        if (at < first) continue;
        const after = documents[at + 1];
        draft.apply(inFile(isOld && after !== undefined ? withWholeRecords(each, after) : each));
        // What has become of it so far may be asked for.
        if (random() < 0.05) draft.toDocument();
      }
      // `newSid` may have counted on without a change.
      const expected = { ...last, sequence: changes.at(-1)?.sequence ?? last?.sequence };
      expect(inFile(draft.toDocument()), `seed ${seed}, changes ${first} to the end, after ${i}`).toEqual(
        first < changes.length ? expected : last,
      );
    }
  }
  expect(repeated).toBeGreaterThan(50);
});

it('changes nothing in the document that it was made of', () => {
  const { documents, changes } = play(randomFrom(5));
  const document = documents[10] as WorldDocument;
  const before = inFile(document);
  const draft = new WorldDraft(schema, document);
  for (const each of changes.slice(10)) draft.apply(inFile(each));
  draft.toDocument();
  expect(document).toEqual(before);
});

it('gets a record back that its file has lost, if a change has all of it', () => {
  const { documents, changes } = play(randomFrom(5));
  const whole = documents[20] as WorldDocument;
  const [lost, ...rest] = whole.records['books'] ?? [];
  const draft = new WorldDraft(schema, { ...whole, records: { ...whole.records, books: rest } });
  draft.apply({ ...(changes[19] as WorldChanges), changes: [['books', lost as RecordBase]] });
  expect(draft.toDocument().records['books']).toEqual([lost, ...rest]);
  expect(rest).not.toEqual([]);
});
