import { setTimeout } from 'node:timers/promises';
import { UnderstudyError } from '../../../core/errors.js';
import { ACCOUNT_SID } from '../../../core/sids.js';
import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { lazyCode } from '../../../util/load-code.js';
import { parseWorlds, worldsDocument } from '../storage/data-file.js';
import type { Seed } from '../conversations/seed/format.js';
import type { Snapshots } from '../kernel/snapshots.js';
import type { World } from '../kernel/world.js';
import type { WorldSnapshot } from '../kernel/world-content.js';
import { compareWorlds, formatDifference } from '../kernel/world-diff.js';
import type { Worlds } from '../kernel/worlds.js';
import type { Webhooks } from '../webhooks/dispatcher.js';
import { ACCOUNT_PATTERN, badInput, defineControl, string, type SessionOf } from './define-control.js';

/** Loaded on demand, because it needs a YAML parser and a schema validator. */
const loadSeedFormat = lazyCode(() => import('../conversations/seed/format.js'));

/** Of a seed that a caller sends, in characters and in entries: it keeps other callers waiting for about a second. */
const MAX_YAML = 1024 * 1024;
const MAX_YAML_ENTRIES = 20_000;

/** The bytes of a world's media, as an export contains them. */
export interface WorldFiles {
  exportFiles(world: World): Promise<object>;
  importFiles<T>(files: Readonly<Record<string, string>>, restore: () => T): Promise<T>;
}

interface WorldParts {
  readonly defaultAccount: string;
  readonly seedInto: (seed: Seed, world: World) => void;
  readonly snapshots: Snapshots;
  readonly files: WorldFiles;
}

/** Controls of whole worlds: reset, snapshots, copies and comparison. */
export function worldControls(
  worlds: Worlds<Webhooks>,
  sessionOf: SessionOf,
  { defaultAccount, seedInto, snapshots, files }: WorldParts,
): readonly Control[] {
  const getSnapshot = (account: string, name: string): WorldSnapshot => {
    const snapshot = snapshots.get(account, name);
    if (snapshot !== undefined) return snapshot;
    throw noSnapshot(account, name);
  };
  /** A snapshot by name, the current state of another account's world, or by default of this world. */
  const getDocument = (account: string, snapshotOrAccount: string | undefined): WorldSnapshot => {
    if (snapshotOrAccount === undefined) return sessionOf(account).world.snapshot();
    return worlds.has(snapshotOrAccount)
      ? sessionOf(snapshotOrAccount).world.snapshot()
      : getSnapshot(account, snapshotOrAccount);
  };

  return [
    defineControl({
      name: 'worlds.list',
      isOfServer: true,
      description: 'Lists the worlds, one per account SID, with the number of records in each.',
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
    defineControl({
      name: 'worlds.seeds',
      isOfServer: true,
      description: 'Lists the built-in seeds for worlds.reset, each with a description.',
      changes: false,
      input: { properties: {} },
      run: async () => ({ seeds: (await loadSeedFormat()).packagedSeeds() }),
    }),
    defineControl({
      name: 'worlds.snapshots',
      description: 'Lists the names of the snapshots of the world.',
      changes: false,
      input: { properties: {} },
      run: (account = defaultAccount) => ({ names: snapshots.names(account) }),
    }),
    defineControl<{ seed?: string; yaml?: string }>({
      name: 'worlds.reset',
      isLong: true,
      description:
        'Resets the world to the seed that the server was started with, or to the given one. Deletes all its records.',
      changes: true,
      input: {
        properties: {
          seed: string('The name of a built-in seed, e.g. support-desk or empty.', { pattern: '^[a-z0-9-]+$' }),
          yaml: string('A seed as YAML text. Takes precedence over `seed`.', { maxLength: MAX_YAML }),
        },
      },
      async run(account, { seed, yaml }) {
        if (seed === undefined && yaml === undefined)
          return summarize(worlds.reset(sessionOf(account).world.account).world);
        const { parseSeed, readSeed } = await loadSeedFormat();
        const parsed = asBadInput(() =>
          yaml === undefined ? readSeed(seed ?? '') : parseSeed(yaml, 'yaml', MAX_YAML_ENTRIES),
        );
        const fill = (world: World): void => asBadInput(() => seedInto(parsed, world));
        return summarize(worlds.reset(sessionOf(account).world.account, fill).world);
      },
    }),
    defineControl<{ name: string }>({
      name: 'worlds.snapshot',
      description:
        'Saves the current state of the world in memory under a name, replacing an earlier snapshot with that name.',
      changes: true,
      grows: true,
      input: {
        properties: { name: string('The name of the snapshot.', { minLength: 1, maxLength: 100 }) },
        required: ['name'],
      },
      run(account, { name }) {
        const { world } = sessionOf(account);
        const limit = snapshots.limitFor(world.account, name);
        if (limit !== undefined) {
          throw badInput(`${limit}. Delete some (snapshots.delete), or use the name of an existing one to replace it.`);
        }
        snapshots.set(world.account, name, world.snapshot());
        return summarize(world);
      },
    }),
    defineControl<{ name: string }>({
      name: 'snapshots.delete',
      description: 'Deletes a snapshot of the world.',
      changes: true,
      input: { properties: { name: string('The name of the snapshot.') }, required: ['name'] },
      run(account = defaultAccount, { name }) {
        if (snapshots.delete(account, name)) return { names: snapshots.names(account) };
        throw noSnapshot(account, name);
      },
    }),
    defineControl({
      name: 'worlds.delete',
      description:
        'Deletes the world with its snapshots. The next call of its account SID gets a new world, as on its first use.',
      changes: true,
      input: { properties: {} },
      run(account = defaultAccount) {
        snapshots.deleteAll(account);
        worlds.remove(account);
        return { account_sid: account };
      },
    }),
    defineControl<{ name: string }>({
      name: 'worlds.restore',
      isLong: true,
      description: 'Restores a snapshot of the world. A manual clock returns to the time of the snapshot.',
      changes: true,
      input: { properties: { name: string('The name of the snapshot.') }, required: ['name'] },
      run(account, { name }) {
        const { world } = sessionOf(account);
        return summarize(worlds.restore(getSnapshot(world.account, name)).world);
      },
    }),
    defineControl<{ to: string }>({
      name: 'worlds.fork',
      isLong: true,
      description:
        'Copies the world to another account SID, replacing any world there. Afterwards the two are independent.',
      changes: true,
      grows: true,
      input: {
        properties: { to: string('The account SID of the copy.', { pattern: ACCOUNT_PATTERN }) },
        required: ['to'],
      },
      otherWorlds: ({ to }) => [to],
      run(account, { to }) {
        worlds.admit([to]);
        return summarize(worlds.fork(sessionOf(account), to).world);
      },
    }),
    defineControl({
      name: 'worlds.export',
      isLong: true,
      description:
        'Returns the world as a versioned document, for worlds.import or a --data file. Contains the bytes of media in ' +
        'base64, up to 16 MiB; `media_left_out` lists the others.',
      changes: false,
      isLarge: true,
      input: { properties: {} },
      async run(account) {
        const { world } = sessionOf(account);
        const document = worldsDocument([world.snapshot()]);
        return { ...document, ...(await files.exportFiles(world)) } as unknown as Json;
      },
    }),
    defineControl<{ document: unknown }>({
      name: 'worlds.import',
      isLong: true,
      description: 'Imports an exported document. Its worlds replace those with the same account SIDs.',
      changes: true,
      isLarge: true,
      grows: true,
      input: {
        properties: { document: { type: 'object', description: 'The result of worlds.export.' } },
        required: ['document'],
      },
      otherWorlds: ({ document }) => accountsIn(document),
      async run(_, { document }) {
        // A large document takes seconds. Between the steps, timers run, such as those of heartbeats.
        await setTimeout(0);
        const parsed = parseWorlds(document, worlds.schema, badDocument);
        await setTimeout(0);
        worlds.admit(parsed.worlds.map((world) => world.account));
        const restore = () => parsed.worlds.map((world) => summarize(worlds.restore(world).world));
        return { worlds: await files.importFiles(parsed.media ?? {}, restore) };
      },
    }),
    defineControl<{ from: string; to?: string }>({
      name: 'worlds.diff',
      isLong: true,
      description: 'Lists the differences between two snapshots or worlds, record by record.',
      changes: false,
      input: {
        properties: {
          from: string('The name of a snapshot, or the account SID of another world.'),
          to: string('Like `from`; the current state of the world if absent.'),
        },
        required: ['from'],
      },
      otherWorlds: ({ from, to = '' }) => [from, to].filter((each) => ACCOUNT_SID.test(each)),
      run(account, { from, to }) {
        const { world } = sessionOf(account);
        const differences = compareWorlds(getDocument(world.account, from), getDocument(world.account, to));
        return { lines: differences.map(formatDifference), differences: differences as unknown as Json };
      },
    }),
  ];
}

/** Reports errors in a seed as bad input, because the seed comes from the caller and not from the server's options. */
function asBadInput<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnderstudyError) throw badInput(error.message);
    throw error;
  }
}

/** The accounts of an exported document that may not be valid. */
function accountsIn(document: unknown): readonly string[] {
  const { worlds } = (document ?? {}) as { readonly worlds?: unknown };
  if (!Array.isArray(worlds)) return [];
  const accounts = worlds.map((world: { readonly account?: unknown } | null) => world?.account);
  return accounts.filter((each) => typeof each === 'string' && ACCOUNT_SID.test(each)) as string[];
}

function badDocument(reason: string): UnderstudyError {
  return badInput(`The document cannot be imported: ${reason}. Use the result of worlds.export.`);
}

function noSnapshot(account: string, name: string): UnderstudyError {
  return badInput(`${account} has no snapshot "${name}". worlds.snapshots lists the existing ones.`);
}

function summarize(world: World): Json {
  return { account_sid: world.account, now: new Date(world.now()).toISOString() };
}
