import { expect, test } from 'vitest';
import { bodyOfBytes } from '../../src/core/body.js';

test('a body keeps no more bytes in memory than it has', () => {
  const read = Buffer.alloc(64 * 1024, '{"sid":"IS1"} ');
  const body = bodyOfBytes(read.subarray(0, 13));
  expect(body.value).toEqual({ sid: 'IS1' });
  expect(body.bytes?.buffer.byteLength).toBe(13);
});
