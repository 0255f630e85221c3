import { UnderstudyError } from '../../../core/errors.js';
import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { parseWorlds, worldsDocument } from '../storage/data-file.js';
import type { Seed } from '../conversations/seed/format.js';
import type { World, WorldDocument } from '../kernel/world.js';
import { compareWorlds, spellDifference } from '../kernel/world-diff.js';
import type { Worlds } from '../kernel/worlds.js';
import { ACCOUNT_PATTERN, badInput, control, string, type StageOf } from './parts.js';

const MOST_SNAPSHOTS = 100;

/** Loaded by those who need a seed: it brings a YAML parser and a schema's check along. */
const seedFormat = () => import('../conversations/seed/format.js');

interface WorldParts {
  readonly defaultAccount: string;
  readonly seedInto: (seed: Seed, world: World) => void;
}

/** The worlds themselves. */
export function worldControls(
  worlds: Worlds,
  stageOf: StageOf,
  { defaultAccount, seedInto }: WorldParts,
): readonly Control[] {
  const snapshots = new Map<string, WorldDocument>();
  const find = (account: string, name: string): WorldDocument => {
    const found = snapshots.get(snapshotKey(account, name));
    if (found !== undefined) return found;
    throw badInput(`There is no snapshot "${name}" of ${account}; worlds.snapshot takes one.`);
  };
  /** A snapshot by name, another account's world by SID, or, without either, the world as it is. */
  const documentOf = (account: string, which: string | undefined): WorldDocument => {
    if (which === undefined) return stageOf(account).world.toDocument();
    return worlds.has(which) ? stageOf(which).world.toDocument() : find(account, which);
  };

  return [
    control({
      name: 'worlds.list',
      description: 'Lists the worlds, one per account SID, and how much is in each.',
      changes: false,
      input: { properties: {} },
      run: () => ({
        worlds: worlds.all().map(({ world }): Json => ({
          account_sid: world.account,
          default: world.account === defaultAccount,
          records: world.counts(),
        })),
      }),
    }),
    control({
      name: 'worlds.seeds',
      description: 'Lists the seeds that ship, for worlds.reset, and what each is.',
      changes: false,
      input: { properties: {} },
      run: async () => ({ seeds: (await seedFormat()).shippedSeeds() }),
    }),
    control({
      name: 'worlds.snapshots',
      description: 'Lists the snapshots of the world by name.',
      changes: false,
      input: { properties: {} },
      run(account) {
        const key = snapshotKey(stageOf(account).world.account, '');
        return {
          names: [...snapshots.keys()].filter((each) => each.startsWith(key)).map((each) => each.slice(key.length)),
        };
      },
    }),
    control<{ seed?: string; yaml?: string }>({
      name: 'worlds.reset',
      description: 'Begins the world anew: from the seed that the server was started with, or from the one given.',
      changes: true,
      input: {
        properties: {
          seed: string('The name of a seed that ships, e.g. support-desk or empty.', { pattern: '^[a-z0-9-]+$' }),
          yaml: string('A seed itself, as YAML.'),
        },
      },
      async run(account, { seed, yaml }) {
        if (seed === undefined && yaml === undefined)
          return summary(worlds.reset(stageOf(account).world.account).world);
        const { parseSeed, readSeed } = await seedFormat();
        const read = given(() => (yaml === undefined ? readSeed(seed ?? '') : parseSeed(yaml, 'yaml')));
        const begin = (world: World): void => given(() => seedInto(read, world));
        return summary(worlds.reset(stageOf(account).world.account, begin).world);
      },
    }),
    control<{ name: string }>({
      name: 'worlds.snapshot',
      description: 'Remembers the world as it is, by a name, in memory.',
      changes: true,
      input: { properties: { name: string('What to call it.', { minLength: 1, maxLength: 100 }) }, required: ['name'] },
      run(account, { name }) {
        const { world } = stageOf(account);
        const key = snapshotKey(world.account, name);
        if (snapshots.size >= MOST_SNAPSHOTS && !snapshots.has(key)) {
          throw badInput(`${MOST_SNAPSHOTS} snapshots are kept already; take one of a name that is in use.`);
        }
        snapshots.set(key, world.toDocument());
        return summary(world);
      },
    }),
    control<{ name: string }>({
      name: 'worlds.restore',
      description: 'Puts the world back to a snapshot; a manual clock goes back with it.',
      changes: true,
      input: { properties: { name: string('The name of the snapshot.') }, required: ['name'] },
      run(account, { name }) {
        const { world } = stageOf(account);
        return summary(worlds.restore(find(world.account, name)).world);
      },
    }),
    control<{ to: string }>({
      name: 'worlds.fork',
      description: 'Copies the world into another account SID; both then go their own ways.',
      changes: true,
      input: {
        properties: { to: string('The account SID of the copy.', { pattern: ACCOUNT_PATTERN }) },
        required: ['to'],
      },
      run: (account, { to }) => summary(worlds.restore({ ...stageOf(account).world.toDocument(), account: to }).world),
    }),
    control({
      name: 'worlds.export',
      description: 'Gives the world as a versioned document, which worlds.import takes and --data reads.',
      changes: false,
      input: { properties: {} },
      run: (account) => worldsDocument([stageOf(account).world.toDocument()]) as unknown as Json,
    }),
    control<{ document: unknown }>({
      name: 'worlds.import',
      description: 'Puts the worlds of an exported document in place of those of the same accounts.',
      changes: true,
      input: {
        properties: { document: { type: 'object', description: 'What worlds.export gave.' } },
        required: ['document'],
      },
      run: (_, { document }) => ({
        worlds: given(() => parseWorlds(document, 'the document')).worlds.map((world) =>
          summary(worlds.restore(world).world),
        ),
      }),
    }),
    control<{ from: string; to?: string }>({
      name: 'worlds.diff',
      description: 'Tells what is different between two snapshots or worlds, record by record.',
      changes: false,
      input: {
        properties: {
          from: string('The name of a snapshot, or the account SID of another world.'),
          to: string('The same; absent: the world as it is now.'),
        },
        required: ['from'],
      },
      run(account, { from, to }) {
        const { world } = stageOf(account);
        const differences = compareWorlds(documentOf(world.account, from), documentOf(world.account, to));
        return { lines: differences.map(spellDifference), differences: differences as unknown as Json };
      },
    }),
  ];
}

/** Reads what a caller gave: what is wrong with it is the caller's to mend, unlike a file that the server was started with. */
function given<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnderstudyError) throw badInput(error.message);
    throw error;
  }
}

function snapshotKey(account: string, name: string): string {
  return `${account}/${name}`;
}

function summary(world: World): Json {
  return { account_sid: world.account, now: new Date(world.now()).toISOString() };
}
