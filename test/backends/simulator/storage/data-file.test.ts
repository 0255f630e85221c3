import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationsProduct } from '../../../../src/backends/simulator/conversations/product.js';
import { readDocument, worldsDocument, writeDocument } from '../../../../src/backends/simulator/storage/data-file.js';
import { DocumentLines } from '../../../../src/backends/simulator/storage/document-lines.js';
import { diskFiles } from '../../../../src/backends/simulator/storage/file-system.js';
import { newSimulator } from '../../../helpers/simulator.js';

const { schema } = conversationsProduct;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-document-'));
  file = join(folder, 'worlds.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The support desk, with characters of every UTF-8 length in its messages, and a world without records. */
async function document() {
  const simulator = await newSimulator({ seed: 'support-desk' });
  const [full] = simulator.worlds.all().map(({ world }) => world.toDocument());
  await simulator.close();
  if (full === undefined) throw new Error('The simulator has no world.');
  const messages = (full.records['messages'] ?? []).map((record) => ({ ...record, body: 'é ✓ 🎭 "\\\u2028 {[,]}' }));
  const empty = { ...full, account: `AC${'e'.repeat(32)}`, records: { services: [], users: [] } };
  return { generation: 7, worlds: [{ ...full, records: { ...full.records, messages } }, empty] };
}

/** The records of a document that was read are indexed. */
const plain = (read: unknown): unknown => JSON.parse(JSON.stringify(read));

describe('a data file', () => {
  it.each([1, 64, 1000, 1_000_000])('is read line by line, in chunks of %i bytes', async (chunk) => {
    const worlds = await document();
    await writeDocument(diskFiles, file, worlds);
    expect(await DocumentLines.read(diskFiles.read(file, chunk))).toMatchObject(worlds);
    const text = readFileSync(file, 'utf8');
    for (const other of [text.replace('\n    {', '\n   {'), text.slice(0, -2), `${text}}`, text.replace('[', '[[')]) {
      writeFileSync(file, other);
      // oxlint-disable-next-line no-await-in-loop -- the same file
      await expect(DocumentLines.read(diskFiles.read(file, chunk))).rejects.toThrow(/JSON|not those of a data file/);
    }
  });

  it.each([1, 7, 64, 1000])(
    'is the same whether it is written and read in chunks of %i bytes or at once',
    async (chunk) => {
      const worlds = await document();
      const checksum = await writeDocument(diskFiles, file, worlds, { chunkSize: chunk });
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(worlds);
      expect(plain(await readDocument(diskFiles, file, schema, { chunkSize: chunk }))).toEqual({
        format: 'understudy-worlds',
        version: 2,
        ...worlds,
        checksum,
      });
    },
  );

  it.each([undefined, 2])('without checksum is read with any indentation: %s spaces', async (spaces) => {
    const worlds = { ...worldsDocument((await document()).worlds), generation: 7 };
    writeFileSync(file, JSON.stringify(worlds, null, spaces));
    expect(plain(await readDocument(diskFiles, file, schema, { chunkSize: 64 }))).toEqual(worlds);
  });

  it('has one line per record', async () => {
    const worlds = await document();
    await writeDocument(diskFiles, file, worlds);
    const lines = readFileSync(file, 'utf8').split('\n');
    const records = worlds.worlds.flatMap((world) => Object.values(world.records).flat());
    for (const record of records)
      expect(lines.map((line) => line.trim().replace(/,$/, ''))).toContain(JSON.stringify(record));
  });

  it('can contain no world', async () => {
    await writeDocument(diskFiles, file, { generation: 1, worlds: [] });
    expect(await readDocument(diskFiles, file, schema)).toMatchObject({ generation: 1, worlds: [] });
  });
});
