import { expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../../src/app/settings.js';
import { ACCOUNT, basic, createTestUnderstudy, type TestUnderstudy } from '../../helpers/understudy.js';
import { newFile } from '../cassette/harness.js';
import { capability, connections, ORIGIN, shapes } from '../../surfaces/mcp-harness.js';
import { tell, type Told } from '../../surfaces/story.js';
import { engineTarget, mcpTarget, restTarget, twilioTarget } from '../../surfaces/targets.js';

const PLANTED = 'planted-live-password-91ac';
/** Seeded and with a standing clock: whoever plays Twilio gives the same SIDs and dates in each run. */
const played = { seed: 'support-desk', publicUrl: ORIGIN, defaultAccount: ACCOUNT };

/** An understudy that plays Twilio, on a socket: it takes forms, and lets nobody in without the password. */
async function startTwilio(): Promise<string> {
  const { http } = await createTestUnderstudy({ ...played, authToken: PLANTED });
  return http.listen({ host: '127.0.0.1', port: 0 });
}

/** An understudy in live mode before it. */
async function createLiveUnderstudy(settings: Partial<Settings> = {}): Promise<TestUnderstudy> {
  return createTestUnderstudy({
    mode: 'live',
    upstream: await startTwilio(),
    credentials: { user: ACCOUNT, password: PLANTED },
    publicUrl: ORIGIN,
    ...settings,
  });
}

async function simulated(): Promise<Told[]> {
  const { engine } = await createTestUnderstudy(played);
  return tell(engineTarget(engine, ORIGIN));
}

test.each([
  ['the engine', ({ engine }: TestUnderstudy) => engineTarget(engine, ORIGIN)],
  ['REST', ({ http }: TestUnderstudy) => restTarget(http, capability)],
  ["Twilio's own wire", ({ http }: TestUnderstudy) => twilioTarget(http, capability, basic().authorization)],
])('all 50 operations by %s give the transcript of the simulator', async (_, targetOf) => {
  const live = await createLiveUnderstudy();
  expect(await tell(targetOf(live))).toEqual(await simulated());
  await live.engine.settled();
  expect(live.journal.entries().flatMap(({ violations }) => violations)).toEqual([]);
  expect(live.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('all 50 operations by MCP give the transcript of the simulator', async () => {
  const { engine } = await createLiveUnderstudy();
  const client = await connections['client 2.x over HTTP, modern era']?.({ engine });
  if (!client) throw new Error('There is no such connection.');
  await client.list();
  expect(await tell(mcpTarget(capability, shapes, client.call))).toEqual(await simulated());
});

test('what was recorded live answers the same story again', async () => {
  const cassette = newFile();
  const live = await createLiveUnderstudy({ mode: 'record', cassette });
  await tell(engineTarget(live.engine, ORIGIN));
  await live.close();
  const replay = await createTestUnderstudy({ mode: 'replay', cassette });
  expect(await tell(engineTarget(replay.engine, ORIGIN))).toEqual(await simulated());
});

interface Page {
  readonly services: readonly { readonly friendly_name: string; readonly url: string }[];
  readonly meta: { readonly next_page_url: string | null };
}

test('a client that turns pages on the Twilio surface stays here', async () => {
  const live = await createLiveUnderstudy({ publicUrl: 'http://proxy.test' });
  onTestFinished(live.close);
  const headers = basic();
  for (const FriendlyName of ['one', 'two', 'three']) {
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    await live.http.inject({
      method: 'POST',
      url: '/v1/Services',
      headers: form,
      payload: `FriendlyName=${FriendlyName}`,
    });
  }
  const names: string[] = [];
  let url: string | null = 'http://proxy.test/v1/Services?PageSize=1';
  while (url !== null) {
    expect(url).toMatch(/^http:\/\/proxy\.test\/v1\/Services\?/);
    const answer = await live.http.inject({ url: url.slice('http://proxy.test'.length), headers });
    const page: Page = answer.json();
    names.push(...page.services.map(({ friendly_name }) => friendly_name));
    for (const service of page.services) expect(service.url).toContain(ORIGIN);
    url = page.meta.next_page_url;
  }
  expect(names).toEqual(expect.arrayContaining(['one', 'two', 'three']));
});
