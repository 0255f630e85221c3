import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createUnderstudy } from '../../../src/app/create-understudy.js';
import type { Settings } from '../../../src/app/settings.js';
import { ACCOUNT, basic, createTestUnderstudy, testSettings, type TestUnderstudy } from '../../helpers/understudy.js';
import { newFile } from '../cassette/harness.js';
import { capability, connections, ORIGIN, shapes } from '../../surfaces/mcp-harness.js';
import { runStory, type StoryExchange } from '../../surfaces/story.js';
import { engineTarget, mcpTarget, restTarget, twilioTarget } from '../../surfaces/targets.js';

const SECRET = 'planted-live-password-91ac';
/** Seeded, with a fixed clock: SIDs and dates are the same in each run. */
const seeded = { seed: 'support-desk', publicUrl: ORIGIN, defaultAccount: ACCOUNT };

/** A simulator that stands in for Twilio on a socket and requires the password. */
async function startTwilio(): Promise<string> {
  const { http } = await createTestUnderstudy({ ...seeded, authToken: SECRET });
  return http.listen({ host: '127.0.0.1', port: 0 });
}

/** An understudy in live mode whose upstream is that simulator. */
async function createLiveUnderstudy(settings: Partial<Settings> = {}): Promise<TestUnderstudy> {
  return createTestUnderstudy({
    mode: 'live',
    upstream: await startTwilio(),
    credentials: { user: ACCOUNT, password: SECRET },
    publicUrl: ORIGIN,
    ...settings,
  });
}

/** The transcript of the simulator. */
let expected: StoryExchange[];
beforeAll(async () => {
  const { engine, close } = await createUnderstudy({ ...testSettings, ...seeded, logLevel: 'silent' });
  expected = await runStory(engineTarget(engine, ORIGIN));
  await close();
});

test.each([
  ['the engine', ({ engine }: TestUnderstudy) => engineTarget(engine, ORIGIN)],
  ['REST', ({ http }: TestUnderstudy) => restTarget(http, capability)],
  ["Twilio's own wire", ({ http }: TestUnderstudy) => twilioTarget(http, capability, basic().authorization)],
])("every operation through %s gives the simulator's transcript", async (_, targetOf) => {
  // Page URLs have the REST surface's own paths unless they are left as Twilio wrote them.
  const live = await createLiveUnderstudy({ rewriteUrls: false });
  expect(await runStory(targetOf(live))).toEqual(expected);
  await live.engine.settled();
  expect(live.journal.entries().flatMap(({ violations }) => violations)).toEqual([]);
  expect(live.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test("every operation through MCP gives the simulator's transcript", async () => {
  const { engine } = await createLiveUnderstudy();
  const client = await connections['client 2.x over HTTP, modern era']?.({ engine, choice: 'all' });
  if (!client) throw new Error('The MCP connection does not exist.');
  await client.list();
  expect(await runStory(mcpTarget(capability, shapes, client.call))).toEqual(expected);
});

test('a cassette recorded in live mode replays the same transcript', async () => {
  const cassette = newFile();
  const live = await createLiveUnderstudy({ mode: 'record', cassette });
  await runStory(engineTarget(live.engine, ORIGIN));
  await live.close();
  const replay = await createTestUnderstudy({ mode: 'replay', cassette });
  expect(await runStory(engineTarget(replay.engine, ORIGIN))).toEqual(expected);
});

interface Page {
  readonly services: readonly { readonly friendly_name: string; readonly url: string }[];
  readonly meta: { readonly next_page_url: string | null };
}

test('page URLs on the Twilio surface point to understudy', async () => {
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
