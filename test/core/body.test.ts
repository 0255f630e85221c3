import { expect, test } from 'vitest';
import { bodyOfBytes } from '../../src/core/body.js';

test('a body keeps its bytes, and not what was read with them', () => {
  const read = Buffer.alloc(64 * 1024, '{"sid":"IS1"} ');
  const body = bodyOfBytes(read.subarray(0, 13));
  read.fill(0);
  expect(body.value).toEqual({ sid: 'IS1' });
  expect(body.latin1).toHaveLength(13);
});

test('a body keeps bytes that are not ASCII, and bytes that are not text', () => {
  const body = bodyOfBytes(Buffer.from('{"name":"ä"}'));
  expect(body.value).toEqual({ name: 'ä' });
  expect(body.length).toBe(13);
  expect(bodyOfBytes(Buffer.from([0xff, 0x00])).latin1).toBe('\u00ff\0');
});
