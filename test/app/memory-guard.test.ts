import { expect, test } from 'vitest';
import { MemoryGuard } from '../../src/app/memory-guard.js';
import { ACCOUNT, basic, createTestUnderstudy } from '../helpers/understudy.js';

const MEBIBYTE = 1024 * 1024;

function createGuard() {
  const state = { live: 0, garbage: 0, time: 0, collections: 0 };
  const log: string[] = [];
  const write = (_: object, message: string) => void log.push(message);
  const guard = new MemoryGuard({
    limit: 100 * MEBIBYTE,
    log: { debug: write, info: write, warn: write, error: write },
    now: () => state.time,
    memory: {
      used: () => (state.live + state.garbage) * MEBIBYTE,
      collect() {
        state.garbage = 0;
        state.collections += 1;
      },
    },
  });
  /** Whether a write is admitted 100 ms later. */
  const isAdmitted = (): boolean => {
    state.time += 100;
    try {
      guard.admit('createservice');
      return true;
    } catch {
      return false;
    }
  };
  return { state, log, guard, isAdmitted };
}

test('writes are refused only while what is in use without garbage exceeds the limit', () => {
  const { state, log, guard, isAdmitted } = createGuard();
  state.live = 90;
  expect(isAdmitted()).toBe(true);
  state.garbage = 20;
  expect(isAdmitted()).toBe(true);
  expect(state.collections).toBe(1);
  state.live = 101;
  state.time += 10_000;
  expect(isAdmitted()).toBe(false);
  expect(() => guard.admit('createservice')).toThrow(
    expect.objectContaining({ name: 'UNDERSTUDY_OUT_OF_MEMORY', status: 503, retryAfter: 10 }),
  );
  state.live = 50;
  expect(isAdmitted()).toBe(true);
  expect(log.map((message) => message.split(':')[0])).toEqual(['memory is short', 'memory is no longer short']);
});

test('a collection, which stops everything else, is not repeated at once, and a steep rise is not waited for', () => {
  const { state, isAdmitted } = createGuard();
  state.live = 99;
  state.garbage = 5;
  expect(isAdmitted()).toBe(true);
  state.garbage = 5;
  expect(isAdmitted()).toBe(true);
  expect(state.collections).toBe(1);
  state.garbage = 20;
  expect(isAdmitted()).toBe(false);
  expect(state.collections).toBe(1);
});

test('above --max-heap, writes get 503, reads and deletions are answered, and controls that add data are refused', async () => {
  const { http, controls, log } = await createTestUnderstudy({ maxHeap: MEBIBYTE });
  const headers = { ...basic(ACCOUNT), 'content-type': 'application/x-www-form-urlencoded' };
  const write = await http.inject({ method: 'POST', url: '/v1/Services', headers, payload: 'FriendlyName=x' });
  expect([write.statusCode, write.headers['retry-after'], write.json<object>()]).toEqual([
    503,
    '10',
    {
      code: 990121,
      message: expect.stringContaining('the server uses more memory than its limit of 1 MB'),
      more_info: 'urn:twilio-understudy:UNDERSTUDY_OUT_OF_MEMORY',
      status: 503,
    },
  ]);
  expect((await http.inject({ url: '/v1/Services', headers })).statusCode).toBe(200);
  expect((await http.inject({ method: 'DELETE', url: `/v1/Services/IS${'1'.repeat(32)}`, headers })).statusCode).toBe(
    404,
  );
  await expect(controls.run('worlds.snapshot', ACCOUNT, { name: 'x' })).rejects.toThrow('more memory than its limit');
  await controls.run('worlds.delete', ACCOUNT, {});
  expect(log.map(({ msg }) => msg).join()).toContain('memory is short');
});
