import { onTestFinished, expect, test } from 'vitest';
import { startUnderstudy, type Exchange, type Sim } from '../../src/index.js';
import { createDesk, type Desk } from './desk.js';
import { playStory } from './story.js';

const PUBLIC_URL = 'https://desk.example.com';
const DESKS = 8;

/** Starts the desk on a free port, and a simulator that maps its public URL to that port. */
async function open(): Promise<{ sim: Sim; desk: Desk }> {
  const desk = createDesk(PUBLIC_URL);
  const local = await desk.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => desk.app.close());
  const sim = await startUnderstudy({
    clock: '2026-01-01T00:00:00Z',
    rngSeed: 'desk',
    // URLs in responses start with Twilio's origin, so they do not contain the port of this run.
    publicUrl: 'https://conversations.twilio.com',
    webhooks: { map: [{ from: PUBLIC_URL, to: local }] },
    logLevel: 'silent',
  });
  onTestFinished(() => sim.close());
  return { sim, desk };
}

test('the support desk works, and the same seed gives a byte-identical journal', async () => {
  const journals: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const { sim, desk } = await open();
    const world = sim.world();
    await playStory(world, desk);
    journals.push(JSON.stringify((await world.journal({ limit: 1000 })).map(withoutRun)));
  }
  expect(JSON.parse(journals[0] ?? '')).toHaveLength(19);
  expect(journals[1]).toBe(journals[0]);
});

test('many desks work at the same time in one process without sharing state', { timeout: 120_000 }, async () => {
  const runs: string[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const { sim, desk } = await open();
    const worlds = Array.from({ length: DESKS }, () => sim.world());
    await Promise.all(worlds.map((world) => playStory(world, desk)));
    const journals = await Promise.all(worlds.map((world) => world.journal({ limit: 1000 })));
    for (const [index, journal] of journals.entries()) {
      expect(new Set(journal.map(({ account }) => account))).toEqual(new Set([worlds[index]?.accountSid]));
    }
    runs.push(journals.map((journal) => JSON.stringify(journal.map(withoutOrder))));
  }
  expect(new Set(runs[0]).size).toBe(DESKS);
  expect(runs[1]).toEqual(runs[0]);
});

/** Removes what belongs to one run: real times, and the port in the `host` header. */
function withoutRun({ started: _started, milliseconds: _milliseconds, headers, ...rest }: Exchange) {
  const { host: _host, ...request } = headers?.request ?? {};
  return { ...rest, headers: { request, response: headers?.response } };
}

/** Also removes what numbers the requests of all worlds, and so depends on timing. */
function withoutOrder(exchange: Exchange) {
  const { id: _id, headers, ...rest } = withoutRun(exchange);
  const { 'twilio-request-id': _requestId, ...response } = headers.response ?? {};
  return { ...rest, headers: { ...headers, response } };
}
