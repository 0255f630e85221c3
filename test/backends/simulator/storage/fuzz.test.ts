/** Cuts files at every byte and flips bits in every byte. What is read must be what was written, or be refused. */
import { expect, it } from 'vitest';
import { DamagedLog, readChangeLog } from '../../../../src/backends/simulator/storage/change-log-reader.js';
import { ChangeLog } from '../../../../src/backends/simulator/storage/change-log.js';
import { writeDocument } from '../../../../src/backends/simulator/storage/data-file.js';
import { DocumentFile } from '../../../../src/backends/simulator/storage/document-file.js';
import type { FileSystem } from '../../../../src/backends/simulator/storage/file-system.js';
import type { WorldDocument } from '../../../../src/backends/simulator/kernel/world-content.js';
import { SimulatedDisk } from '../../../crash/simulated-disk.js';

/** Small, because every byte of it is read thousands of times. Has every kind of JSON value and characters of any length. */
const worlds = [
  {
    account: 'AC1',
    sidKey: 'é"\\',
    sequence: 1250,
    flags: [true, false, null, -1.5e3],
    records: {
      services: [
        { sid: 'IS1', name: 'a🎭b\n' },
        { sid: 'IS2', tags: { a: [] } },
      ],
      users: [],
    },
  },
  { account: 'AC2', sidKey: '', sequence: 0, records: {} },
] as unknown as WorldDocument[];

const file = 'worlds.json';

/** The disk with one file, read directly: the simulated disk waits before each operation. */
function filesOf(content: Buffer): FileSystem {
  const disk = new SimulatedDisk();
  return {
    open: disk.open.bind(disk),
    rename: disk.rename.bind(disk),
    remove: disk.remove.bind(disk),
    syncFolderOf: disk.syncFolderOf.bind(disk),
    lock: disk.lock.bind(disk),
    status: () => Promise.resolve({ size: content.length, mode: 0o600, id: '1' }),
    async *read(_path, chunkSize, start = 0) {
      for (let at = start; at < content.length; at += chunkSize) yield content.subarray(at, at + chunkSize);
    },
  };
}

/** `npm run crash` flips every bit. */
const BITS = process.env['CRASH_ROUNDS'] === undefined ? [0, 5] : [0, 1, 2, 3, 4, 5, 6, 7];

async function readJson(content: Buffer, chunkSize: number, hasChecksum = false): Promise<unknown> {
  const reader = new DocumentFile(filesOf(content), file, { chunkSize });
  try {
    const document = await reader.read();
    return hasChecksum === (reader.checksum !== undefined) ? document : undefined;
  } catch {
    return undefined;
  }
}

function parseStrictly(content: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    return undefined;
  }
}

/** The content cut at every byte, and with bits of every byte flipped. */
function* damaged(
  content: Buffer,
): Generator<{ readonly what: string; readonly content: Buffer; readonly at: number }> {
  for (let at = 0; at < content.length; at += 1) {
    yield { what: `cut at ${at}`, at, content: content.subarray(0, at) };
    for (const bit of BITS) {
      const flipped = Buffer.from(content);
      flipped.writeUInt8(content.readUInt8(at) ^ (1 << bit), at);
      yield { what: `bit ${bit} of byte ${at}`, at, content: flipped };
    }
  }
}

it('a document with a checksum is refused with any damage', async () => {
  const disk = new SimulatedDisk();
  await writeDocument(disk, file, { generation: 3, worlds });
  const written = disk.contentOf(file) ?? Buffer.alloc(0);
  expect(await readJson(written, 64, true)).toMatchObject({ worlds });
  const accepted: string[] = [];
  for (const { what, content } of damaged(written)) {
    if ((await readJson(content, 64, true)) !== undefined) accepted.push(what);
  }
  expect(accepted).toEqual([]);
});

it.each([
  [undefined, 1],
  [undefined, 64],
  [1, 7],
  [1, 1000],
])(
  'a document without checksum is read as a strict parser reads it (indentation %s, chunks of %s)',
  async (spaces, chunk) => {
    const whole = Buffer.from(JSON.stringify({ version: 1, worlds }, null, spaces));
    const differences: string[] = [];
    for (const { what, content } of damaged(whole)) {
      const [strict, read] = [parseStrictly(content), await readJson(content, chunk)];
      if (JSON.stringify(strict) !== JSON.stringify(read)) differences.push(what);
    }
    expect(differences).toEqual([]);
  },
);

it('a log is refused with any damage, except that its last line may be incomplete', async () => {
  const disk = new SimulatedDisk();
  const options = {
    files: disk,
    syncsAlways: true,
    checkPlace: () => Promise.resolve(),
    onFailure: () => undefined,
  };
  const log = await ChangeLog.create(file, 3, options);
  const changes = ['AC1', 'AC2 é🎭', 'AC3'].map((account) => ({ account, changes: [] }) as never);
  for (const each of changes) {
    log.add(each);
    await log.flush();
  }
  const written = disk.contentOf(file) ?? Buffer.alloc(0);
  const problems: string[] = [];
  for (const { what, content, at } of damaged(written)) {
    const entries: unknown[] = [];
    try {
      const { tear } = await readChangeLog(filesOf(content).read(file, 64), (entry) => void entries.push(entry));
      const isCut = what.startsWith('cut');
      const expected = changes.slice(0, written.subarray(0, at).toString().split('\n').length - 2);
      const isAllowed = isCut && at > 0 && JSON.stringify(entries) === JSON.stringify(expected);
      // Where a line ends, nothing shows that more lines followed. The number of the next line will.
      const isTear = tear === 'incomplete' || content.at(-1) === 10;
      if (!isAllowed || !isTear) problems.push(what);
    } catch (error) {
      if (!(error instanceof DamagedLog)) throw error;
      const isHeaderCut = at < written.indexOf('\n') + 1;
      if (what.startsWith('cut') && !isHeaderCut) problems.push(`${what} is refused: ${error.message}`);
    }
  }
  expect(problems).toEqual([]);
});
