import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunks, jsonChunks, parseLargeJson, withArrays } from '../../src/util/large-json.js';

/** A list that is not an array. */
const lazily = (list: readonly unknown[]): Iterable<unknown> => ({ [Symbol.iterator]: () => list[Symbol.iterator]() });

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test('JSON that is written in chunks is that of the value, with lists as arrays', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.array(fc.jsonValue()), (value, list) => {
      const large = { value, worlds: [{ records: { messages: lazily(list), none: lazily([]) } }], absent: undefined };
      const plain: unknown = JSON.parse(JSON.stringify({ value, worlds: [{ records: { messages: list, none: [] } }] }));
      expect(JSON.parse([...jsonChunks(large)].join(''))).toEqual(plain);
      expect(JSON.parse(JSON.stringify(withArrays(large)))).toEqual(plain);
    }),
  );
});

test('JSON that arrives in chunks of any size is parsed as by JSON.parse', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.nat(3), fc.integer({ min: 1, max: 9 }), async (json, indent, size) => {
      const value: unknown = JSON.parse(json);
      const text = `  ${JSON.stringify(value, null, indent)}\n`;
      expect(await parseLargeJson(decodeChunks(inChunks(text, size)))).toEqual(JSON.parse(text));
    }),
  );
});

test.each(['', '{"a":', '{} {}', '[1 2]'])('JSON that is not complete or not valid is refused: %s', async (text) => {
  await expect(parseLargeJson(decodeChunks(inChunks(text, 2)))).rejects.toThrow(SyntaxError);
});
