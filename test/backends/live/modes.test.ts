import { writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Cassette } from '../../../src/backends/cassette/format.js';
import type { Settings } from '../../../src/app/settings.js';
import { startUnderstudy } from '../../../src/app/start-understudy.js';
import { newFile } from '../cassette/harness.js';
import { ACCOUNT, createTestUnderstudy } from '../../helpers/understudy.js';
import { answer, startUpstream } from '../../helpers/upstream.js';

const credentials = { user: ACCOUNT, password: 'a secret' };
const DAY = 24 * 3_600_000;

function cassetteRecordedDaysAgo(days: number): string {
  const file = newFile();
  const cassette: Cassette = {
    format: 'twilio-understudy cassette',
    version: 1,
    madeBy: { program: 'a test', upstream: 'none' },
    recorded: new Date(Date.now() - days * DAY).toISOString(),
    scrubbed: false,
    steps: [],
  };
  writeFileSync(file, JSON.stringify(cassette));
  return file;
}

describe('replay', () => {
  test('answers an unrecorded call with a 404 and the four error keys', async () => {
    const { http } = await createTestUnderstudy({ mode: 'replay', cassette: cassetteRecordedDaysAgo(0) });
    const response = await http.inject('/v1/v1/services');
    expect(response.json()).toMatchObject({ status: 404, code: 990301 });
  });

  test('warns in the log about an old cassette', async () => {
    const { log } = await createTestUnderstudy({ mode: 'replay', cassette: cassetteRecordedDaysAgo(100) });
    expect(log.find(({ level }) => level === 'warn')?.msg).toMatch(/was recorded 100 days ago: record it again/);
  });

  test('does not start with a cassette older than --max-age', async () => {
    const settings = { mode: 'replay', cassette: cassetteRecordedDaysAgo(3), maxAge: 2 * DAY } as const;
    await expect(createTestUnderstudy(settings)).rejects.toThrow(/recorded 3 days ago.*raise --max-age/);
  });

  test('does not start without --cassette', async () => {
    await expect(createTestUnderstudy({ mode: 'replay' })).rejects.toThrow(/needs --cassette/);
  });
});

test.each<[string, Partial<Settings>]>([
  ['a public bind address', { host: '0.0.0.0' }],
  ['a public URL', { publicUrl: 'https://twilio.example.com' }],
])('live mode with %s requires a token', async (_, settings) => {
  const started = startUnderstudy({ mode: 'live', credentials, restPort: 0, mcpPort: 0, ...settings });
  await expect(started).rejects.toMatchObject({ name: 'UNDERSTUDY_NO_TOKEN' });
});

test('live mode answers requests in flight before it stops', async () => {
  let finish: (() => void) | undefined;
  const upstream = await startUpstream((response, seen) => void (finish = () => answer(200, {})(response, seen)));
  const understudy = await startUnderstudy({
    mode: 'live',
    upstream: upstream.origin,
    credentials,
    restPort: 0,
    mcpPort: 0,
    logLevel: 'silent',
  });
  onTestFinished(understudy.close);
  const response = fetch(`${understudy.restUrl}/v1/v1/services`);
  await expect.poll(() => finish).toBeDefined();
  const closed = understudy.close();
  // Longer than the simulator waits at shutdown.
  setTimeout(() => finish?.(), 2000);
  expect((await response).status).toBe(200);
  await closed;
});
