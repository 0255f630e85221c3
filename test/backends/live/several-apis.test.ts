import { describe, expect, onTestFinished, test } from 'vitest';
import { createUnderstudy } from '../../../src/app/create-understudy.js';
import type { Settings } from '../../../src/app/settings.js';
import { createLivePerApi } from '../../../src/backends/live/per-api.js';
import { loadCapability } from '../../../src/capability/load.js';
import { cleanCapability, temporaryFile } from '../../capability/files.js';
import { ACCOUNT, basic } from '../../helpers/understudy.js';
import { failureOf } from './harness.js';
import { answer, hang, startUpstream } from '../../helpers/upstream.js';

const credentials = { user: ACCOUNT, password: 'a long enough secret' };

/** An understudy in live mode with two capability files: Conversations, and another API. */
async function start(other: string, settings: Partial<Settings>) {
  const [{ file }] = loadCapability().files;
  const capability = loadCapability(file, temporaryFile(cleanCapability.replace('https://api.example.com', other)));
  const understudy = await createUnderstudy(
    { mode: 'live', credentials, checkAnswers: false, logLevel: 'silent', ...settings },
    { capability },
  );
  onTestFinished(understudy.close);
  return understudy;
}

const headers = basic(ACCOUNT, credentials.password);

describe('capability files with several base URLs', () => {
  test('each operation is sent to the URL of its own file', async () => {
    const other = await startUpstream(answer(200, { sid: 'RL1' }));
    const { http } = await start(other.origin, { dryRun: true });
    const ofOther = await http.inject({ url: '/roles/RL1', headers });
    expect(ofOther.json()).toMatchObject({ message: expect.stringContaining(`GET ${other.origin}/v1/Roles/RL1`) });
    const ofTwilio = await http.inject({ url: '/v1/Services/IS1', headers });
    const twilio = 'GET https://conversations.twilio.com/v1/Services/IS1';
    expect(ofTwilio.json()).toMatchObject({ message: expect.stringContaining(twilio) });

    const { http: sending } = await start(other.origin, {});
    expect((await sending.inject({ url: '/roles/RL1', headers })).json()).toEqual({ sid: 'RL1' });
    expect(other.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/Roles/RL1']);
  });

  test('--upstream replaces them all', async () => {
    const upstream = await startUpstream(answer(200, {}));
    const { http } = await start('https://api.example.com', { upstream: upstream.origin });
    await http.inject({ url: '/roles/RL1', headers });
    await http.inject({ url: '/v1/Services/IS1', headers });
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/v1/Roles/RL1', '/v1/Services/IS1']);
  });
});

test('an API that is down does not stop calls to the other, and the worst state is reported', async () => {
  const { operations } = loadCapability();
  const [operation] = operations.filter(({ verb, noun }) => verb === 'list' && noun === 'Services');
  if (operation === undefined) throw new Error('services can be listed');
  const [down, up] = [await startUpstream(answer(503, {})), await startUpstream(answer(200, {}))];
  const states: string[] = [];
  const live = createLivePerApi(
    new Map([
      ['https://down.example', down.origin],
      ['https://up.example', up.origin],
    ]),
    {
      credentials,
      passCredentials: false,
      userAgent: 'understudy/test',
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      limits: { retries: 0, breakerMinimum: 2, breakerWindow: 4, breakerPause: 60_000 },
      observer: { attempted: () => {}, retried: () => {}, breaker: (state) => void states.push(state) },
    },
  );
  onTestFinished(() => live.close());
  const call = async (baseUri: string) =>
    live.answer({
      operation: { ...operation, baseUri },
      path: new Map(),
      query: new Map(),
      headers: new Map(),
      form: new Map(),
      caller: { surface: 'engine', origin: 'http://here.example' },
      notes: {},
    });
  for (let i = 0; i < 3; i += 1) await call('https://down.example').catch(() => undefined);
  expect(live.notReadyReason()).toContain(down.origin);
  expect(states).toEqual(['open']);
  expect(await call('https://up.example')).toMatchObject({ status: 200 });

  up.behave(hang);
  const failure = failureOf(call('https://up.example'));
  expect(live.inFlight()).toBe(1);
  await live.close();
  expect(await failure).toMatchObject({ name: 'UNDERSTUDY_UPSTREAM_BROKE_OFF' });
});
