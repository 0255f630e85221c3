import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MediaFolder } from '../../../../src/backends/simulator/storage/media-folder.js';
import { MemoryMedia, TooManyBytes, type MediaStore } from '../../../../src/backends/simulator/storage/media-store.js';

function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-media-store-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return join(path, 'worlds.json.media');
}

const streamOf = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const put = (store: MediaStore, ...chunks: string[]) => store.write(streamOf(...chunks), 100, ({ key }) => key);

async function read(store: MediaStore, key: string): Promise<string | undefined> {
  const file = await store.find(key);
  if (file === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of file.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe.each([
  ['in memory', () => Promise.resolve(new MemoryMedia() as MediaStore)],
  ['in a folder', () => MediaFolder.open(newFolder()) as Promise<MediaStore>],
])('a store %s', (_, create) => {
  test('returns what was stored, and equal bytes have one key', async () => {
    const store = await create();
    const key = await put(store, 'pic', 'ture');
    expect(await put(store, 'picture')).toBe(key);
    expect(await read(store, key)).toBe('picture');
    expect((await store.find(key))?.size).toBe(7);
    expect(await read(store, 'unknown')).toBeUndefined();
  });

  test('stores nothing of a stream that is too long or breaks', async () => {
    const store = await create();
    await expect(store.write(streamOf('abc', 'd'), 3, () => undefined)).rejects.toThrow(TooManyBytes);
    const broken = new Readable({
      read() {
        this.push('abc');
        this.destroy(new Error('gone'));
      },
    });
    await expect(store.write(broken, 100, () => undefined)).rejects.toThrow('gone');
    expect(store.isEmpty).toBe(true);
  });

  test('keeps only what is retained, and can store the same again at once', async () => {
    const store = await create();
    const [kept, removed] = [await put(store, 'kept'), await put(store, 'removed')];
    store.retain(new Set([kept]), new Map());
    expect(await store.find(removed)).toBeUndefined();
    const again = put(store, 'removed');
    store.retain(new Set([kept, removed]), new Map());
    await again;
    await store.close();
    expect(await read(store, removed)).toBe('removed');
    expect(await read(store, kept)).toBe('kept');
  });
});

test('a store in memory refuses more bytes than it may hold, also while they arrive, and has room again after a removal', async () => {
  const store = new MemoryMedia(10);
  await put(store, '123456');
  await expect(put(store, '78', '901')).rejects.toMatchObject({ name: 'UNDERSTUDY_MEDIA_FULL' });
  await put(store, '7890');
  store.retain(new Set());
  await put(store, '1234567890');
});

test('a folder is read again at the next start, without what an interrupted upload left, and only its owner may read it', async () => {
  const folder = newFolder();
  const first = await MediaFolder.open(folder);
  const key = await put(first, 'picture');
  writeFileSync(join(folder, '.upload-1'), 'pic');
  const second = await MediaFolder.open(folder);
  expect(await read(second, key)).toBe('picture');
  expect(readdirSync(folder)).toEqual([key]);
  expect(statSync(join(folder, key)).mode & 0o077).toBe(0);
});
