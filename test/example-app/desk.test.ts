import { onTestFinished, expect, test } from 'vitest';
import { startUnderstudy, type Exchange, type Sim } from '../../src/index.js';
import { createDesk, type Desk } from './desk.js';
import { playStory } from './story.js';

const PUBLIC_URL = 'https://desk.example.com';
const AT_ONCE = 16;

/** The desk on a free port, and a simulator that finds it behind its public URL. */
async function open(): Promise<{ sim: Sim; desk: Desk }> {
  const desk = createDesk(PUBLIC_URL);
  const local = await desk.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => desk.app.close());
  const sim = await startUnderstudy({
    clock: '2026-01-01T00:00:00Z',
    rngSeed: 'desk',
    // Answers name Twilio's own host, so that no port of this run is in them.
    publicUrl: 'https://conversations.twilio.com',
    webhooks: { map: [{ from: PUBLIC_URL, to: local }] },
    logLevel: 'silent',
  });
  onTestFinished(() => sim.close());
  return { sim, desk };
}

test('the support desk works, and the same seed gives the same journal, byte for byte', async () => {
  const journals: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const { sim, desk } = await open();
    const world = sim.world();
    await playStory(world, desk);
    journals.push(JSON.stringify(await world.journal({ limit: 1000 })));
  }
  expect(JSON.parse(journals[0] ?? '')).toHaveLength(19);
  expect(journals[1]).toBe(journals[0]);
});

test('sixteen desks work at once in one process and never meet', { timeout: 120_000 }, async () => {
  const runs: string[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const { sim, desk } = await open();
    const worlds = Array.from({ length: AT_ONCE }, () => sim.world());
    await Promise.all(worlds.map((world) => playStory(world, desk)));
    const journals = await Promise.all(worlds.map((world) => world.journal({ limit: 1000 })));
    for (const [place, journal] of journals.entries()) {
      expect(new Set(journal.map(({ account }) => account))).toEqual(new Set([worlds[place]?.accountSid]));
    }
    runs.push(journals.map((journal) => JSON.stringify(journal.map(unnumbered))));
  }
  expect(new Set(runs[0]).size).toBe(AT_ONCE);
  expect(runs[1]).toEqual(runs[0]);
});

/** Ids count the exchanges of all worlds together, so they tell who came first. */
function unnumbered(exchange: Exchange): object {
  return { ...exchange, id: 0 };
}
